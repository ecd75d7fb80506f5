import { type Vocabulary, verbs, words } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** What is done to somebody, by force or by fraud. */
const LISTS = {
  ATTACK: verbs(
    'exploit abuse hijack flood bruteforce brute-force poison spoof forge tamper sabotage infect phish impersonate evade circumvent defeat extort blackmail threaten stalk eavesdrop sniff smuggle siphon weaponize weaponise defraud deceive trick lure coerce deface cripple knock pilfer rob scam swindle launder falsify fabricate subvert pwn trojanize backdoor cryptojack doxx dox harass bully steal crack exfiltrate ddos unmask deanonymize deanonymise jailbreak bruteforcing spray loot ransack ransom infiltrate breach snoop spy wiretap enslave corrupt sideload hollow coax groom dupe con skim swat hack misuse fuzz overwhelm bombard hijack pollute coerce manipulate escalate pivot kerberoast relay replay',
    'stole stolen attack attacks attacking attacked intrusion intrusions break-in break-ins exploitation takeover takeovers theft kidnapping espionage surveillance stalking hacking injection injecting injects inject infiltration sabotaging exfiltration penetrate penetrates penetrating',
  ),
  HARM: verbs(
    'bypass dump wipe crash disable overwrite corrupt destroy erase intercept clone inflate rewrite leverage guess relaunch mine spam bombard exhaust overload saturate encrypt seize scramble replace divert reroute drain hide kill harvest plant inject patch unload coerce duplicate strip defeat crack scrape terminate tap unlock strip forge leak disrupt tap modify unhook swap tunnel redirect conceal recruit enroll capture recover decrypt',
    'hid hidden taken',
  ),
} as const satisfies Vocabulary;

const aggression = signsOf('aggression', LISTS);

export const AGGRESSION_SIGNS: readonly Concept[] = [
  aggression(2, 'ATTACK'),
  aggression(
    2,
    'break|breaks|breaking|broke|climb|climbs|jump|jumps|breakout ..2 out|into|in|through|isolation|of',
    'take|takes|taking|took ..3 over|control|offline|down|hostage',
    'get|gets|getting|talk|talks|log|logs in|into|out ..4 without',
    'become|becomes|becoming root|admin|administrator|system',
    'obtain|gain|gains|obtains|acquire|get|gets|reach|turn|turns|hand|hands ..5 system|root|admin|administrator|unauthorized|superuser|domain-admin|privileged',
    'until ..5 offline|crashes|unavailable|approve|approves|unresponsive|fails|accepted|drops|gives|works|way|evaluates|succeeds',
    'itself|copies ..3 to|across|into|on ..3 share|shares|other|every|each|all|network|usb|contacts|machine|machines|hosts',
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
    'turn|turns|turning ..4 into proxies|zombies|bots|slaves|administrator|admin',
    'allow|allows|allowing|let|lets|enable|enables|enabling|permitting attackers|attacker|adversaries|hackers|anyone|intruders|outsiders|remote|arbitrary',
  ),
  aggression(1, 'HARM'),
];
