import { Modal } from '@mantine/core';
import { FactList } from '../ui/fact-list.tsx';
import { MANAGE_ITEMS, WORK_ITEMS } from './navigation-items.ts';

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <FactList
        facts={[
          ['⌘K, Ctrl K', 'Search or jump to a page, proposal, assessment or server'],
          ['?', 'This list'],
          ...[...WORK_ITEMS, ...MANAGE_ITEMS].map(({ key, label }) => [`g then ${key}`, label] as const),
          ['Esc', 'Close what is open'],
        ]}
      />
    </Modal>
  );
}
