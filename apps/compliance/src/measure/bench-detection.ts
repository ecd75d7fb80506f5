// Entry of `npm run bench:detection -- DIR…`: prints recall, false-alarm rate and each case judged wrongly.
import { describeDetection, measureDetection } from './measure-detection.ts';

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write(
    'usage: npm run bench:detection -- DIR…   (each holds malicious/ and benign/, one JSON file a case)\n',
  );
  process.exit(2);
}
for (const folder of folders) {
  const started = performance.now();
  const cases = await measureDetection(folder, new Date());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${folder} (${cases.length} cases, ${seconds} s)\n${describeDetection(cases)}`);
  if (cases.length === 0) process.exitCode = 2;
}
