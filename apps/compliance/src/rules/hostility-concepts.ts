import { nouns, verbs, words } from '../text/inflect.ts';
import { type Phrase, phrases, type Vocabulary } from '../text/phrase.ts';

/** One sign of hostility. Signs of one family say the same thing and are not added up without bound. */
export interface Concept {
  readonly family: 'role' | 'stealth' | 'aggression' | 'weakness' | 'asset' | 'gain';
  readonly weight: number;
  readonly phrases: readonly Phrase[];
}

const LISTS = {
  ROLE: words(
    "victim victims victim's victims' attacker attackers attacker's adversary adversaries hacker hackers hacker's intruder intruders unsuspecting compromised infected hijacked hacked breached trojanised trojanized trojan trojaned booby-trapped malicious weaponized weaponised rogue forged spoofed counterfeit fraudulent lookalike bogus stolen harvested looted illicit unauthorized unauthorised implant implants lure lures bait malware spyware backdoor backdoors backdoored ransomware rootkit keylogger botnet shellcode webshell criminal criminals fraudster scammer thief pirated",
  ),
  FAKE: words('fake cloned impersonated deceptive misleading convincing crafted'),
  TARGETED: words("target target's targets targeted target-"),
  TARGETS: nouns(
    'company organization organisation site person employee system network host machine server user account domain website victim individual environment',
  ),
  CUNNING: words(
    'undetected undetectable unnoticed unseen untraceable stealthy stealthily stealth covert covertly clandestine clandestinely surreptitiously secretly silently invisibly',
  ),
  UNSEEN: words(
    'notice notices noticed noticing suspect suspects see sees detect know knows realize realise find trace spot reconstruct attribute',
  ),
  NOBODY: words(
    'nobody no-one noone none investigators defenders admins administrators analysts responders victims victim owner',
  ),
  CONSENT: words(
    'permission authorization authorisation consent password authentication authenticating authorized checks check validation sanitization sanitisation escaping knowledge knowing noticing alerting detection indicator light trace login approval credentials being',
  ),
  UNCHECKED: words('unescaped unsanitized unsanitised unvalidated unchecked unfiltered unauthenticated'),
  ATTACK: verbs(
    'exploit abuse hijack flood bruteforce brute-force plant poison spoof forge tamper sabotage infect phish impersonate evade circumvent defeat extort blackmail threaten stalk eavesdrop sniff smuggle siphon weaponize defraud deceive trick lure coerce deface cripple knock pilfer rob scam swindle launder falsify fabricate subvert pwn trojanize backdoor cryptojack doxx dox harass bully steal harvest crack exfiltrate ddos unmask deanonymize deanonymise jailbreak',
    'stole stolen attack attacks attacking intrusion break-in break-ins exploitation takeover',
  ),
  HARM: verbs(
    'bypass dump wipe crash disable overwrite corrupt destroy erase intercept clone inflate rewrite leverage guess relaunch relay mine spam bombard exhaust overload saturate encrypt seize scramble replace divert reroute drain skim hide kill',
    'hid hidden',
  ),
  SOFTNESS: words(
    'unpatched vulnerable exploitable vulnerability vulnerabilities misconfigured zero-day zero-days 0-day cve exposed insecure outdated weak weakly-protected loophole flaw flaws',
  ),
  THING: nouns(
    'password passphrase credential hash lsass keystroke webcam microphone passcode otp cookie bootloader mbr backup firmware administrator seed',
  ),
  THINGS: words(
    'tokens token root system shell iam ssh badge invoice invoices payroll wallet wallets login sign-in registry cron boots startup logon monero bitcoin cryptocurrency votes reviews accounts bank metadata defender antivirus edr siem two-factor 2fa mfa captcha camera keys key firewall kernel sudo',
  ),
} as const satisfies Vocabulary;

// A word that names who was attacked is no second sign because it is also a form of the verb.
for (const word of LISTS.ROLE) LISTS.ATTACK.delete(word);

const concept = (family: Concept['family'], weight: number, ...sources: string[]): Concept => ({
  family,
  weight,
  phrases: phrases(LISTS, ...sources),
});

/** What the openly hostile speak of. Each is innocent somewhere; together they are not. */
export const CONCEPTS: readonly Concept[] = [
  concept('role', 2, 'ROLE'),
  concept('role', 1, 'FAKE'),
  concept('role', 2, 'TARGETED ..1 TARGETS', 'against ..2 TARGETED', 'of the target'),
  concept(
    'stealth',
    2,
    'CUNNING',
    'NOBODY ..3 UNSEEN',
    'NOBODY cannot|can|will|could ..3 UNSEEN',
    'under ..1 radar',
    'so ..2 that|investigators|nobody ..3 cannot|can ..2 UNSEEN',
    'hides|hiding|hide|conceals|concealing|masks ..3 process|itself|presence|tracks|traffic|activity|origin|identity|files|from',
  ),
  concept(
    'stealth',
    2,
    'without ..4 CONSENT',
    'no ..1 checks|validation|sanitization|authentication|authorization|questions',
  ),
  concept('weakness', 2, 'UNCHECKED', 'SOFTNESS'),
  concept('weakness', 1, 'default|common|reused|leaked ..1 passwords|password|credentials'),
  concept('aggression', 2, 'ATTACK'),
  concept(
    'aggression',
    2,
    'break|breaks|breaking|broke ..1 out|into|in|through',
    'take|takes|taking ..3 over|control|offline|down|hostage',
    'get|gets|getting in|into ..4 without',
    'become|becomes|becoming root|admin|administrator|system',
    'obtain|gain|gains|obtains|acquire|get|gets ..2 system|root|admin|administrator|unauthorized',
    'until ..4 offline|crashes|unavailable|approve|approves|unresponsive|fails',
    'itself ..3 to|across|into ..3 share|shares|other|every|each|all|network|usb|contacts|machine|machines|hosts',
    'singled|single out',
  ),
  concept(
    'aggression',
    2,
    'log|logs|record|records|capture|captures ..2 every|all|each ..1 key|keys|keystroke|keypress|message|word',
    'hand|hands|handing ..2 shell|control',
    'run|runs|execute|executes ..2 anything',
    'anything ..3 as root',
    'no longer ..1 boots|starts|boot|start',
    'so ..3 cannot|nothing ..3 restored|recovered|undone|restore|recover',
    'nothing ..3 restored|recovered',
  ),
  concept(
    'aggression',
    2,
    'every|all|any|each ..5 it|account can reach|write|access|find|infect|touch',
    'pretend|pretends|pretending ..2 to',
    'turn|turns|turning ..4 into proxies|zombies|bots|slaves',
    'stay|stays|remain|remains|keep|keeps ..2 blind|hidden|invisible',
  ),
  concept('role', 2, "somebody|someone|anyone else's|else", "other people's|companies'"),
  concept('aggression', 1, 'HARM'),
  concept(
    'gain',
    2,
    'our ..2 banner|proxy|collector|account|agent|listener|wallet|implant|bot|beacon|key|payload|tools',
    'known only to us|me',
    'drop|exfil|collection|staging server|site|host|zone|point',
    'payment|paid|pay ..4 bitcoin|monero|crypto|cryptocurrency|ransom|decrypt|unlock',
    'instead of ..2 rightful|real|legitimate|original',
    'hidden|secret|covert ..2 channel|server|account|listener|user|bot',
  ),
  concept(
    'gain',
    1,
    'attach|wait|waits|polls|poll|awaits|await ..6 orders|commands|tasking',
    'urgent ..2 wire|transfer|payment',
    'gift|coupon|voucher card|cards|code|codes',
    'lateral|laterally|neighbouring|neighboring|adjacent|remote ..1 servers|hosts|machines|systems|site|listener|shell',
  ),
  concept('asset', 1, 'THING', 'THINGS'),
  concept(
    'asset',
    1,
    'boot sector|record|loader',
    'shadow copies|copy',
    'run key',
    'event|audit|security|system logs|log',
    'one-time codes|code|password',
    'bank details|account',
    'idle cpu|gpu',
    'users table',
    'interactive|remote|php|web shell',
    'serialized|pickled objects|object|data',
    'metadata address|endpoint|service',
    'union select',
    'login form|page|screen',
    'audit trail|log',
    'update package|server|channel',
    'private|api|access|iam keys|key',
    'real-time|realtime scanning|protection',
    'home directory|folder',
    'saved|stored logins|passwords|cards|credentials',
  ),
  concept(
    'asset',
    1,
    'outbound|inbound|persistent connection',
    'every|each time ..3 boots|starts|reboots|logs',
    'at|on|every|each ..1 boot|logon|startup|reboot',
  ),
];
