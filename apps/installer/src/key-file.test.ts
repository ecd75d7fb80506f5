import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withKeyFile } from './key-file.ts';
import { makeRoots, type Roots } from './testing/installer-rig.ts';

let roots: Roots;
beforeEach(() => {
  roots = makeRoots({ key: 'mcpk_x\n', empty: '' });
  chmodSync(roots.at('key'), 0o600);
  chmodSync(roots.at('empty'), 0o600);
});
afterEach(() => roots.remove());
const read = (name: string, more = {}) => withKeyFile({ COORDINATOR_API_KEY_FILE: roots.at(name), ...more }, 'linux');

describe('withKeyFile', () => {
  it('takes the key out of the file, unless there is one already', async () => {
    expect((await read('key'))['COORDINATOR_API_KEY']).toBe('mcpk_x');
    expect((await read('key', { COORDINATOR_API_KEY: 'mine' }))['COORDINATOR_API_KEY']).toBe('mine');
    expect(await withKeyFile({ A: 'b' }, 'linux')).toEqual({ A: 'b' });
  });

  it('refuses a file that others may read, that is not there, or that is empty', async () => {
    await expect(read('empty')).rejects.toThrow(/holds no key/);
    await expect(read('gone')).rejects.toThrow(/is not there/);
    chmodSync(roots.at('key'), 0o640);
    await expect(read('key')).rejects.toThrow(/chmod 600/);
    expect((await withKeyFile({ COORDINATOR_API_KEY_FILE: roots.at('key') }, 'win32'))['COORDINATOR_API_KEY']).toBe(
      'mcpk_x',
    );
  });
});
