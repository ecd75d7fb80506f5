import type { InventoryServer, ToolDefinition } from '@mcp-coordinator/contract/inventory.contract';
import { nameWords } from '../text/name-words.ts';
import { normaliseText } from '../text/normalise-text.ts';

/** The three legs of a toxic flow. */
export interface Capabilities {
  /** Brings in text that strangers wrote. */
  readonly untrusted: boolean;
  /** Reaches data that is not for everyone. */
  readonly private: boolean;
  /** Can carry data out. */
  readonly exit: boolean;
}

const UNTRUSTED =
  /\b(?:fetch(?:es)? (?:a |the )?(?:url|web|page|content)|web ?pages?|from the internet|web search|search(?:es)? the web|browser|navigate|scrape|crawl|inbox|incoming e-?mails?|read(?:s)? e-?mails?|issues?|pull requests?|rss|tweets?|comments)\b/;
const PRIVATE =
  /\b(?:files? from|read(?:s)? (?:a |the )?(?:complete |contents |file|files)|file ?system|database|sql quer|select query|e-?mails?|calendar|documents?|private repositor|notes|slack|messages|contacts|drive)\b/;
const EXIT =
  /\b(?:fetch(?:es)? (?:a |the )?url|http request|send(?:s)? (?:an? )?(?:e-?mail|message)|post(?:s)? (?:a |to )|webhook|upload|create(?:s)? (?:a |an |new )?(?:github )?(?:issue|pull request|gist|comment)|publish|tweet|navigate|browser)\b/;

/** Reads the legs out of what the tools say of themselves. Nothing is inferred for a server whose tools are not known. */
export function capabilitiesOf(server: InventoryServer): Capabilities {
  const known = read.get(server);
  if (known !== undefined) return known;
  const capabilities = readCapabilities(server);
  read.set(server, capabilities);
  return capabilities;
}

/** Each server is looked at once, however many companions ask. */
const read = new WeakMap<InventoryServer, Capabilities>();

function readCapabilities({ definitions }: InventoryServer): Capabilities {
  const texts = definitions.status === 'captured' ? definitions.tools.slice(0, 200).map(wordsOfTool) : [];
  return {
    untrusted: texts.some((text) => UNTRUSTED.test(text)),
    private: texts.some((text) => PRIVATE.test(text)),
    exit: texts.some((text) => EXIT.test(text)),
  };
}

const wordsOfTool = ({ name, description }: ToolDefinition): string =>
  `${nameWords(name).join(' ')} . ${normaliseText((description ?? '').slice(0, 500))}`;
