// Started by `npm run bench:audit`: exports a whole log as a bundle, and says what that took.
import { openMeasuredLog } from './measured-log.ts';

const [, , connectionString = ''] = process.argv;
const { database, audit } = await openMeasuredLog(connectionString, 4);
const started = performance.now();
const caller = { actor: 'bench' };
const query = { format: 'bundle', fromLeaf: 0 };
const answer = await audit.handlers.exportAudit({ query, caller, requestId: 'bench' } as never);
if (!('body' in answer) || typeof answer.body.content === 'string') throw new Error('the export was refused');
let records = 0;
for await (const part of answer.body.content as AsyncIterable<string>) records += part.split('\n').length - 1;
const seconds = (performance.now() - started) / 1_000;
await database.close();
// What was recorded of this export itself is no record of the measured ones.
process.stdout.write(
  JSON.stringify({ records: records - 1, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1_024 }),
);
