/** Packages of MCP servers that many people use: what an impostor would want to be taken for. */
export const WELL_KNOWN_PACKAGES: Readonly<Record<'npm' | 'pypi' | 'oci', readonly string[]>> = {
  npm: [
    ...['filesystem', 'memory', 'everything', 'sequential-thinking', 'postgres', 'github', 'gitlab', 'google-maps', 'brave-search', 'slack', 'puppeteer', 'sqlite', 'redis', 'everart', 'gdrive', 'aws-kb-retrieval', 'pdf'].map(
      (name) => `@modelcontextprotocol/server-${name}`,
    ),
    ...['@modelcontextprotocol/inspector', '@modelcontextprotocol/sdk', '@playwright/mcp', '@notionhq/notion-mcp-server', '@upstash/context7-mcp', '@supabase/mcp-server-supabase', '@stripe/mcp'],
    ...['@sentry/mcp-server', '@cloudflare/mcp-server-cloudflare', '@azure/mcp', '@browserbasehq/mcp', '@executeautomation/playwright-mcp-server', '@brave/brave-search-mcp-server', '@wonderwhy-er/desktop-commander'],
    ...['@heroku/mcp-server', '@hubspot/mcp-server', '@apify/actors-mcp-server', '@e2b/mcp-server', '@benborla29/mcp-server-mysql', '@kazuph/mcp-fetch', '@neondatabase/mcp-server-neon', '@elastic/mcp-server-elasticsearch'],
    ...['mcp-remote', 'supergateway', 'firecrawl-mcp', 'tavily-mcp', 'exa-mcp-server', 'figma-developer-mcp', 'mongodb-mcp-server', 'chrome-devtools-mcp', 'kubernetes-mcp-server', 'mcp-server-kubernetes', 'postmark-mcp', 'n8n-mcp', 'xcodebuildmcp'],
  ],
  pypi: [
    ...['fetch', 'git', 'time', 'sqlite', 'sentry', 'qdrant', 'motherduck', 'docker', 'kubernetes', 'tree-sitter'].map((name) => `mcp-server-${name}`),
    ...['mcp-proxy', 'fastmcp', 'mcp-atlassian', 'markitdown-mcp', 'duckduckgo-mcp-server', 'arxiv-mcp-server', 'blender-mcp', 'awslabs-aws-documentation-mcp-server', 'basic-memory', 'serena-agent', 'semgrep-mcp', 'postgres-mcp', 'zen-mcp-server'],
  ],
  oci: [
    ...['mcp/filesystem', 'mcp/memory', 'mcp/fetch', 'mcp/github', 'mcp/postgres', 'mcp/playwright', 'mcp/puppeteer', 'mcp/brave-search', 'mcp/sequentialthinking', 'mcp/everything', 'mcp/notion', 'mcp/slack', 'mcp/sqlite'],
    ...['ghcr.io/github/github-mcp-server', 'hashicorp/terraform-mcp-server', 'grafana/mcp-grafana'],
  ],
};

/** Well-known packages that their owners gave up, and what to look at instead. Known when this version was made. */
export const ARCHIVED_PACKAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({
      postgres: 'a maintained PostgreSQL server; this one let a query leave its read-only transaction',
      github: "GitHub's own server (github/github-mcp-server)",
      gitlab: "GitLab's own server",
      'google-maps': "Google's own server for Maps",
      'brave-search': "Brave's own server (@brave/brave-search-mcp-server)",
      slack: "Slack's own server",
      puppeteer: 'Playwright (@playwright/mcp)',
      redis: "Redis's own server (redis/mcp-redis)",
      everart: 'another image server',
      gdrive: 'a maintained Google Drive server',
      'aws-kb-retrieval': "AWS's own servers (awslabs)",
    }).map(([name, instead]) => [`npm:@modelcontextprotocol/server-${name}`, instead]),
  ),
  'pypi:mcp-server-sqlite': 'a maintained SQLite server; this one built statements from text',
  'pypi:mcp-server-sentry': "Sentry's own server",
  'oci:mcp/postgres': 'a maintained PostgreSQL server',
  'oci:mcp/puppeteer': 'Playwright (mcp/playwright)',
  'oci:mcp/sqlite': 'a maintained SQLite server',
  'oci:mcp/github': "GitHub's own image (ghcr.io/github/github-mcp-server)",
};
