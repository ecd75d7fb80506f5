import { describe, expect, it } from 'vitest';
import { MODULE_EDGES } from './module-edges.ts';
import { importsOf, type SourceFile, sourceFiles, targetOf, workspaces } from './source-tree.ts';

const SCOPE = '@mcp-coordinator/';

/** What a package may import of ours. Nothing imports an application. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'packages/contract': [],
  'packages/core': ['contract'],
  'packages/client': ['contract'],
  'packages/audit-verifier': ['core'],
  'packages/telemetry': [],
  'apps/coordinator': ['core', 'contract', 'telemetry'],
  'apps/installer': ['core', 'client', 'contract', 'telemetry'],
  'apps/compliance': ['core', 'client', 'contract', 'telemetry'],
  'apps/dashboard': ['core', 'client', 'contract'],
  'apps/cli': ['core', 'client', 'contract'],
};

/** Sources that import nothing else than this and what ARROWS names, Node's own modules included. */
const PURE: readonly { sources: RegExp; thirdParties: readonly string[] }[] = [
  { sources: /^packages\/contract\//, thirdParties: ['zod'] },
  { sources: /^packages\/core\//, thirdParties: [] },
  // The agent's half of the client is Node's; the rest runs in the browser as well.
  { sources: /^packages\/client\/src\/(?!agent\/)/, thirdParties: [] },
];

/** Files beside an entry that touch `process`, and why they must. */
const PROCESS_EXCEPTIONS: Readonly<Record<string, string>> = {
  'apps/compliance/src/measure/bench-detection.ts': 'is an entry of its own, a command of the benches',
  'apps/installer/src/conformance/run.ts': 'is an entry of its own, a command that runs the official tools',
  'apps/installer/src/measure/bench.ts': 'is an entry of its own, a command of the benches',
  'packages/client/src/agent/process-family.ts': 'ends the processes that a server it started leaves behind',
  'apps/compliance/src/measure/fuzz.ts': 'is an entry of its own, a command of the benches',
  'apps/compliance/src/measure/learn-weights.ts': 'is an entry of its own, a command that learns the weights',
  'apps/compliance/src/measure/bench.ts': 'is an entry of its own, a command of the benches',
  'apps/compliance/src/probe/probe-server.ts': 'starts the server that it probes with the Node that runs it',
  'apps/compliance/src/probe/sandbox.ts': 'shows that Node to what runs in the sandbox',
  'apps/coordinator/src/measure/bench-audit.ts': 'is an entry of its own, a command of the benches',
  'apps/coordinator/src/measure/export-alone.ts': 'is an entry of its own, whose memory is measured',
  'apps/coordinator/src/measure/measure-reads.ts': 'starts a process whose memory is measured',
  'apps/installer/src/files/file-lock.ts': 'names its own process in a lock, and asks whether the holder of one lives',
};

const VAGUE_NAMES = /^(services?|managers?|utils?|helpers?|common|shared|types|misc)$/;
const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b/;
const MODULES = 'apps/coordinator/src/modules/';

const files = sourceFiles();

/** `file: what is wrong`, so that a failure names every place at once. */
const complaints = (check: (file: SourceFile) => readonly string[]): string[] =>
  files.flatMap((file) => check(file).map((what) => `${file.path}: ${what}`));

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('reading imports', () => {
  it('finds every form, and none in comments', () => {
    const text = `
      import a from 'a';
      import type { B } from "@b/b/c";
      import { c,
        d } from './c.ts';
      import 'e';
      export { f } from '../f.ts';
      const g = await import('g');
      // import h from 'h';
      /* import i from 'i'; */
      const url = 'https://example.org'; import j from 'j';`;
    expect(importsOf(text)).toEqual(['a', '@b/b/c', './c.ts', 'e', '../f.ts', 'g', 'j']);
  });
});

describe('packages', () => {
  it('all have their arrows listed', () => {
    expect(workspaces().filter((workspace) => !(workspace in ARROWS))).toEqual([]);
  });

  it('import only what their arrows allow', () => {
    const check = ({ workspace, imports }: SourceFile) =>
      imports
        .filter((specifier) => specifier.startsWith(SCOPE))
        .filter((specifier) => !ARROWS[workspace]?.includes(packageOf(specifier).slice(SCOPE.length)))
        .map((specifier) => `${workspace} does not depend on ${specifier}`);
    expect(complaints(check)).toEqual([]);
  });

  it('are left by no relative import', () => {
    const check = (file: SourceFile) =>
      file.imports.filter((specifier) => {
        const target = targetOf(file, specifier);
        return target !== undefined && !target.startsWith(`${file.workspace}/`);
      });
    expect(complaints(check)).toEqual([]);
  });

  it('that are pure import nothing from outside', () => {
    const check = ({ path, imports, isTest }: SourceFile) => {
      const pure = PURE.find(({ sources }) => sources.test(path));
      if (pure === undefined || isTest) return [];
      return imports.filter(
        (specifier) =>
          !/^\./.test(specifier) && !specifier.startsWith(SCOPE) && !pure.thirdParties.includes(packageOf(specifier)),
      );
    };
    expect(complaints(check)).toEqual([]);
  });

  it('keep the agent’s half of the client out of the browser', () => {
    const agent = 'packages/client/src/agent/';
    const check = (file: SourceFile) => {
      const isBrowsers = file.workspace === 'apps/dashboard' || file.workspace === 'packages/client';
      if (!isBrowsers || file.path.startsWith(agent)) return [];
      return file.imports.filter(
        (specifier) => targetOf(file, specifier)?.startsWith(agent) || specifier.startsWith(`${SCOPE}client/agent/`),
      );
    };
    expect(complaints(check)).toEqual([]);
  });
});

describe('modules of the coordinator', () => {
  const moduleOf = (path: string): string | undefined =>
    path.startsWith(MODULES) ? path.slice(MODULES.length).split('/')[0] : undefined;

  /** The imports of a file that lead into a module which the file is no part of. */
  const entriesOf = (file: SourceFile): { module: string; target: string }[] =>
    file.imports.flatMap((specifier) => {
      const target = targetOf(file, specifier);
      const module = target === undefined ? undefined : moduleOf(target);
      return target !== undefined && module !== undefined && module !== moduleOf(file.path) ? [{ module, target }] : [];
    });

  it('are entered only through <feature>.module.ts', () => {
    const check = (file: SourceFile) =>
      entriesOf(file)
        .filter(({ module, target }) => target !== `${MODULES}${module}/${module}.module.ts`)
        // Tests of one module may set up another with what that one lends them.
        .filter(({ module, target }) => !(file.isTest && target.startsWith(`${MODULES}${module}/testing/`)))
        .map(({ module, target }) => `enters ${module} by ${target}`);
    expect(complaints(check)).toEqual([]);
  });

  it('know one another as listed in module-edges.ts, no more and no less', () => {
    const found = files
      .filter(({ isTest }) => !isTest)
      .flatMap((file) => entriesOf(file).map(({ module }) => ({ from: moduleOf(file.path), to: module })))
      .filter(({ from }) => from !== undefined)
      .map(({ from, to }) => `${from} → ${to}`);
    const listed = Object.entries(MODULE_EDGES).flatMap(([from, to]) => to.map((name) => `${from} → ${name}`));
    expect([...new Set(found)].sort()).toEqual(listed.sort());
  });

  it('know one another without cycles', () => {
    const settled = new Set<string>();
    const visit = (module: string, path: readonly string[]): void => {
      if (path.includes(module))
        throw new Error(`a cycle: ${[...path.slice(path.indexOf(module)), module].join(' → ')}`);
      if (settled.has(module)) return;
      for (const next of MODULE_EDGES[module] ?? []) visit(next, [...path, module]);
      settled.add(module);
    };
    for (const module of Object.keys(MODULE_EDGES)) visit(module, []);
  });
});

describe('every source file', () => {
  it('has a name that says what is in it', () => {
    const check = ({ path, workspace }: SourceFile) =>
      path
        .slice(workspace.length)
        .split(/[^a-z0-9]+/i)
        .filter((word) => VAGUE_NAMES.test(word))
        .map((word) => `"${word}" says nothing about the content`);
    expect(complaints(check)).toEqual([]);
  });

  it('leaves the process to the entry file', () => {
    const isEntry = ({ path, workspace }: SourceFile) =>
      path === `${workspace}/src/main.ts` ||
      (workspace !== 'apps/coordinator' && path === `${workspace}/src/config.ts`);
    const check = (file: SourceFile) => {
      if (file.isTest || isEntry(file) || file.path in PROCESS_EXCEPTIONS) return [];
      const touches = /(?<![.\w$])process\s*\./.test(file.code) || file.imports.includes('node:process');
      return touches ? ['touches process'] : [];
    };
    expect(complaints(check)).toEqual([]);
  });

  it('touches the process where an exception says so', () => {
    const paths = new Set(files.map(({ path }) => path));
    expect(Object.keys(PROCESS_EXCEPTIONS).filter((path) => !paths.has(path))).toEqual([]);
  });

  it('is finished', () => {
    const check = ({ text }: SourceFile) => text.match(UNFINISHED)?.slice(0, 1) ?? [];
    expect(complaints(check)).toEqual([]);
  });
});
