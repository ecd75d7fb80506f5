import { useEffect, useState } from 'react';
import { useLive } from '../../api/live.tsx';
import { Button } from '../../ui/button.tsx';
import { count } from '../../ui/plural.ts';

/** Says that there is more at the top; the list moves only when one asks for it. */
export function NewRecords({ onShow }: { onShow: () => void }) {
  const { listen } = useLive();
  const [fresh, setFresh] = useState(0);
  useEffect(() => listen(({ channel }) => channel === 'audit' && setFresh((number) => number + 1)), [listen]);
  if (fresh === 0) return null;
  const show = () => {
    setFresh(0);
    onShow();
  };
  return (
    <div role="status">
      <Button onClick={show}>Show {count(fresh, 'new record')}</Button>
    </div>
  );
}
