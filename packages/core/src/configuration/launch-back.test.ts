import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { describe, expect, it } from 'vitest';
import { launchBack } from './launch-back.ts';

const before: Launch = { transport: 'stdio', command: 'npx', args: ['-y', 'a@1.0.0'], env: { A: '1' }, enabled: true };

describe('a launch as it was before', () => {
  it.each<[string, Launch, Launch, object | null]>([
    ['nothing', before, before, { fields: {}, fixes: [] }],
    ['arguments', before, { ...before, args: ['evil'] }, { fields: { args: ['-y', 'a@1.0.0'] }, fixes: [] }],
    ['a variable', before, { ...before, env: { A: '1', B: '2' } }, { fields: { env: { A: '1' } }, fixes: [] }],
    ['a switch', { ...before, enabled: false }, before, { fields: {}, fixes: ['disable'] }],
    [
      'a URL in place of a command',
      before,
      { transport: 'streamable-http', url: 'https://evil.example/', enabled: true },
      { fields: { transport: 'stdio', command: 'npx', args: ['-y', 'a@1.0.0'], env: { A: '1' } }, fixes: [] },
    ],
    [
      'a command in place of a URL',
      { transport: 'sse', url: 'https://h/', enabled: true },
      before,
      { fields: { transport: 'sse', url: 'https://h/' }, fixes: [] },
    ],
    [
      'arguments that were none',
      { transport: 'stdio', command: 'x', enabled: true },
      { transport: 'stdio', command: 'x', args: ['y'], enabled: true },
      { fields: { args: [] }, fixes: [] },
    ],
    ['a secret', { ...before, env: { KEY: '••••1234' } }, { ...before, env: {} }, null],
    ['a folder to work in', before, { ...before, cwd: '/tmp' }, null],
  ])('%s', (_what, was, is, back) => expect(launchBack(was, is)).toEqual(back));

  it('leaves a secret alone that did not change', () => {
    const secret = { ...before, env: { KEY: '••••1234' } };
    expect(launchBack(secret, { ...secret, args: ['evil'] })).toEqual({
      fields: { args: ['-y', 'a@1.0.0'] },
      fixes: [],
    });
  });
});
