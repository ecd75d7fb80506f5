import { imageReference } from './container-image.ts';
import type { PackageReference } from './fetched-package.ts';
import { denoPackage, npmPackage } from './npm-package.ts';
import { pypiPackage } from './pypi-package.ts';
import type { Argument, Invocation } from './unwrap-command.ts';

type ReadPackage = (args: readonly Argument[]) => PackageReference | undefined;

/** Programs that fetch a package and run it, with the words that make them do so. */
const RUNNERS: readonly { readonly call: RegExp; readonly words: number; readonly read: ReadPackage }[] = [
  { call: /^(?:npx|bunx|pnpx)$/, words: 0, read: npmPackage },
  { call: /^(?:npm (?:exec|x)|pnpm dlx|yarn dlx|bun x)$/, words: 1, read: npmPackage },
  { call: /^deno$/, words: 0, read: denoPackage },
  { call: /^uvx$/, words: 0, read: pypiPackage },
  { call: /^pipx run$/, words: 1, read: pypiPackage },
  { call: /^uv tool run$/, words: 2, read: pypiPackage },
  { call: /^(?:docker|podman|nerdctl)$/, words: 0, read: imageReference },
];

/** Reads the runners that fetch from a registry; undefined for a program that is installed already. */
export function packageReference({ program, args }: Invocation): PackageReference | undefined {
  const runner = RUNNERS.find(({ call, words }) =>
    call.test([program, ...args.slice(0, words).map(({ value }) => value)].join(' ')),
  );
  return runner?.read(args.slice(runner.words));
}
