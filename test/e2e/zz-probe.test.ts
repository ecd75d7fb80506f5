import { it } from 'vitest';
import { makePlace, startSystem } from './start-system.ts';
import { allHealthy, signIn, assess, propose, approve, run, untilOver, accepted } from './people.ts';
const KILO='.kilocode/mcp.json';
it('probe', async () => {
  const place = makePlace({[KILO]: `// Kept by hand: the order matters to us.
{
    "mcpServers": {
        /* reads what lies in /tmp */
        "filesystem": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/tmp"], "alwaysAllow": [] }, // keep
        "postgres": {
            "command": "npx", "args": ["-y", "@modelcontextprotocol/server-postgres"],
            "env": { "DATABASE_URL": "postgresql://user:hunter2secret@localhost:5432/db" }
        }
    },
    "theirs":   [1,2,   3] // not ours
}
`});
  const t0 = performance.now();
  const lap = (s: string) => console.log(s, Math.round(performance.now()-t0));
  const system = await startSystem(place);
  lap('ready ' + system.readyMs);
  const admin = await signIn(system.url);
  await allHealthy(admin);
  lap('healthy');
  const a = await assess(admin, 'a-1', ['filesystem','postgres']);
  lap('assessed');
  const p = await propose(admin, [
    { id: 'action-1', type: 'install_server', serverName: 'memory', command: 'npx', args: ['-y', '@modelcontextprotocol/server-memory'], env: { API_KEY: 'sk-verysecretvalue123456' } },
    { id: 'action-2', type: 'remove_server', serverName: 'postgres' }], {assessmentId: 'a-1'});
  lap('proposed');
  const shown = accepted(await admin.call.showRemediation({params:{id:p}}));
  console.log(JSON.stringify(shown.preview,null,1));
  const {approvalToken, executionId} = await approve(admin, p);
  lap('approved');
  accepted(await run(admin, p, approvalToken));
  const done = await untilOver(admin, executionId);
  lap('run');
  console.log(JSON.stringify(done,null,1));
  console.log(place.read(KILO));
  console.log(await system.stop());
  lap('stopped');
  const again = await startSystem(place);
  lap('warm '+again.readyMs);
  await allHealthy(await signIn(again.url));
  lap('healthy');
  const e = await again.stop();
  lap('stopped'); console.log(e.left, e.code);
  console.log(place.root);
});
