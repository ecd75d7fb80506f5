/** A `server.json` of the official registry as entries that a client would be given for it. */
export function entriesOfRegistryDescription(
  document: Readonly<Record<string, unknown>>,
): { name: string; entry: unknown }[] {
  const name = typeof document['name'] === 'string' ? document['name'] : 'server';
  const packages = listOf(document['packages']).map((item) => ({ name, entry: packageEntry(item) }));
  const remotes = listOf(document['remotes']).map((item) => ({
    name,
    entry: { type: item['type'], url: item['url'], headers: namedValues(item['headers']) },
  }));
  return [...packages, ...remotes];
}

/** True for a document that describes a server to the registry. */
export const isRegistryDescription = (document: Readonly<Record<string, unknown>>): boolean =>
  typeof document['name'] === 'string' && (Array.isArray(document['packages']) || Array.isArray(document['remotes']));

type Fields = Readonly<Record<string, unknown>>;
const listOf = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter((item): item is Fields => typeof item === 'object' && item !== null) : [];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const RUNNERS: Readonly<Record<string, (name: string, version: string) => { command: string; args: string[] }>> = {
  npm: (name, version) => ({ command: 'npx', args: ['-y', version === '' ? name : `${name}@${version}`] }),
  pypi: (name, version) => ({ command: 'uvx', args: [version === '' ? name : `${name}==${version}`] }),
  oci: (name, version) => ({
    command: 'docker',
    args: ['run', '-i', '--rm', version === '' || name.includes('@') ? name : `${name}:${version}`],
  }),
};

function packageEntry(item: Fields): unknown {
  const registry = textOf(item['registryType'] ?? item['registry_type'] ?? item['registry_name']);
  const run = Object.hasOwn(RUNNERS, registry) ? RUNNERS[registry] : undefined;
  if (run === undefined)
    return { command: textOf(item['runtimeHint']) || registry, args: [textOf(item['identifier'])] };
  const { command, args } = run(textOf(item['identifier'] ?? item['name']), textOf(item['version']));
  const own = listOf(item['packageArguments']).flatMap((argument) =>
    [argument['name'], argument['value']].map(textOf).filter((text) => text !== ''),
  );
  return {
    command,
    args: [...args, ...own],
    env: namedValues(item['environmentVariables'] ?? item['environment_variables']),
  };
}

/** Variables that the description leaves to the person are no empty ones: they are asked for when it is installed. */
const namedValues = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    listOf(value).map((item) => [
      textOf(item['name']),
      textOf(item['value'] ?? item['default']) || `\${${textOf(item['name'])}}`,
    ]),
  );
