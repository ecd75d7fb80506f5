import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { actionSchema } from '@mcp-coordinator/contract/actions.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinAction, MASK, splitAction } from './seal-action.ts';

const base = { id: 'a-1', type: 'install_server', serverName: 'memory' } as const;
const split = (more: object) => splitAction({ ...base, ...more });
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

describe('variables and headers', () => {
  it('are all taken out, secret or not, under RFC 6901 pointers', () => {
    const { masked, values } = split({
      env: { MODE: 'fast', 'A.B-C': 'x' },
      headers: { 'X-Api~Key': 'y', Accept: '*/*' },
    });
    expect(masked).toEqual({
      ...base,
      env: { MODE: MASK, 'A.B-C': MASK },
      headers: { 'X-Api~Key': MASK, Accept: MASK },
    });
    expect(values).toEqual({
      '/env/MODE': 'fast',
      '/env/A.B-C': 'x',
      '/headers/X-Api~0Key': 'y',
      '/headers/Accept': '*/*',
    });
  });

  it('of a change of a server too', () => {
    const { masked, values } = splitAction({ id: 'a-1', type: 'update_server', serverName: 'memory', env: { TOKEN } });
    expect(masked).toEqual({ id: 'a-1', type: 'update_server', serverName: 'memory', env: { TOKEN: MASK } });
    expect(values).toEqual({ '/env/TOKEN': TOKEN });
  });
});

describe('arguments', () => {
  it('stay as they are where they hold no secret', () => {
    const args = ['-y', '@modelcontextprotocol/server-filesystem', '/home/person', '--verbose'];
    expect(split({ args })).toEqual({ masked: { ...base, args }, values: {} });
  });

  it.each([
    ['a flag and its value', ['--token', 'abc12345defg'], 1],
    ['a short value of a flag that says password', ['--password', 'abc'], 1],
    ['a flag with its value', ['-y', '--api-key=abc12345defg'], 1],
    ['a known form', ['serve', TOKEN], 1],
    ['a DSN', ['postgresql://user:pass@localhost:5432/db'], 0],
    ['a header', ['-H', `Authorization: Bearer ${TOKEN}`], 1],
  ])('lose %s', (_, args, index) => {
    const { masked, values } = split({ args });
    expect(Object.keys(values)).toEqual([`/args/${index}`]);
    expect(values[`/args/${index}`]).toBe(args[index]);
    const shown = masked.type === 'install_server' ? masked.args : undefined;
    expect(shown).toHaveLength(args.length);
    expect(shown?.[index]).toContain('••••');
    expect(shown?.filter((_arg, at) => at !== index)).toEqual(args.filter((_arg, at) => at !== index));
    for (const secret of ['abc', 'pass', TOKEN])
      if (args[index]?.includes(secret)) expect(shown?.[index]).not.toContain(secret);
  });
});

describe('a URL', () => {
  it('stays where it holds no secret', () => {
    const url = 'https://mcp.example.com/v1/mcp?region=eu';
    expect(split({ url })).toEqual({ masked: { ...base, url }, values: {} });
  });

  it.each([
    [
      'credentials',
      'https://user:hunter2secret@mcp.example.com/v1',
      'https://mcp.example.com/v1?masked',
      'hunter2secret',
    ],
    [
      'a password with an @ in it',
      'https://user:hunter2@secret@mcp.example.com/v1',
      'https://mcp.example.com/v1?masked',
      'secret',
    ],
    ['a query', `https://mcp.example.com/v1?api_key=${TOKEN}`, 'https://mcp.example.com/v1?masked', TOKEN],
    ['a fragment', `https://mcp.example.com/v1#access_token=${TOKEN}`, 'https://mcp.example.com/v1?masked', TOKEN],
    [
      'a scheme in capitals',
      'HTTPS://user:hunter2secret@mcp.example.com/v1',
      'https://mcp.example.com/v1?masked',
      'hunter2secret',
    ],
  ])('loses %s, and stays a URL', (_, url, shown, secret) => {
    const { masked, values } = split({ url });
    expect(masked).toEqual({ ...base, url: shown });
    expect(values).toEqual({ '/url': url });
    expect(JSON.stringify(masked)).not.toContain(secret);
  });

  it.each([
    `https://mcp.example.com/${TOKEN}/mcp`,
    `http://mcp.example.com/hooks/${TOKEN}?x=1`,
    `https://user:hunter2secret@mcp.example.com:8443/${TOKEN}`,
  ])('loses a secret in its path: %#', (url) => {
    const { masked } = split({ url });
    expect(JSON.stringify(masked)).not.toContain(TOKEN);
    expect(JSON.stringify(masked)).not.toContain('hunter2secret');
    expect(actionSchema.safeParse(masked).success).toBe(true);
  });

  it.each([' https://user:hunter2secret@mcp.example.com/', 'https:///user:hunter2secret@mcp.example.com/'])(
    'that the contract takes can be shown once it is masked: %#',
    (url) => {
      const taken = actionSchema.parse({ ...base, url });
      const { masked } = splitAction(taken);
      expect(JSON.stringify(masked)).not.toContain('hunter2secret');
      expect(actionSchema.safeParse(masked).success).toBe(true);
    },
  );
});

it.each<Action>([
  { id: 'a', type: 'remove_server', serverName: 's' },
  { id: 'a', type: 'pin_tools', serverName: 's' },
  { id: 'a', type: 'accept_risk', serverName: 's', rule: 'CFG-01', reason: 'r', until: '2027-01-01T00:00:00Z' },
])('a $type has nothing to hide', (action) => {
  expect(splitAction(action)).toEqual({ masked: action, values: {} });
});

describe('splitting and joining', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(TOKEN, '--token', 'password=abc', '~/x', 'https://u:hunter2secret@h/'),
  );
  const action = fc.record(
    {
      env: fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/), text),
      headers: fc.dictionary(fc.stringMatching(/^[A-Za-z~-]{1,9}$/), text),
      args: fc.array(text, { maxLength: 6 }),
      url: fc.constantFrom('https://h/x', `https://h/x?token=${TOKEN}`),
    },
    { requiredKeys: [] },
  );

  it('gives back exactly what was there', () => {
    fc.assert(
      fc.property(action, (more) => {
        const whole = { ...base, ...more } as Action;
        const { masked, values } = splitAction(whole);
        expect(joinAction(masked, values)).toEqual(whole);
        expect(splitAction(masked).masked).toEqual(masked);
      }),
    );
  });

  it('leaves the places of other values alone', () => {
    const { masked } = split({ env: { A: '1', B: '2' } });
    expect(joinAction(masked, { '/env/A': 'one', '/args/0': 'no' })).toEqual({ ...base, env: { A: 'one', B: MASK } });
  });
});
