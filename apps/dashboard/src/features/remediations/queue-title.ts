import { count, countWord } from '../../ui/plural.ts';

/** “Seven proposals wait for approval, one of them critical.” */
export const queueTitle = (pending: number, approved: number, running: number): string => {
  if (pending === 0 && approved === 0 && running === 0) return 'Nothing waits for a decision.';
  const parts = [
    ...(pending > 0 ? [`${countWord(pending, 'proposal')} ${pending === 1 ? 'waits' : 'wait'} for approval`] : []),
    ...(approved > 0 ? [`${count(approved, 'approved change')} ${approved === 1 ? 'is' : 'are'} ready to run`] : []),
    ...(running > 0 ? [`${count(running, 'change')} ${running === 1 ? 'is' : 'are'} under way`] : []),
  ];
  const sentence = parts.join(', ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
};
