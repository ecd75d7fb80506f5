import { randomBytes } from 'node:crypto';
import { HOP_MEDIA_TYPE, HOP_PATH, type HopRequest } from '@mcp-coordinator/contract/instances.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomId } from '../../runtime.ts';
import { startTestApp, type TestApp } from '../../testing/harness.ts';
import { type ScriptedInstaller, scriptedInstaller } from '../../testing/scripted-servers.ts';
import { createHopSeal } from './hop-seal.ts';

let app: TestApp;
let installer: ScriptedInstaller;
let instanceId: string;
let message: HopRequest;
beforeAll(async () => {
  app = await startTestApp();
  installer = await scriptedInstaller(app, ['filesystem']);
  const link = await app.database.db.selectFrom('links').selectAll().executeTakeFirstOrThrow();
  instanceId = link.instance_id as string;
  message = {
    operation: 'call',
    serverId: link.server_id,
    epoch: link.epoch,
    timeoutMs: 5_000,
    tool: 'list_servers',
    args: {},
  };
});
afterAll(() => app.close());

/** Another instance, with the shared secrets or with others. */
const peer = (hop = app.coordinator.keysInUse.hop, clock = () => app.now()) =>
  createHopSeal({ clock, newId: randomId, keys: { hop }, instanceId: 'instance_other' });
const post = async (ticket: string | undefined, body: string) => {
  const authorization = ticket === undefined ? {} : { authorization: `Hop ${ticket}` };
  const response = await fetch(`${app.base}${HOP_PATH}`, {
    method: 'POST',
    headers: { 'content-type': HOP_MEDIA_TYPE, ...authorization },
    body,
  });
  return { status: response.status, text: await response.text() };
};
const calls = () => installer.calls.length;

describe('a hop', () => {
  it('is admitted once, and answered under seal', async () => {
    const seal = peer();
    const { id, ticket } = await seal.issue(instanceId);
    const body = await seal.seal(message, id, 'request');
    const before = calls();
    const answer = await post(ticket, body);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('filesystem');
    expect(await seal.open(answer.text.trim(), id, 'answer 0')).toMatchObject({
      type: 'done',
      value: { inventory: {} },
    });
    expect((await post(ticket, body)).status, 'the same again').toBe(401);
    expect(calls()).toBe(before + 1);
  });

  it.each<[string, () => Promise<[string | undefined, string]>]>([
    ['without a ticket', async () => [undefined, '{}']],
    ['with a session token for a ticket', async () => [app.adminToken, '{}']],
    [
      'with a ticket of other secrets',
      async () => {
        const seal = peer({ signing: randomBytes(32), sealing: randomBytes(32) });
        const { id, ticket } = await seal.issue(instanceId);
        return [ticket, await seal.seal(message, id, 'request')];
      },
    ],
    [
      'with a ticket for another instance',
      async () => {
        const { id, ticket } = await peer().issue('instance_else');
        return [ticket, await peer().seal(message, id, 'request')];
      },
    ],
    [
      'with a ticket that is over',
      async () => {
        const seal = peer(undefined, () => new Date(app.now().getTime() - 60_000));
        const { id, ticket } = await seal.issue(instanceId);
        return [ticket, await seal.seal(message, id, 'request')];
      },
    ],
    [
      'with the message of another hop',
      async () => {
        const seal = peer();
        const other = await seal.issue(instanceId);
        return [(await seal.issue(instanceId)).ticket, await seal.seal(message, other.id, 'request')];
      },
    ],
    [
      'with an altered message',
      async () => {
        const seal = peer();
        const { id, ticket } = await seal.issue(instanceId);
        const sealed = await seal.seal(message, id, 'request');
        return [ticket, `${sealed.slice(0, -4)}AAAA`];
      },
    ],
    ['with a message that is none', async () => [(await peer().issue(instanceId)).ticket, 'x'.repeat(2_000_000)]],
  ])('%s is refused, and nothing is asked of the server', async (_, given) => {
    const before = calls();
    const { status, text } = await post(...(await given()));
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ success: false, code: 'unauthenticated' });
    expect(calls()).toBe(before);
  });

  it('for a link that is not there any more is told so', async () => {
    const seal = peer();
    const { id, ticket } = await seal.issue(instanceId);
    const { text } = await post(ticket, await seal.seal({ ...message, epoch: message.epoch + 1 }, id, 'request'));
    expect(await seal.open(text.trim(), id, 'answer 0')).toEqual({ type: 'not_held' });
  });

  it('is no road for JSON', async () => {
    const response = await fetch(`${app.base}${HOP_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(401);
    expect((await fetch(`${app.base}${HOP_PATH}`)).status).toBe(404);
  });
});
