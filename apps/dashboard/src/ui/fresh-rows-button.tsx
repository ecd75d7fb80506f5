import { Button } from './button.tsx';

/** Says that there is more; the list moves only when one asks for it. */
export function FreshRowsButton({ fresh, onShow }: { fresh: number; onShow: () => void }) {
  return (
    <div role="status" style={fresh === 0 ? undefined : { padding: '8px 14px' }}>
      {fresh === 0 ? null : <Button onClick={onShow}>Show {fresh.toLocaleString('en-US')} new</Button>}
    </div>
  );
}
