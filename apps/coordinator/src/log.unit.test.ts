import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type LogOutput } from './log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ROTATION = { bytesMax: 1_000_000, kept: 3 };

function open(stdout: LogOutput | null = null, level = 'trace', rotation = ROTATION) {
  const filePath = join(folder, 'logs/integration.log');
  const opened = createLogger({ level, filePath, rotation, stdout, secrets: ['a-configured-token'] });
  const text = () => readFileSync(filePath, 'utf8');
  return {
    ...opened,
    filePath,
    text,
    lines: () =>
      text()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}
const terminal = (isTTY: boolean) => {
  const written: string[] = [];
  const output: LogOutput = { write: (text) => written.push(text), isTTY, hasColors: () => false };
  return { output, text: () => written.join('') };
};

describe('the log file', () => {
  it('is made with its folder, closed to others, and appended to', () => {
    const first = open();
    first.log.info('one');
    first.close();
    const second = open();
    second.log.info('two');
    expect(second.lines().map(({ msg }) => msg)).toEqual(['one', 'two']);
    expect(statSync(second.filePath).mode & 0o007).toBe(0);
    expect(statSync(join(folder, 'logs')).mode & 0o007).toBe(0);
  });

  it('has one JSON object a line, levels by name, and the request it belongs to', () => {
    const { log, text, lines } = open();
    const child = log.child({ requestId: 'r-1' });
    child.error(new Error('broken', { cause: new Error('deeper') }), 'it failed');
    child.debug({ n: 1 }, 'fine');
    expect(text()).toContain('"level":"ERROR"');
    expect(lines()[0]).toMatchObject({
      level: 'ERROR',
      requestId: 'r-1',
      msg: 'it failed',
      err: { message: 'broken' },
    });
    expect(JSON.stringify(lines()[0])).toContain('deeper');
    expect(lines()[1]).toMatchObject({ level: 'DEBUG', n: 1 });
    expect(lines()[1].time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('is rotated before it grows too large, keeps so many older files, and loses and splits no line', () => {
    const { log, filePath } = open(null, 'info', { bytesMax: 400, kept: 2 });
    for (let n = 1; n <= 12; n += 1) log.info({ n }, 'x'.repeat(80));
    const numbersIn = (path: string) =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).n as number);
    const files = [`${filePath}.2`, `${filePath}.1`, filePath];
    expect(files.map((path) => statSync(path).size <= 400)).toEqual([true, true, true]);
    const numbers = files.flatMap(numbersIn);
    expect(numbers).toEqual(numbers.map((_, index) => 13 - numbers.length + index));
    expect(existsSync(`${filePath}.3`)).toBe(false);
    const { log: again } = open(null, 'info', { bytesMax: 400, kept: 2 });
    for (let n = 13; n <= 14; n += 1) again.info({ n }, 'x'.repeat(80));
    expect(files.flatMap(numbersIn).at(-1)).toBe(14);
    expect(statSync(filePath).size).toBeLessThanOrEqual(400);
  });

  it('that cannot be rotated is written on', () => {
    const { log, filePath, text, close } = open(null, 'info', { bytesMax: 200, kept: 1 });
    mkdirSync(`${filePath}.1/not-empty`, { recursive: true });
    for (let n = 1; n <= 4; n += 1) log.info({ n }, 'x'.repeat(80));
    close();
    const told = text().trimEnd().split('\n');
    expect(told.map((line) => JSON.parse(line).n)).toEqual([1, 2, 3, 4]);
  });

  it('says nothing below its level', () => {
    const { log, text } = open(null, 'warn');
    log.info('no');
    log.warn('yes');
    expect(text()).not.toContain('"no"');
    expect(text()).toContain('"yes"');
  });

  it('names the variable when it cannot be opened', () => {
    writeFileSync(join(folder, 'logs'), 'a file stands where the folder should');
    expect(() => open()).toThrow(/LOG_FILE_PATH/);
  });

  it('survives use after it was closed', () => {
    const { log, close, flush } = open();
    close();
    expect(() => {
      log.info('late');
      flush();
      close();
    }).not.toThrow();
  });
});

it.runIf(existsSync('/dev/full'))('says once that the disk is full, and goes on', () => {
  const { output, text } = terminal(false);
  const { log, close } = createLogger({ level: 'info', filePath: '/dev/full', rotation: ROTATION, stdout: output });
  log.info('one');
  log.info('two');
  close();
  expect(text().match(/cannot be written/g)).toHaveLength(1);
  expect(text()).toContain('"two"');
});

const JWT = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJlc2lnbmF0dXJl';
const SECRETS = [
  JWT,
  'mcpk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4',
  'mcpk_short',
  'mcpa_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4',
  `ghp_${'a1B2'.repeat(9)}`,
  'a-configured-token',
];

describe('redaction', () => {
  it.each(SECRETS)('masks %s wherever it stands', (secret) => {
    const { log, text, lines } = open();
    const child = log.child({ bound: `Bearer ${secret}` });
    child.info({ list: [{ deep: { url: `https://host/?x=${secret}&y=1` } }], [secret]: 1 }, `used ${secret}.`);
    child.error(new Error(`cannot use ${secret}`, { cause: new Error(secret) }), `"${secret}"`);
    child.info('%s', secret);
    expect(text()).not.toContain(secret);
    expect(lines()).toHaveLength(3);
  });

  it.each([
    'authorization',
    'Cookie',
    'set-cookie',
    'password',
    'token',
    'approvalToken',
    'key',
    'apiKey',
    'otp',
    'DB_PASSWORD',
  ])('masks what stands under %s, at any depth', (name) => {
    const { log, lines, text } = open();
    log.info(
      {
        [name]: 'hush',
        request: { headers: { [name]: ['hush', { a: 'hush' }] }, body: [{ [name]: { hush: 'hush' } }] },
      },
      'x',
    );
    expect(text()).not.toContain('hush');
    expect(lines()[0][name]).toBe('••••');
  });

  it('masks cookies and database passwords in text', () => {
    const { log, text } = open();
    log.info('GET / cookie: session=abcdef; other=ghijkl');
    log.error(new Error('cannot reach postgresql://user:hunter2hunter2@db:5432/x'));
    expect(text()).not.toMatch(/abcdef|ghijkl|hunter2/);
    expect(text()).toContain('db:5432');
  });

  it('leaves what tells nothing: flags, ids, counts', () => {
    const { log, lines } = open();
    log.info({ hasPassword: true, token: null, tokenId: 'tok_1', approvals: 3, userId: 7 });
    expect(lines()[0]).toMatchObject({ hasPassword: true, token: null, tokenId: 'tok_1', approvals: 3, userId: 7 });
  });

  it('keeps every line whole, whatever quotes and escapes stand around a secret', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom(
              ...SECRETS.map((secret) => ` ${secret} `),
              'password="',
              'token=',
              '\\',
              '"',
              '\n',
              '-----BEGIN PRIVATE KEY-----',
            ),
          ),
        ),
        (parts) => {
          const { log, text, close } = open();
          const before = text().length;
          log.info({ [parts.join('')]: parts, nested: { text: parts.join('') } }, parts.join(' '));
          close();
          const added = text().slice(before);
          expect(added.indexOf('\n')).toBe(added.length - 1);
          expect(JSON.parse(added)).toMatchObject({ level: 'INFO' });
          for (const secret of SECRETS) expect(added).not.toContain(secret);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cuts what is too long', () => {
    const { log, text } = open();
    log.info('x'.repeat(1_000_000));
    expect(text().length).toBeLessThan(20_000);
  });
});

describe('forging lines', () => {
  const HOSTILE = 'ok\n{"level":"ERROR"}\r\u2028\u2029\u0085\u009b31m\u001b[2J\u202eevil\u0000';

  it('is not possible in the file', () => {
    const { log, text, lines } = open();
    log.info({ [HOSTILE]: HOSTILE }, HOSTILE);
    expect(text().split('\n')).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text().slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    expect(lines()[0].msg).toBe(HOSTILE);
  });

  it('is not possible with an object that brings its own level and time', () => {
    const { log, lines } = open();
    log.info({ level: 'FATAL', time: 'never' }, 'hello');
    expect(lines()[0]).toMatchObject({ level: 'INFO', fields: { level: 'FATAL' } });
  });

  it('is not possible at a terminal', () => {
    const { output, text } = terminal(true);
    const { log } = open(output);
    log.warn({ requestId: 'r-1', [HOSTILE]: HOSTILE }, HOSTILE);
    log.error(new Error(HOSTILE), 'it failed');
    const shown = text().trimEnd().split('\n');
    expect(shown[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}ok\\u000a/);
    expect(shown[0]).toContain('requestId=r-1');
    expect(shown[1]).toMatch(/ERROR it failed$/);
    expect(shown.slice(2).every((line) => line.startsWith('    '))).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
  });
});

it('writes JSON where standard output is no terminal', () => {
  const { output, text } = terminal(false);
  const { log } = open(output);
  log.info({ token: 'hush-hush' }, 'hello');
  expect(JSON.parse(text())).toMatchObject({ level: 'INFO', msg: 'hello', token: '••••' });
});
