import { useState } from 'react';
import { TextButton } from './button.tsx';

/** Copies a text; where the browser offers no clipboard (plain HTTP), it says so. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [outcome, setOutcome] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('Copied');
    } catch {
      setOutcome('Not copied: select the text and copy it by hand');
    }
  };
  return (
    <TextButton onClick={() => void copy()} aria-live="polite">
      {outcome ?? label}
    </TextButton>
  );
}
