import { isCommandText, isUrlText } from '../text/command-text.ts';
import type { TextLeaf } from '../text/definition-text.ts';
import { type DecodedPiece, decodePieces } from '../text/encoded-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { respellings } from '../text/respelled-text.ts';
import { isSensitivePath } from '../text/sensitive-words.ts';
import { holdsHostileOrder } from './hostile-order.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

export const encodedPayload: Rule = {
  id: 'TDF-09',
  issue: 'encoded_payload',
  severity: 'critical',
  title: 'Encoded text hides a command',
  meaning:
    'A piece of the definition decodes to a command, a URL or an order. A person reads over it; a model, or the code behind the tool, decodes it.',
  fix: { text: 'Remove the server.', actionable: true },
  references: [OWASP.poisoning, OWASP.commandInjection, 'CWE-506', 'CWE-116'],
  check: ({ text }) => (text === undefined ? CLEAN : found(text.leaves.flatMap((leaf) => judgeLeaf(leaf) ?? []))),
};

function judgeLeaf(leaf: TextLeaf): Hit | undefined {
  if (leaf.raw.length < 12) return undefined;
  const piece = decodePieces(leaf.raw).find((candidate) => whatItHides(candidate) !== undefined);
  if (piece === undefined) return judgeSpelling(leaf);
  const shown = piece.encoded.length > 60 ? `${piece.encoded.slice(0, 60)}…` : piece.encoded;
  return {
    location: locationOf(leaf),
    evidence: `${piece.how} ${shown} reads ${whatItHides(piece)}: “${piece.decoded.slice(0, 200)}”`,
  };
}

/** Nobody writes so for a reader; one word of what it is about is enough. */
const HIDING = new Set(['ROT13', 'reversed']);
const TELLING =
  /\b(?:passwords?|secrets?|tokens?|credentials?|api keys?|keys|ssh|instructions?|system prompt|delete|curl|\.env)\b/i;

function judgeSpelling(leaf: TextLeaf): Hit | undefined {
  const reading = respellings(leaf.raw).find(
    ({ text, how }) =>
      (holdsHostileOrder(text) || (HIDING.has(how) && TELLING.test(text))) && !holdsHostileOrder(leaf.raw),
  );
  if (reading === undefined) return undefined;
  return { location: locationOf(leaf), evidence: `${reading.how}: reads “${reading.text.slice(0, 200)}”` };
}

function whatItHides({ decoded, how }: DecodedPiece): string | undefined {
  if (isCommandText(decoded)) return 'a command';
  // Percent encoding is how URLs carry one another; only what is hidden on purpose counts as hidden.
  if (how !== 'percent encoding' && isUrlText(decoded)) return 'a URL';
  if (decoded.split(/\s+/).some(isSensitivePath)) return 'the path of a file of keys';
  return holdsHostileOrder(decoded) ? 'an order' : undefined;
}
