import { type Vocabulary, verbs } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** What is done to somebody, by force or by fraud. */
const LISTS = {
  ATTACK: verbs(
    'exploit abuse hijack flood bruteforce brute-force poison spoof forge tamper sabotage infect phish impersonate evade circumvent extort blackmail threaten stalk eavesdrop sniff smuggle siphon weaponize weaponise defraud deceive trick coerce deface cripple pilfer rob scam swindle launder falsify fabricate subvert pwn trojanize backdoor cryptojack doxx dox harass bully steal crack exfiltrate ddos unmask deanonymize deanonymise jailbreak loot ransack ransom infiltrate snoop spy wiretap enslave sideload hollow coax dupe swat hack bombard pollute kerberoast counterfeit blackmail vandalize vandalise shoplift burgle embezzle plagiarize terrorize terrorise intimidate humiliate radicalise radicalize bribe typosquat skim jam weaken overwhelm burglarize maim poach peddle slander defame incite groom catfish drain pickpocket trespass',
    'stole stolen attack attacks attacking attacked intrusion intrusions break-in break-ins exploitation takeover takeovers theft thefts kidnapping espionage surveillance stalking hacking infiltration sabotaging exfiltration penetrate penetrates penetrating shoulder-surfing wardriving surveil surveils spying self-replicates self-replicating self-replicate harassment extortion',
  ),
  HARM: verbs(
    'bypass dump wipe crash disable overwrite corrupt destroy erase intercept clone inflate rewrite leverage guess relaunch mine spam exhaust overload saturate encrypt seize scramble replace divert reroute hide kill harvest plant inject patch unload duplicate strip defeat scrape terminate tap unlock leak disrupt modify unhook swap tunnel redirect conceal recruit enlist enroll recover decrypt manipulate escalate pivot relay replay spray misuse lure fool knock alter reprogram suppress downgrade catch hop persuade convince slip sneak photograph guess overlay drop stage grab scrub mimic enter impair sweep resell root dial snatch invent rig steer sway nudge block starve deny trap tail bug pry peek sell unset suspend zero override swap',
    'hid hidden taken caught spreads spread',
  ),
} as const satisfies Vocabulary;

/** Verbs with which a tool tells that it attacks. */
export const HOSTILE_VERBS: ReadonlySet<string> = LISTS.ATTACK;

const aggression = signsOf('aggression', LISTS);

export const AGGRESSION_SIGNS: readonly Concept[] = [
  aggression(2, 'ATTACK'),
  aggression(
    2,
    'break|breaks|breaking|broke|climb|climbs|jump|jumps|breakout ..2 out|into|in|through|isolation|of',
    'take|takes|taking|took ..3 over|control|offline|down|hostage',
    'get|gets|getting|talk|talks|log|logs in|into|out ..4 without',
    'become|becomes|becoming root|admin|administrator|system',
    'obtain|gain|gains|obtains|acquire|get|gets|reach|turn|turns|hand|hands ..5 root|admin|administrator|unauthorized|superuser|domain-admin|privileged',
    'until ..5 offline|crashes|unavailable|approve|approves|unresponsive|fails|accepted|drops|gives|works|way|evaluates|succeeds',
    'again|over|repeatedly ..4 until ..4 accepts|accept|approves|approve|gives|tires|taps|yields|clicks|agrees',
    'so ..4 run|runs|execute|executes|install|installs ..1 our|my|the ..1 code|payload|package',
    'slip|slips|plant|plants|sneak|sneaks|inject|injects|seed|seeds ..4 into ..4 memory|answers|training|dataset|datasets|index|context|corpus',
    'clicks|click ..4 ads|ad|banners ..10 revenue|earn|money|income',
    'through|via|using|over ..2 vulnerable|unpatched|misconfigured ..2 form|page|endpoint|plugin|server|service|site|version',
    'moves|ports|transfers|move|port ..3 phone|mobile ..1 number ..3 to ..2 new|another|other|different ..2 sim|card|carrier',
    'answers|answering|answer ..2 security questions',
    'points|redirects|resolves ..6 host|domain|name|hostname ..3 to our|another|own|attacker',
    'where ..4 woman|girl|man|person|someone|ex|journalist|child|employee ..1 lives|works|live|work|sleeps|goes|is',
    'itself ..3 to|across|into|on ..3 share|shares|other|every|each|all|network|usb|contacts|machine|machines|hosts',
    'singled|single out',
    'used|use|abuse ..2 for ..2 attack|attacks|intrusion|fraud|phishing|takeover|harm',
    'carries|carry|executes|runs|perform|performs ..2 out|whatever ..2 whatever|task|command|order|tasks',
  ),
  aggression(
    2,
    'log|logs|record|records|capture|captures|write|writes|save|saves ..3 every|all|each|what|everything ..2 key|keys|keystroke|keypress|typed|typing|passwords|password',
    'run|runs|execute|executes|evaluates|evaluate ..2 anything|everything|whatever|any|arbitrary|untrusted ..2 code|command|commands|script|input|caller|expression|shell',
    'untrusted|unsanitized|unsanitised|unescaped|unvalidated|raw|unchecked|unfiltered|user ..2 input|inputs|data|parameters|strings|values|objects ..8 directly|eval|shell|query|queries|sql|interpreter|code|command|execute|executes',
    'directly|straight|verbatim ..3 into|to|as|in|through ..3 sql|query|queries|shell|eval|command|commands|code|interpreter|os',
    'anything ..3 as root',
    'every|all|any|each ..5 it|account|that can reach|write|access|find|infect|touch',
    'test|tests|checks|check|keeps|keep ..2 which|working|valid|ones ..2 still|work|valid|working',
    "change|changes|alter|alters|bias|skew ..3 model's|classifier's|models ..1 behaviour|behavior|output|outputs|answers",
    'turn|turns|turning ..4 into proxies|zombies|bots|slaves|administrator|admin',
    'allow|allows|allowing|let|lets|enable|enables|enabling|permitting attackers|attacker|adversaries|hackers|anyone|intruders|outsiders|remote|arbitrary',
  ),
  aggression(
    3,
    'use|uses|using|abuses|with ..2 stolen|captured|leaked|found|obtained|harvested|intercepted|dumped|forwarded ..3 credentials|hash|hashes|passwords|token|tokens|session|agent|key|keys|cookies|ticket|tickets',
    "use|uses|using ..1 another|someone|somebody|others ..2 user's|else's|person's|account|credentials|session|agent",
    'guess|guesses|guessing|crack|cracks|bruteforces|brute-forces ..3 passwords|password|pins|pin|codes|credentials|logins|passphrase|passphrases',
    'log|logs|record|records|capture|captures|keep|keeps|save|saves|store|stores ..2 what|everything|whatever|anything ..2 visitors|users|user|people|person|victims|victim|someone ..1 types|type|enters|enter|says|say|typed|entered|writes',
    'gain|gains|achieve|achieves|obtain|obtains|get|gets|leads|lead|leading ..3 code execution',
    'injected|attacker-supplied|attacker-controlled commands|command|code|queries|query|sql|statements|script|scripts',
    'user-controlled|attacker-controlled|untrusted|unsanitized ..2 input|data|parameter|parameters|string ..6 system|exec|eval|shell|sql|popen|subprocess|query|interpreter',
    'take|takes|taking|copy|copies|read|reads|pull|pulls|lift|lifts|collect|collects|recover|recovers|extract|extracts|grab|grabs|save|saves|keep|keeps|decrypt|decrypts ..4 credentials|passwords|password|cookies|hashes|logins|keystrokes|tokens|secrets|wallets ..5 browser|memory|process|people|visitors|users|everyone|keychain|chrome|firefox|machine|host|box|employees|workstation|workstations|victim|developer|hook',
    'password|credential|cookie store|stores|vault|database of|from ..2 browser|browsers|chrome|keychain',
  ),
  aggression(
    2,
    'try|tries|trying|test|tests|testing|guess|guesses|feeds ..3 every|all|each|millions|thousands|hundreds|many|common|leaked|breached|common ..6 until|accounts|passwords|password|pin|codes|code|numbers|combos|logins|cards|pairs',
    'millions|thousands|hundreds of ..2 accounts|messages|requests|votes|reviews|identities|guesses|connections|emails|cards|bots|calls',
    'advantage of ..3 missing|weak|flaw|bug|hole|patch|misconfigured|trust|vulnerability',
    'through|via|using ..2 deserialisation|deserialization|bug|flaw|vulnerability|hole|overflow|backdoor',
    'does|do|that not ..1 check|checked|validate|sanitize|sanitise|escape ..4 dots|input|path|paths|parameter|shell|sql',
    'unless ..2 pay|pays|paid|comply|sends|give',
    'not ..1 paid|pay ..1 for',
    'without ..2 subscription|licence|license|paying|payment|ticket|key',
    'although|though|even ..4 forbids|forbidden|prohibits|refuses|not|against ..2 allow|allowed|permit|agree|will|terms',
  ),
  aggression(
    3,
    'robbery|burglary|arson|explosives|bioweapon|deepnude|csam|swatting|carding|cryptojacking|terrorism|assassination|trafficking|counterfeiting|money-laundering|genocide|sextortion',
    'nerve agent|agents|gas',
    'decrypts|decrypt|copies|extracts|reads|pulls|unlocks|dumps ..4 keepass|1password|bitwarden|lastpass|keychain|chrome|firefox|edge|safari|wallet|vault ..4 store|key|entries|entry|database|cookies|passwords|while|without',
    "decrypts|decrypt|copies|extracts|dumps ..2 chrome's|firefox's|edge's|browser's|user's ..2 store|cookies|passwords|logins|cookie|password|database",
    'kick|kicks|kicking|throw|throws|knock|knocks ..4 off ..3 network|point|wifi|wi-fi|internet',
    'so ..2 they|she|he|victim|person ..2 can|could ..1 be followed|stalked|found|robbed|blackmailed|ambushed',
    'until ..4 safety|training|filter|filters|refusal|guardrails ..3 gives|fails|breaks|yields|collapses',
    'until ..2 server|site|application|app|target ..2 evaluates|executes|crashes|runs',
    'so ..1 that|it ..3 discloses|reveals|leaks|executes|loads|runs ..5 disk|files|code|commands|first|ours|memory',
    'ask|asks|asking|trick|tricks ..2 them|him|her|people|users|victim|customers|mark|employees|recipients ..3 type|read|enter|give|tell|reveal|share ..5 code|pin|password|otp|codes',
    'home|user|personal directories|folders|files ..6 confidential|passport|passports|salary|secret|secrets|private',
    'build|make|making|manufacture|synthesize ..3 bomb|weapon|weapons|explosive|explosives|drug|drugs|poison',
    'romance|identity|tax|insurance|ad|click|wire|payment|invoice|refund fraud|theft',
    'nude|intimate|explicit ..2 pictures|photos|images|videos ..4 person|child|someone|real|minor',
  ),
  aggression(
    2,
    'ransomware|malware|keylogger|keylogging|rootkit|spyware|stalkerware|botnet|trojan|worm|wiper|backdoor|spoofing|phishing|smishing|vishing|doxxing|doxing|exploit-kit|shellcode',
  ),
  aggression(
    2,
    "with|using|under|through|riding ..1 visitor's|victim's|another|someone's|their|person's|user's ..1 session|cookies|identity|privileges",
  ),
  aggression(
    2,
    'macro|macros ..8 downloads|starts|runs|executes|fetches|launches',
    'unpack|unpacks|decrypt|decrypts|load|loads|decode|decodes ..4 binary|executable|program|payload|module|code|stage ..3 memory',
    'injects|inserts|adds|hooks|puts ..2 script|code|javascript ..3 every|each|all|visited ..2 page|pages|site|sites',
    'reads|saves|keeps|records|copies|logs|stores|captures what ..3 enter|enters|type|types|typed|entered|write|writes',
    'calls|phones|calling|phoning|call|phone home',
    'replace|replaces|overwrites|swaps ..2 library|binary|dll|file|executable|updater of ..2 trusted|signed|legitimate|system|popular',
    'millions|thousands|hundreds of times',
    'fix|fixes|coordinate|coordinates|rig|rigs|agree|agrees ..3 prices|bids|price|bid|tender|tenders ..6 competitors|rivals|cartel|secret|among',
    'changes|swaps|alters|replaces ..4 bank|payment|account ..1 details|number|numbers ..6 invoices|invoice|outgoing|payments|messages',
  ),
  aggression(1, 'HARM'),
];
