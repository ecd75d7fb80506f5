import { Link, useRouter } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';

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
    <Page title="There is no such page.">
      <p>
        The address is not one of the dashboard’s. Start from <Link to="/">the first page</Link>.
      </p>
    </Page>
  );
}
