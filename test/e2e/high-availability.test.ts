import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Cluster, type Served, startCluster } from './cluster.ts';
import { constantLoad } from './constant-load.ts';
import { accepted, eventually, signIn } from './people.ts';
import { startNginx } from './start-nginx.ts';
import { watchEvents } from './watch-events.ts';

const FILES = { '.cursor/mcp.json': '{ "mcpServers": { "kept": { "command": "/bin/false", "disabled": true } } }\n' };

/** It drains, and what is under way has its time. */
const STOP_WITHIN_MS = 30_000;

let cluster: Cluster;
let installer: Served;
let compliance: Served;
beforeAll(async () => {
  cluster = await startCluster(inject('pgUrl'), 'high_availability');
  installer = await cluster.serve('installer', 'laptop', FILES);
  compliance = await cluster.serve('compliance', 'rules');
  await healthy();
});
afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const { place } of cluster.instances) process.stderr.write(`${place.log().slice(-4000)}\n`);
});
afterAll(() => cluster?.close());

const healthy = () =>
  eventually(async () => {
    const { servers } = accepted(await cluster.admin.call.listServers());
    expect(servers.map(({ id, status }) => `${id} ${status}`)).toEqual(['laptop healthy', 'rules healthy']);
  });

describe('two coordinators behind a proxy', { timeout: 240_000 }, () => {
  it('are replaced one after the other under constant load, and no request fails', async () => {
    const { admin, url, instances } = cluster;
    const events = await watchEvents(url, admin.token, ['assessments']);
    const asked: string[] = [];
    const load = constantLoad(
      url,
      admin.token,
      [
        { method: 'GET', path: '/servers' },
        { method: 'GET', path: `/servers/${installer.serverId}/ping` },
        {
          method: 'POST',
          path: '/assessments',
          body: () => {
            const requestId = randomUUID();
            asked.push(requestId);
            return { requestId, assessmentType: 'compliance', targetServers: ['kept'] };
          },
        },
        { method: 'GET', path: `/servers/${compliance.serverId}/ping` },
      ],
      3,
    );
    for (const instance of instances) {
      const { code, left } = await instance.system.stop('SIGTERM', STOP_WITHIN_MS);
      expect({ code, left }).toEqual({ code: 0, left: [] });
      await instance.start();
    }
    await load.stop();
    expect(load.failures, load.failures.join('\n')).toEqual([]);
    expect(load.count()).toBeGreaterThan(50);
    await healthy();
    await eventually(async () => {
      const { assessments } = accepted(await admin.call.listAssessments({ query: { limit: 200 } }));
      const others = assessments.filter(({ status }) => status !== 'completed');
      expect(others, JSON.stringify(others)).toEqual([]);
    });
    await eventually(() => {
      const completed = events.seen.filter(({ event }) => event === 'assessment.completed');
      const missed = asked.filter((id) => !completed.some(({ data }) => data['assessmentId'] === id));
      expect(
        missed,
        `seen:\n${JSON.stringify(events.seen.map(({ event, data }) => [event, data['assessmentId']]))}`,
      ).toEqual([]);
      return Promise.resolve();
    });
    events.subscription.close();
    expect(accepted(await admin.call.verifyAudit())).toMatchObject({ valid: true });
  });

  it('serve behind nginx too, links and live pages, and go on when one of them is killed', async () => {
    const [a, b] = cluster.instances;
    const nginx = await startNginx([a.port, b.port]);
    try {
      const admin = await signIn(nginx.url);
      const second = await cluster.serve('compliance', 'behind-nginx', {}, nginx.url);
      const answers = () =>
        eventually(async () => {
          accepted(await admin.call.pingServer({ params: { id: second.serverId } }));
        });
      await answers();
      const events = await watchEvents(nginx.url, admin.token, ['assessments']);
      const requestId = randomUUID();
      const asked = { requestId, assessmentType: 'compliance' as const, targetServers: ['kept'] };
      accepted(await admin.call.requestAssessment({ body: asked }));
      await eventually(() => {
        expect(events.seen.map(({ data }) => data['assessmentId'])).toContain(requestId);
        return Promise.resolve();
      });
      events.subscription.close();
      expect((await fetch(`${nginx.url}/internal/hop`, { method: 'POST' })).status).toBe(404);
      for (const instance of [a, b]) {
        await instance.system.crash();
        await answers();
        accepted(await admin.call.listServers());
        await instance.start();
      }
    } finally {
      await nginx.close();
    }
  });
});
