import { Link, useRouter } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';

/** For faults outside the shell, where nothing else is the page's main part. */
export function WholePageFault({ error }: { error: unknown }) {
  return (
    <main>
      <PageFault error={error} />
    </main>
  );
}

export function PageFault({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <Page title="This page cannot be shown.">
      <ProblemNotice error={error} onRetry={() => void router.invalidate()} />
    </Page>
  );
}

export function PageMissing() {
  return (
    <main>
      <Page title="There is no such page.">
        <p>
          The address is not one of the dashboard’s. Start from <Link to="/">the first page</Link>.
        </p>
      </Page>
    </main>
  );
}
