import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startable, withoutInterpreter } from './windows-start.ts';

const launch = (line: string): Launch => {
  const [command = '', ...args] = line.split(' ');
  return { transport: 'stdio', command, args, enabled: true };
};
const lineOf = ({ command = '', args = [] }: Launch) => [command, ...args].join(' ');
const started = (line: string, platform: NodeJS.Platform = 'win32') => {
  const done = startable(launch(line), platform);
  return done.ok ? lineOf(done.value) : done.refusal.detail;
};

describe('on Windows', () => {
  it.each([
    ['npx -y a@1.0.0 C:\\data', 'cmd /c npx -y a@1.0.0 C:\\data'],
    ['pnpm dlx a', 'cmd /c pnpm dlx a'],
    ['C:\\tools\\run.CMD x', 'cmd /c C:\\tools\\run.CMD x'],
    ['node server.js', 'node server.js'],
    ['C:\\node\\node.exe C:\\store\\x.js', 'C:\\node\\node.exe C:\\store\\x.js'],
    ['uvx a==1.0', 'uvx a==1.0'],
    ['cmd /c npx a', 'cmd /c npx a'],
  ])('%s is started as %s', (line, expected) => expect(started(line)).toBe(expected));

  it.each(['a&calc', 'a|b', '%PATH%', 'a^b', 'a"b', '!x!', '(x)', 'a>b'])('npx is not given %s', (word) => {
    expect(started(`npx -y a ${word}`)).toMatch(/would read more than text.*store: managed/);
  });

  it('nothing that its interpreter would obey ever gets there', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (args) => {
        const done = startable({ transport: 'stdio', command: 'npx', args, enabled: true }, 'win32');
        if (done.ok) expect(lineOf(done.value)).not.toMatch(/[&|<>^%!"()\r\n]/);
      }),
    );
  });

  it('a launch is read without its interpreter, and written with it again', () => {
    const wrapped = launch('cmd /c npx -y a');
    expect(lineOf(withoutInterpreter(wrapped, 'win32'))).toBe('npx -y a');
    expect(startable(withoutInterpreter(wrapped, 'win32'), 'win32')).toEqual({ ok: true, value: wrapped });
    expect(lineOf(withoutInterpreter(launch('C:\\Windows\\System32\\cmd.exe /C npx a'), 'win32'))).toBe('npx a');
    for (const line of ['npx a', 'cmd', 'cmd /k npx', 'cmdr /c npx', 'cmd /c server.exe'])
      expect(lineOf(withoutInterpreter(launch(line), 'win32'))).toBe(line);
  });
});

describe('elsewhere', () => {
  it('nothing stands between, and nothing is taken away', () => {
    expect(started('npx -y a & b', 'darwin')).toBe('npx -y a & b');
    expect(lineOf(withoutInterpreter(launch('cmd /c npx a'), 'linux'))).toBe('cmd /c npx a');
  });
});
