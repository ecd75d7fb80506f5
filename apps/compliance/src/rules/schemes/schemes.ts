import type { Aspect } from './aspects.ts';

/** The rules that schemes speak for. */
export type SchemeRule = 'TDF-03' | 'TDF-04' | 'TDF-06' | 'TDF-07' | 'TDF-08' | 'TDF-10' | 'XSV-02';

/** Parts of an order that have no honest reading together. */
export interface Scheme {
  readonly rule: SchemeRule;
  /** In words, for the reader of the finding. */
  readonly says: string;
  readonly parts: readonly Aspect[];
  /** How many words apart the parts may stand. */
  readonly within: number;
  /** Counts in the sentence that says what the tool is for as well. */
  readonly anywhere?: boolean;
  /** Counts where the tool's purpose has to do with the thing as well. */
  readonly despitePurpose?: boolean;
  /** A denial is part of it: "without telling", "no longer". */
  readonly denies?: boolean;
}

const scheme = (
  rule: SchemeRule,
  says: string,
  parts: readonly Aspect[],
  within: number,
  further: Pick<Scheme, 'anywhere' | 'despitePurpose' | 'denies'> = {},
): Scheme => ({ rule, says, parts, within, ...further });

export const SCHEMES: readonly Scheme[] = [
  scheme('TDF-07', 'a secret is to go into a field', ['secret', 'hands', 'field', 'due'], 20),
  scheme('TDF-07', 'a secret is to be looked up and handed over', ['secret', 'reads', 'hands', 'due'], 22),
  scheme('TDF-07', 'a secret of somebody is to be handed over', ['owned', 'hands', 'due'], 14, {
    despitePurpose: true,
  }),
  scheme('TDF-07', 'a secret goes to somebody outside', ['secret', 'hands', 'away'], 20, {
    anywhere: true,
    despitePurpose: true,
  }),
  scheme('TDF-07', 'an error is to be cured with a secret', ['broken', 'secret', 'reads'], 26),
  scheme('TDF-07', 'an error is to be cured with a secret', ['broken', 'owned', 'hands'], 26, { despitePurpose: true }),
  scheme('TDF-07', 'a secret is wanted under a pretext', ['pretext', 'secret', 'hands'], 24),
  scheme('TDF-10', 'the conversation is to be handed over', ['talk', 'hands', 'field'], 20),
  scheme('TDF-10', 'the conversation is to be handed over', ['talk', 'hands', 'due', 'scope'], 20),
  scheme('TDF-10', 'the conversation goes to somebody outside', ['talk', 'hands', 'away'], 22, {
    anywhere: true,
    despitePurpose: true,
  }),
  scheme('TDF-10', "the model's own instructions are wanted", ['prompt', 'hands', 'agent'], 18),
  scheme('TDF-10', "the model's own instructions are wanted", ['prompt', 'hands', 'due'], 16),
  scheme('TDF-10', 'what other tools there are or say is wanted', ['others', 'hands', 'field'], 18),
  scheme('TDF-10', 'what other tools there are or say is wanted', ['others', 'reads', 'due'], 18),
  scheme('TDF-10', 'personal data is wanted', ['personal', 'hands', 'field', 'agent'], 24),
  scheme('TDF-10', 'personal data is wanted under a pretext', ['pretext', 'personal', 'hands'], 22),
  scheme('TDF-08', 'a copy goes to somebody outside', ['copied', 'hands', 'away'], 16),
  scheme('TDF-08', 'something goes outside unseen', ['unseen', 'hands', 'away'], 18, {
    anywhere: true,
    despitePurpose: true,
    denies: true,
  }),
  scheme('TDF-08', 'personal data goes to somebody outside', ['personal', 'hands', 'away'], 18),
  scheme('TDF-04', 'the model is to act unseen', ['agent', 'hands', 'unseen'], 18, {
    despitePurpose: true,
    denies: true,
  }),
  scheme('TDF-04', 'something is read unseen', ['reads', 'secret', 'unseen'], 18, {
    despitePurpose: true,
    denies: true,
    anywhere: true,
  }),
  scheme('TDF-03', 'the say of the person is taken away', ['assentOff', 'due', 'agent'], 16, { denies: true }),
  scheme('TDF-03', 'the say of the person is taken away', ['assentOff', 'keeping'], 16, { denies: true }),
  scheme('TDF-03', 'the say of the person is taken away', ['assentOff', 'broken'], 20, { denies: true }),
  scheme('TDF-03', 'trust is to be written where the model keeps its rules', ['writes', 'keeping', 'trust'], 18),
  scheme('TDF-03', 'an act with consequences is not to be asked about', ['destroys', 'unasked', 'due'], 10, {
    denies: true,
  }),
  scheme('TDF-03', 'an error is to be cured with a command', ['broken', 'command', 'hands'], 22),
  scheme('TDF-03', 'an error is to be cured with a command', ['broken', 'command', 'away'], 26),
  scheme('TDF-03', 'its behaviour is fetched from elsewhere', ['refetched'], 30, { anywhere: true }),
  scheme('TDF-03', 'it turns once it is trusted', ['trustTime', 'turned', 'turns'], 24, { anywhere: true }),
  scheme('TDF-08', 'it turns once it is trusted, and sends', ['trustTime', 'hands', 'away'], 20),
  scheme('TDF-03', 'the model is to play somebody without rules', ['persona', 'lawless'], 20, {
    denies: true,
    anywhere: true,
  }),
  scheme('TDF-03', 'the model is to play somebody who gives secrets', ['persona', 'secret'], 24, { anywhere: true }),
  scheme('TDF-03', 'the model is to favour somebody and call it neutral', ['bias', 'praises'], 20, { denies: true }),
  scheme('TDF-03', 'the model is to go on without end', ['endless', 'scope'], 16, { denies: true }),
  scheme('TDF-06', 'it claims to come before everything else', ['before', 'everything', 'gate'], 16, {
    denies: true,
    anywhere: true,
  }),
  scheme('XSV-02', "another server's tool is to be used differently", ['otherTool', 'alters', 'due'], 20, {
    anywhere: true,
  }),
];
