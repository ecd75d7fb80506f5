import { PackageStore } from '../store/package-store.ts';
import { npmWith } from '../store/run-npm.ts';

/** Installs one package and dies by SIGKILL where it is told to. */
const { folder, environment, name, version, dieAt } = JSON.parse(process.argv[2] ?? '') as {
  folder: string;
  environment: Record<string, string>;
  name: string;
  version: string;
  dieAt: string;
};
const store = new PackageStore({
  folder,
  npm: npmWith(environment, process.platform),
  now: () => Date.now(),
  reached: (step) => {
    if (step === dieAt) process.kill(process.pid, 'SIGKILL');
  },
});
const planned = await store.plan(name, version, null);
if (!planned.ok) throw new Error(planned.refusal);
process.stdout.write(JSON.stringify(await store.keep(planned.value)));
