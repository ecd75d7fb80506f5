import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../config.ts';
import { makeRoots, type Roots } from '../testing/installer-rig.ts';
import { demandOf, readApproverKeys } from './approver-keys.ts';

const key = (credentialId: string) => ({ credentialId, publicKey: 'AA' });
const keys = {
  ...{ quorum: 1, rpId: 'localhost', origins: ['http://localhost:3000'] },
  approvers: [
    { username: 'ana', passkeys: [key('A')] },
    { username: 'bea', passkeys: [key('B'), key('C')] },
  ],
};

let roots: Roots;
beforeEach(() => {
  roots = makeRoots({ 'keys.json': keys, broken: '{' });
});
afterEach(() => roots.remove());

describe('the pinned approvers', () => {
  it('come from a file or from the variable itself, and are none where it is not set', async () => {
    chmodSync(roots.at('keys.json'), 0o644);
    expect(await readApproverKeys(roots.at('keys.json'), 'linux')).toEqual(keys);
    expect(await readApproverKeys(JSON.stringify(keys), 'linux')).toEqual(keys);
    expect(await readApproverKeys(null, 'linux')).toBeNull();
    expect(demandOf(keys)).toEqual({ quorum: 1, approvers: ['ana', 'bea'] });
  });

  it('stop the start where the file is not there, not whole, or others may write it', async () => {
    await expect(readApproverKeys(roots.at('gone.json'), 'linux')).rejects.toThrow(/is not there/);
    await expect(readApproverKeys('keys.json', 'linux')).rejects.toThrow(/absolute path/);
    await expect(readApproverKeys(roots.at('broken'), 'linux')).rejects.toThrow(ConfigError);
    chmodSync(roots.at('keys.json'), 0o666);
    await expect(readApproverKeys(roots.at('keys.json'), 'linux')).rejects.toThrow(/chmod go-w/);
  });

  it.each<[string, object]>([
    ['no approvers', { approvers: [] }],
    ['a quorum that they cannot meet', { quorum: 3 }],
    ['a quorum of none', { quorum: 0 }],
    ['one of them twice', { approvers: [keys.approvers[0], keys.approvers[0]] }],
    ['one passkey for two', { approvers: [keys.approvers[0], { username: 'bea', passkeys: [key('A')] }] }],
    ['an origin with a path', { origins: ['http://localhost:3000/'] }],
    ['anything unknown', { quorums: 2 }],
  ])('stop the start with %s', async (_, more) => {
    await expect(readApproverKeys(JSON.stringify({ ...keys, ...more }), 'linux')).rejects.toThrow(
      /INSTALLER_APPROVER_KEYS does not fit/,
    );
  });
});
