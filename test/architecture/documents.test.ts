import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, workspaces } from './source-tree.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('.env.example', () => {
  it('names the variables that the coordinator reads, no more and no less', () => {
    const named = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
    const readByConfig = [...read('apps/coordinator/src/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]*):/gm)];
    expect(named.sort()).toEqual(readByConfig.map(([, name]) => name).sort());
  });
});

describe('the record of dependencies', () => {
  it('names each of them', () => {
    const [record] = globSync('docs/adr/*-dependencies.md', { cwd: ROOT });
    const text = read(record!);
    const names = ['.', ...workspaces()].flatMap((folder) => {
      const manifest = JSON.parse(read(join(folder, 'package.json'))) as Record<string, Record<string, string>>;
      return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    });
    const missing = new Set(
      names.filter((name) => !name.startsWith('@mcp-coordinator/') && !text.includes(`\`${name}\``)),
    );
    expect([...missing]).toEqual([]);
  });
});

describe('the documents', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'deploy/**/*.md'], { cwd: ROOT });

  it.each(documents)('%s links to files that are there', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, target]) => target ?? '');
    const missing = targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)));
    expect(missing).toEqual([]);
  });
});

describe('the account of ASVS 5.0', () => {
  it('answers each of the 253 requirements of levels 1 and 2 once, and says by what', () => {
    const rows = [...read('docs/asvs.md').matchAll(/^\| (V\d+\.\d+\.\d+) +\| [^|]+ \| ([a-z/]+) +\| ([^|]+) \|$/gm)];
    expect(rows).toHaveLength(253);
    expect(new Set(rows.map(([, id]) => id)).size).toBe(253);
    expect(rows.filter(([, , verdict]) => !['met', 'partly', 'n/a', 'operator'].includes(verdict!))).toEqual([]);
    expect(rows.filter(([, , , by]) => by?.trim() === '').map(([, id]) => id)).toEqual([]);
  });
});
