import { createClient } from '@mcp-coordinator/client/http';

/** The page's own coordinator; the session is a cookie that no script can read. */
export const api = createClient({ baseUrl: '', credential: { kind: 'cookie' } });
