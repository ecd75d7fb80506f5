import type { Argument } from './unwrap-command.ts';

/** The value of the first of these options that stands before the package. */
export function optionValue(args: readonly Argument[], names: readonly string[]): Argument | undefined {
  for (const [index, argument] of args.entries()) {
    if (names.includes(argument.value)) return args[index + 1];
    const inline = names.find((name) => name.startsWith('--') && argument.value.startsWith(`${name}=`));
    if (inline !== undefined) return { value: argument.value.slice(inline.length + 1), pointer: argument.pointer };
    // What stands behind the program's own name belongs to the server.
    if (!argument.value.startsWith('-') && !isValueOf(args, index)) return undefined;
  }
  return undefined;
}

const isValueOf = (args: readonly Argument[], index: number): boolean => {
  const before = args[index - 1]?.value ?? '';
  return (
    before.startsWith('-') &&
    !before.includes('=') &&
    !/^-[yq]$|^--(?:yes|no|quiet|prefer|offline|isolated|bun|silent|no-\w+)/.test(before)
  );
};

/** The index of the first word that is neither an option nor the value of one. */
export function positional(args: readonly Argument[], valued: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const value = args[at]?.value ?? '';
    if (value === '--') return at + 1;
    if (!value.startsWith('-')) return at;
    if (valued.includes(value)) at++;
  }
  return args.length;
}
