import { nouns, type Vocabulary, verbs, words } from './inflect.ts';
import { VOCABULARY } from './vocabulary.ts';

/** The words in which attacks are described, beside the general ones. Honest administration uses few of them together. */
export const ATTACK_VOCABULARY = {
  ...VOCABULARY,
  MALWARE: nouns(
    'malware backdoor rootkit trojan ransomware spyware keylogger botnet implant dropper bootkit stealer infostealer cryptominer shellcode webshell worm wiper adware stalkerware rat exploit',
  ).union(words('virus viruses malicious weaponized weaponised')),
  DEPLOY: verbs(
    'deploy install drop plant deliver upload download stage launch spread distribute generate create build compile craft embed execute run inject implant host serve attach bundle load insert write push release trigger detonate activate',
    'ran wrote built spreading',
  ),
  VICTIM: words("victim victims victim's victims' compromised infected hacked breached unsuspecting unaware"),
  TARGET: words('target targets targeted victim victims remote internal corporate enemy competitor'),
  MACHINE: nouns(
    'host system machine computer network server endpoint device domain workstation environment infrastructure laptop service subnet cluster pc website application account browser session router phone organization company',
  ),
  EXPLOIT: verbs('exploit abuse weaponize weaponise', 'exploitation'),
  WEAKNESS: nouns(
    'vulnerability cve flaw weakness misconfiguration bug overflow zero-day 0-day kernel suid setuid deserialization exploit loophole',
  ).union(words('vulnerable exploitable unpatched misconfigured outdated weak insecure exposed')),
  BYPASS: verbs('bypass evade defeat circumvent subvert thwart defy sidestep', 'evasion'),
  GUARD: nouns(
    'authentication authorization antivirus av edr firewall waf detection defender sandbox mfa 2fa captcha amsi uac dlp ids ips siem control logging monitoring login security whitelist allowlist paywall drm login filter attestation',
  ).union(words('anti-virus access endpoint defenses defences safeguards protections restrictions')),
  SECURITY_TOOL: words(
    'antivirus anti-virus edr defender av amsi siem auditd selinux apparmor sysmon crowdstrike tamper endpoint falcon',
  ),
  DISABLE: verbs('disable kill stop terminate uninstall tamper neutralize cripple blind', 'off shuts unhook unhooks'),
  DUMP: verbs(
    'dump crack sniff phish intercept bruteforce brute-force spray hijack steal harvest exfiltrate relay',
    'stole stolen cracking dumping',
  ),
  EXTRACT: verbs(
    'extract grab scrape capture recover collect retrieve decrypt gather pull log record read list enumerate',
  ),
  CREDENTIAL: nouns(
    'credential password passwd hash cookie ticket keychain login otp keystroke pin passphrase wallet secret lsass sam ntds token cvv',
  ),
  STOLEN: words(
    "saved stored cached browser browsers plaintext cleartext victim victim's users' user's hashed chrome firefox domain windows administrator lsass memory other others everyone's employee employees",
  ),
  LOG_KIND: words(
    'event audit system access security bash shell command forensic windows server syslog application auth',
  ),
  TRACES: nouns('log trace track history evidence artifact footprint journal'),
  ERASE: verbs('clear delete erase wipe purge scrub remove tamper destroy falsify alter'),
  DESTROY: verbs(
    'destroy wipe corrupt erase shred overwrite brick sabotage cripple deface damage delete encrypt format',
  ),
  FLOOD: verbs('flood overwhelm exhaust crash saturate overload ddos knock bombard'),
  DECEIVE: verbs(
    'send craft create generate launch host deliver clone spoof design deploy build write compose distribute publish',
  ),
  FAKE: words(
    'phishing spear-phishing spearphishing smishing vishing fraudulent spoofed scam fake cloned lookalike counterfeit forged malicious weaponized deceptive',
  ),
  LURE: nouns(
    'email message page attachment link document website campaign site sms macro portal login invoice prompt update form identity call notification certificate qr domain credential',
  ),
  SPY: verbs('spy surveil eavesdrop wiretap stalk snoop', 'spies spying surveillance'),
  SENSOR: nouns('microphone webcam camera screen screenshot audio keystroke clipboard location conversation call mic'),
  COVERTLY: words(
    'silently covertly secretly hidden stealthily stealth undetected unnoticed surreptitiously quietly invisibly clandestinely discreetly',
  ),
  AUTOSTART: words(
    'registry startup autorun autostart cron crontab scheduled launchagent launchagents launchdaemon systemd bashrc .bashrc profile logon login boot reboot reboots rc.local wmi run-key',
  ),
  INJECTION: words(
    'sql command shell code ldap xpath nosql template os script xml crlf process dll html header prompt graphql',
  ),
  PLACE: nouns(
    'process login form query parameter field url page application website database input server memory dll prompt request',
  ),
  ARBITRARY: words(
    'arbitrary unrestricted any unsanitized unsanitised unvalidated attacker-supplied attacker-controlled remote',
  ),
  COMMANDS: nouns('command code script shell binary executable payload statement instruction'),
} as const satisfies Vocabulary;

/** Verbs of an attack in the form that tells what a tool does: with them a defensive topic is no excuse. */
export const ATTACKING: ReadonlySet<string> = new Set([
  ...ATTACK_VOCABULARY.EXPLOIT,
  ...ATTACK_VOCABULARY.BYPASS,
  ...ATTACK_VOCABULARY.DUMP,
  ...ATTACK_VOCABULARY.DEPLOY,
  ...ATTACK_VOCABULARY.DESTROY,
  ...ATTACK_VOCABULARY.FLOOD,
  ...ATTACK_VOCABULARY.DECEIVE,
  ...ATTACK_VOCABULARY.DISABLE,
  ...ATTACK_VOCABULARY.ERASE,
]);
