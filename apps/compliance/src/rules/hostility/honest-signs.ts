import { type Vocabulary, words } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** What speaks for the tool: one's own things, agreement, defence, tests, games. It takes weight away, never all of it. */
const LISTS = {
  OWN: words('your yours you yourself own'),
  TRIAL: words(
    'test tests testing staging sandbox sandboxed lab mock mocked fixture fixtures demo simulator simulation emulator emulated development debugging debug localhost ci dummy practise practice training exercise quiz game games player players opponent enemy enemies chess boss puzzle',
  ),
  AGREED: words(
    'approved approval confirmation confirm confirms confirmed authorised authorized consent consented agreed agreement opted opt-in scope scoped permitted registered verified configured asked requested gdpr mdm enrolled erasure dsar lost owner-approved policy permission permissions allowlist allow-listed',
  ),
  CARE: words(
    'warn warns alert alerts notify notifies report reports flag flags protect protects prevent prevents detect detects block blocks quarantine quarantines remediate remediation remove removes recover restores mask masks redact redacts revoke revokes rotate rotates compliance law legal retention audit audited review reviewed educational awareness advisory fix fixes patches recommend recommends recommended suggest suggests safe safely guard guards expiry expires read-only reject rejects rejected refuse refuses refused investigation investigations incident incidents isolate isolates analyst moderation',
  ),
} as const satisfies Vocabulary;

const honest = signsOf('honest', LISTS);

export const HONEST_SIGNS: readonly Concept[] = [
  honest(-1, 'OWN'),
  honest(
    -2,
    'target language|page|tab|element|format|branch|database|directory|folder|path|file|platform|framework|count|group|table|column|date|version|environment',
    'hacker news',
    'hidden files|folders|directories|columns|rows|elements|fields',
  ),
  honest(-1, 'your|you ..1 own|run|manage|host|maintain|paste|provide|enter|create|rent|choose|select|need|want'),
  honest(-1, 'TRIAL', 'support session|case|ticket', 'given|selected user'),
  honest(-1, 'AGREED', 'user ..1 selected|selects|chose|chosen|asked|asks|agrees|allows|wants|selected'),
  honest(-1, 'CARE'),
  honest(
    -2,
    'impersonate|impersonates ..2 service|test|demo account|user|accounts|users',
    'crack|cracks open',
    'precedence over',
    'suspected|detected|confirmed|possible takeover|breach|compromise|intrusion|fraud',
    'after|once ..3 administrator|manager|owner|user|admin ..2 approved|approves|approval|confirmed|agreed',
    'brute-force|bruteforce ..1 search|solver|approach|algorithm|matching|optimum|enumeration|optimisation|optimization',
    'guess|guesses|sniff|sniffs|detects ..3 delimiter|encoding|format|mime|type|language|charset',
    'lost|stolen ..1 company|work ..1 phone|laptop|device',
    'in|into ..2 keychain|vault|credential-manager',
    'tokens|keys ..1 are ..1 kept|stored ..1 in memory',
    'backdoor paths|path|criterion|adjustment',
    'without consent nothing|no',
    'isolated|ephemeral|disposable|sandboxed ..1 container|vm|sandbox|environment|process',
    'call|calls|called|rate|rates|consider|classify ..1 it|file|them ..1 malicious|suspicious|clean',
    'looks|look up ..3 hash|domain|ip|url|address|cve',
    'abuse contact|desk|team|report',
    'leaked|exposed|hardcoded|committed ..1 credentials|secrets|keys|passwords ..3 in ..2 repository|repo|code|commit|commits|files|history|your',
    'could ..1 have been',
    'user|person|customer ..1 is|are ..1 informed|notified|told',
    'session ..1 is logged|recorded|audited',
    'inject|injects|injecting ..3 css|style|styles|stylesheet|dependency|dependencies|fixture|fixtures|header|headers|props|context|providers',
    'your|own ..1 keychain|vault|browser|wallet',
    'scraped|scrape|scrapes ..3 targets|metrics|target',
    'malicious input|content ..3 escaped|wrapped|marked|cannot',
    'flood|floods ..1 forecast|forecasts|stage|stages|risk|level|warning',
    'stage|data|text|rule mining',
    'clone|clones ..2 repository|repo|branch|environment|database',
    'silently ..1 return|returns|fail|fails|ignore|ignored|skip|skipped|drop|dropped|overwrite|succeed',
    'wrong data|results',
    'attack surface',
    'check|checks|compare|compares|whether|if ..6 against|in|appeared ..5 breached|leaked|compromised|pwned|breaches',
    'verify|verifies|check|checks|ensure|ensures that|whether ..4 blocked|detected|stopped|caught|rejected',
    'browser|console|network|page logs|console',
    'isolate|isolates|cut|cuts|take|takes ..4 endpoint|host|machine|device ..3 network',
  ),
  honest(
    -2,
    'remove|removes|clean|cleans|find|finds|search|searches|disinfect|recover|recovers|check|checks|vet|vets|flag|flags ..3 malware|infection|infections|virus|viruses|ransomware|threat|threats|spyware|breach|breaches|phishing',
    'in|for ..1 your|own code|fleet|repository|repositories|zones|network|systems|account|accounts|servers|project',
  ),
  honest(-1, 'asks|ask|after|with|upon|once ..2 confirmation|approval|consent|agrees|confirms|approves'),
];
