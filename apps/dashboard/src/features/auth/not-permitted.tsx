import type { Permission } from '@mcp-coordinator/contract/permissions';
import type { ReactNode } from 'react';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { may, missing, useMe } from './me.ts';

/** Shows a page to those who may read it, and to all others why not. */
export function Permitted({ to, children }: { to: readonly [Permission, ...Permission[]]; children: ReactNode }) {
  const me = useMe();
  if (may(me, ...to)) return children;
  return (
    <Page title="You may not see this page.">
      <Notice tone="medium" title={`⊘ Signed in as ${me.username}`}>
        <p>{missing(me, to[0])}</p>
      </Notice>
    </Page>
  );
}
