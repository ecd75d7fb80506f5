import type { ServerArgument, ServerInput } from './server-json.ts';

/** Values given for a server's inputs, by the names its `server.json` gives them. */
export type Given = Readonly<Record<string, string>>;

/** An input that only the person knows. */
export interface MissingInput {
  readonly name: string;
  readonly question: string;
  readonly isSecret: boolean;
}

/** Fills inputs in and remembers which are missing or not allowed, so that all of them are told at once. */
export class InputForm {
  readonly #given: Given;
  readonly #used = new Set<string>();
  readonly problems: string[] = [];
  /** What is needed and was not given; a person may be asked for it. */
  readonly missing: MissingInput[] = [];

  constructor(given: Given) {
    this.#given = given;
  }

  /** The value of one input; undefined where it may be left out and nothing was given. */
  fill(name: string, input: ServerInput): string | undefined {
    if (input.value !== undefined) return this.#template(input.value, input.variables ?? {});
    const given = Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
    if (given !== undefined) this.#used.add(name);
    const value = given ?? input.default;
    if (value === undefined) {
      if (input.isRequired === true) {
        this.problems.push(`${name} is needed${described(input)}`);
        this.missing.push({ name, question: `${name}${described(input)}`, isSecret: input.isSecret === true });
      }
      return undefined;
    }
    if (input.choices !== undefined && !input.choices.includes(value))
      this.problems.push(`${name} must be one of ${input.choices.join(', ')}`);
    return value;
  }

  /** Arguments in their order; a named one is two words. */
  arguments(list: readonly ServerArgument[] = []): string[] {
    return list.flatMap((argument, index) => {
      const label = argument.name ?? argument.valueHint ?? `argument ${index + 1}`;
      if (this.#isSwitch(label, argument)) return argument.isRequired === true ? [argument.name ?? ''] : [];
      const value = this.fill(label, argument);
      if (value === undefined) return [];
      return argument.type === 'positional' ? [value] : [argument.name ?? '', value];
    });
  }

  /** A named argument that says nothing of a value has none. */
  #isSwitch(label: string, { type, value, default: preset, valueHint, choices }: ServerArgument): boolean {
    const said = [value, preset, valueHint, choices].some((part) => part !== undefined);
    return type === 'named' && !said && !Object.hasOwn(this.#given, label);
  }

  url(url: string, variables: Readonly<Record<string, ServerInput>> = {}): string {
    return this.#template(url, variables);
  }

  /** Names that were given and that the server does not have. */
  unknown(): string[] {
    return Object.keys(this.#given).filter((name) => !this.#used.has(name));
  }

  #template(text: string, variables: Readonly<Record<string, ServerInput>>): string {
    return text.replace(/\{([A-Za-z_][\w.-]*)\}/g, (whole, name: string) =>
      Object.hasOwn(variables, name) ? (this.fill(name, variables[name] ?? {}) ?? '') : whole,
    );
  }
}

const described = ({ description, isSecret, choices }: ServerInput): string => {
  const oneOf = choices === undefined ? undefined : `one of ${choices.join(', ')}`;
  const text = [description?.trim(), oneOf, isSecret === true ? 'a secret' : undefined].filter((part) => part);
  return text.length === 0 ? '' : ` (${text.join('; ')})`;
};
