import type { Edited } from './splices.ts';

/** How a file is written down. */
export interface FileFormat {
  readonly syntax: 'jsonc' | 'toml' | 'yaml';
  /** Lists whose items are told apart by their member `name`; they are read and changed as if they were objects. */
  readonly namedLists: readonly (readonly string[])[];
}

export const JSONC: FileFormat = { syntax: 'jsonc', namedLists: [] };
export const TOML: FileFormat = { syntax: 'toml', namedLists: [] };
export const YAML: FileFormat = { syntax: 'yaml', namedLists: [] };

/** Why a text cannot be edited. Line and column count from 1. */
export interface Unreadable {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** A text value with its place, for showing a file with secrets masked. */
export interface TextValue {
  /** The name it is given to; empty for an item of a list. */
  readonly key: string;
  /** The item before it in a list. */
  readonly before: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A parsed configuration file. Paths name members by their keys, from the top. Each edit answers the whole new text, in which
 * nothing but that member is another; whoever asks checks it by parsing it again.
 */
export interface ConfigDocument {
  readonly format: FileFormat;
  readonly text: string;
  /** What a client reads from it; undefined for a file that holds nothing yet. */
  readonly value: unknown;
  /** Replaces the value of a member, or adds it as the first of its object. */
  set(path: readonly string[], value: unknown): Edited;
  /** Removes a member and nothing else; comments around it stay. */
  remove(path: readonly string[]): Edited;
  /** The very words of a member, or undefined where it is not there in one piece. */
  words(path: readonly string[]): string | undefined;
  /** Puts a member back in the words it had. */
  putBack(path: readonly string[], words: string): Edited;
  /** Where a member really stands: the position of an item in place of its name. */
  locate(path: readonly string[]): readonly (string | number)[];
  texts(): readonly TextValue[];
}

export type ParsedConfig =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problem: Unreadable };

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isUnder = (path: readonly (string | number)[], start: readonly (string | number)[]): boolean =>
  path.length >= start.length && start.every((key, index) => path[index] === key);

export const samePath = (one: readonly (string | number)[], other: readonly (string | number)[]): boolean =>
  one.length === other.length && isUnder(one, other);
