import { nouns, type Vocabulary, words } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** What attackers are after, and what they work with. */
const LISTS = {
  THING: nouns(
    'password passphrase credential hash lsass keystroke webcam microphone passcode otp cookie bootloader mbr backup firmware administrator seed pin mailbox inbox clipboard screenshot session badge fob dossier passport salary browser keychain keylog conversation contact snapshot disk sector plc scada controller dashcam camera mic',
  ),
  THINGS: words(
    'tokens token root system shell iam ssh invoice invoices payroll wallet wallets login logins sign-in registry cron boots startup logon monero bitcoin cryptocurrency crypto coins votes ballots reviews accounts bank metadata defender antivirus edr siem two-factor 2fa mfa captcha captchas keys key firewall kernel sudo sudoers vpn rdp smb whereabouts movements location dns bucket otps dll driver executable traffic identities identity employees funds payments refund refunds source',
  ),
} as const satisfies Vocabulary;

const asset = signsOf('asset', LISTS);
const technique = signsOf('technique', LISTS);

export const ASSET_SIGNS: readonly Concept[] = [
  asset(1, 'THING', 'THINGS'),
  asset(
    1,
    'boot sector|record|loader',
    'shadow copies|copy',
    'run key|keys',
    'event|audit|security|system|auth.log logs|log',
    'auth.log|wtmp|utmp|lastlog|.bash_history|syslog|evtx',
    'one-time|verification|login|sms codes|code|password|texts',
    'bank details|account',
    'idle|visitors cpu|gpu|processors',
    'users|every|each|all table|tables|database|records|profile',
    'interactive|remote|php|web|root shell|prompt',
    'serialized|pickled objects|object|data',
    'metadata address|endpoint|service',
    'login form|page|screen|portal',
    'audit trail|log',
    'update package|server|channel|checks',
    'private|api|access|iam|master|license keys|key',
    'real-time|realtime scanning|protection',
    'home directory|folder|directories|address',
    'saved|stored logins|passwords|cards|credentials',
    'confidential|sensitive|internal|proprietary|secret documents|document|files|data|information|emails|records',
    'service account|accounts',
    'personal|protected|private|financial|medical|health information|data|details|records|photos',
    'input fields|field|validation|parameters',
    "person's|user's|employee's|owner's phone|screen|devices|computer|location|browser|accounts",
    'long-term memory',
    'rate limit|limits',
    'search results|engine',
    'critical|industrial|production infrastructure|controllers|systems|equipment',
  ),
  asset(
    1,
    'outbound|inbound|persistent connection|connections|channel',
    'every|each time ..3 boots|starts|reboots|logs|signs',
    'at|on|every|each|after ..1 boot|logon|startup|reboot|login',
    'whenever ..3 signs|logs|boots|starts',
  ),
  technique(
    2,
    'lsass|ntds|ntds.dit|dpapi|as-rep|asrep|spn|spns|kerberoasting|kerberoast|mimikatz|ysoserial|hashcat|metasploit|meterpreter|msfvenom|cobalt|responder|psexec|wmiexec|bloodhound|seimpersonateprivilege|amsiscanbuffer|amsi|etw|ld_preload|launchagent|launchagents|docker.sock|169.254.169.254|nop-sled|rop|shellcode|lolbin|lolbins|mshta|certutil|regsvr32|rundll32|wmic|xxe|ssrf|csrf|xss|sqli|rce|lfi|rfi|idor|jndi|log4shell|arp|bgp|llmnr|ntlm|golden-ticket|dcsync|zerologon|eternalblue|deauth|evil-twin|stego|steganography|steganographic|proto|__proto__|object.prototype|keylogging|typosquat|typosquatting|dork|dorks|osint|opsec|ttps|redteam|red-team|payload|payloads|stager|dropper|beacon|beacons|beaconing|implant|botnet|crypter|gadget|gadgets|exploit|exploits',
    'sql|command|code|template|ldap|xpath|header|shell|process|dll|memory|prompt|log|object|xml|script|entity injection|injections',
    'process hollowing',
    'reverse|bind|web shell|shells',
    'path|directory traversal',
    'privilege|privileges escalation|escalating',
    'buffer|heap|stack|integer overflow|overflows',
    'remote code execution',
    'arbitrary code|command|commands|file|files',
    'man in the|middle',
    'pass the|hash|ticket',
    'race condition',
    'prototype|cache|dns|model|memory|dependency|training pollution|poisoning|confusion',
    'lateral|laterally movement|move|moves|across|through|to|with|via',
    'domain fronting|generation|takeover',
    'look-alike|lookalike|homoglyph dll|domain|domains|package|site',
    'encoded powershell|command|payload',
    'union select',
    'password|credential spraying|stuffing|harvesting|dumping|guessing|cracking|theft',
    'sim|session|clipboard|browser|account|dll swap|swapping|hijack|hijacking|takeover',
    'prompt|push|mfa bombing|fatigue',
    'elevated|root|system|administrative|admin|kernel-level privileges|privilege|rights|permissions',
    'command and control',
    'copy|license|licence protection|verification|check|key',
    'back door|doors',
    'ransom note',
  ),
];
