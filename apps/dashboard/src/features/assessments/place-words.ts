import type { Finding } from '@mcp-coordinator/contract/findings.contract';

/** “/home/ana/.cursor/mcp.json · /mcpServers/github/env/TOKEN”: the file and the place in it, or the tool and its field. */
export const placeWords = ({ path, pointer, tool, field }: Finding['location']): string =>
  [path, pointer, tool && `tool ${tool}`, field].filter((part) => part !== undefined && part !== '').join(' · ');
