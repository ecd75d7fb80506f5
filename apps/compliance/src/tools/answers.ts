import type { CallToolResult } from '@modelcontextprotocol/server';

/** A tool's structured answer, with the text that people and older clients read. */
export const answer = (structuredContent: Record<string, unknown>, text: string): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent,
});

export const failure = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });
