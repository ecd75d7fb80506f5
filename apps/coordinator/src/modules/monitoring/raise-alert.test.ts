import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { newWorld, openMonitoring } from './testing/open-monitoring.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const condition = 'break_glass{approval="a-1"}';

it('an alert of what happened fires at once, outlives every look at the rules, and resolves when it is settled', async () => {
  const monitoring = openMonitoring(database, newWorld());
  const { alerts, call, tick, told } = monitoring;
  const raised = await database.db
    .transaction()
    .execute((tx) => alerts.raise(tx, { severity: 'critical', condition, action: 'emergency_alert' }));
  expect(raised).toMatchObject({ state: 'firing', value: null, server: null });
  await alerts.tell(raised);
  expect(told).toEqual([`emergency_alert ${condition} - firing`]);
  await tick();
  await tick();
  const find = async () => (await call('listAlerts')).alerts.find((alert) => alert.id === raised.id);
  expect(await find()).toMatchObject({ state: 'firing' });
  const acknowledged = await call('acknowledgeAlert', { params: { id: raised.id } });
  expect(acknowledged.alert).toMatchObject({ state: 'firing', acknowledgedBy: 'alice' });

  await database.db.transaction().execute((tx) => alerts.settle(tx, condition));
  expect(await find()).toMatchObject({ state: 'resolved' });
  // Settled, there is nothing left to settle.
  await database.db.transaction().execute((tx) => alerts.settle(tx, condition));
  const rows = await database.db.selectFrom('audit_logs').select(['action', 'target']).execute();
  expect(rows.filter(({ target }) => target === raised.id).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['alert_fired', 'alert_acknowledged', 'alert_resolved']),
  );
  expect(rows.filter(({ target }) => target === raised.id)).toHaveLength(3);
});
