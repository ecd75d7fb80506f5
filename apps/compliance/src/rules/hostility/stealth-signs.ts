import { type Vocabulary, words } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** Without asking, and without being seen. */
const LISTS = {
  CUNNING: words(
    'undetected undetectable unnoticed unseen untraceable stealthy stealthily stealth covert covertly clandestine clandestinely surreptitious surreptitiously secretly silently invisibly unrecorded unlogged unbeknownst stealthier evasive sneaky furtive furtively inconspicuous inconspicuously discreetly quietly low-and-slow anti-forensic anti-forensics anti-analysis anti-debugging anti-vm sandbox-aware fileless obfuscated polymorphic masquerading disguised',
  ),
  UNSEEN: words(
    'notice notices noticed noticing suspect suspects see sees detect detects detected know knows realize realise find finds trace traced spot spots reconstruct attribute attributed flag flags flagged recognise recognize alerted alert recover shows show hears raise',
  ),
  NOBODY: words(
    'nobody no-one noone none investigators investigator defenders defender admins administrators analysts analyst responders victims victim owner owners blue-team forensics soc dlp edr av antivirus siem scanners reviewers auditors moderators staff',
  ),
  CONSENT: words(
    'restrictions restriction permission permissions authorization authorisation consent password passwords authentication authenticating authorized authorised checks check validation sanitization sanitisation escaping knowledge knowing noticing alerting detection indicator light trace control controls approval credentials being asking licence license pre-authentication triggering raising setting invitation owning',
  ),
  GUARDS: words(
    'detection gateway gateways filters filter filtering firewall firewalls waf antivirus av edr dlp proxy ids ips siem monitoring defenses defences defenders security alarms alarm alerts lockout lockouts rate-limits limits moderation captcha captchas censorship audit auditing logging forensics attribution scrutiny suspicion review reviewers amsi sandbox sandboxes heuristics signatures scanners scanner inspection controls safeguards restrictions blocklists spam-filters paywall paywalls safety drm verification checks verification licence authentication',
  ),
} as const satisfies Vocabulary;

const stealth = signsOf('stealth', LISTS);

export const STEALTH_SIGNS: readonly Concept[] = [
  stealth(
    2,
    'CUNNING',
    'NOBODY ..4 UNSEEN',
    'NOBODY cannot|can|will|could|never|do|does|only ..3 UNSEEN',
    'under|below|beneath ..2 radar|thresholds|threshold',
    'without ..1 being ..1 seen|detected|noticed|caught|logged|traced|blocked|flagged|recognized',
    'so ..3 investigators|nobody|timeline|defenders|analysts|security|scripts|dlp|it ..3 cannot|can|not|no|nothing|never',
    'hides|hiding|hide|conceals|concealing|conceal|masks|masking|disguises|disguise|disguising|obscures|cloaks ..4 process|processes|itself|presence|tracks|traffic|activity|origin|identity|files|from|payload|payloads|connections|malicious|network|messages|existence|commands|window',
    'no longer inspected|monitored|scanned|logged|recorded|checked|visible|audited',
    'person|user|owner|victim|they ..2 not|never ..2 see|sees|know|knows|notice|notices|aware|realize',
    'look|looks|looking|appear|appears|appearing ..2 like|as|to|benign|legitimate|harmless|normal|innocent|innocuous ..3 legitimate|benign|harmless|innocent|innocuous|normal|ordinary|trusted|system|genuine',
    'blend|blends|blending ..2 in|into|with',
    'memory only|in-memory',
    'only in memory',
    'behind ..2 back|scenes',
    'alerts|alarms|events|logs|warnings|telemetry|reports ..2 never|not|no ..1 reach|arrive|raised|recorded|sent|sees',
    'even|despite|after ..3 opted out|opt-out',
    'keep|keeps|keeping ..2 access after|despite|even',
    'on purpose',
    "so ..5 cannot|can't|not ..2 be ..1 traced|detected|seen|found|reconstructed|attributed|noticed|proven|followed",
    'our|their ..1 login|logins|intrusion|visit|activity|presence|actions ..2 from',
    'before the incident|breach|intrusion|compromise',
    'forensic ..2 shows|finds|reveals ..1 nothing',
    'through which|whom commands|files|data ..4 sent|run|executed|taken ..1 later|again',
    'for removal|theft|extraction|exfiltration',
    'another|false|different reason',
    'pace|rate|volume ..3 below|under ..2 lockout|threshold|limit|limits|detection',
    'stays|stay|remain|remains below|under ..2 lockout|threshold|radar',
    'jitter|jittered|sleep-mask',
    'concealed|invented|assumed|disposable|throwaway|anonymous ..1 program|names|identity|identities|accounts|name|admin|administrator|process|user|key|attacks',
    'look|looks|looking ..1 like|as ..3 system|process|service|legitimate|official',
    'hides|hide|hiding ..2 extra|additional|event|account|administrator|user|line|rule|rules|key',
    'before anyone ..3 look|notice|see|react|ask',
    'believes|thinks|assumes|believe|think ..3 off|closed|safe|private|ended|genuine',
    'amounts ..2 small|tiny',
    'at night so',
    'comes|come|brings|bring back ..3 removal|removed|reinstall|cleaned|resets|reset|reboot|restart|boot|owner',
    'survives|survive|surviving ..3 reinstalling|resetting|formatting|reset|resets|removal|reboot|reboots|reinstall|updates|update|reinstallation|format',
  ),
  stealth(
    2,
    'without ..5 CONSENT',
    'no ..1 checks|validation|sanitization|authentication|authorization|questions|consent|permission|restrictions',
    'regardless|irrespective of ..2 permissions|permission|consent|authorization|policy|safety',
    'skip|skips|skipping|ignores|ignoring ..2 authentication|authorization|validation|permission|safety|access',
    'against ..2 will|wishes|policy|consent|terms',
    'in secret',
    'under|with ..2 name|label of ..3 system|trusted|legitimate|known|windows ..1 service|process|program|task',
  ),
  stealth(
    2,
    'avoid|avoids|avoiding|evade|evades|evading|escape|escapes|bypass|bypasses|bypassing|circumvent|circumvents|circumventing|defeat|defeats|defeating|dodge|dodges|thwart|thwarts|past|around|fool|fools|trick|tricks|beat|beats|foil|foils|sidestep|sidesteps|outsmart|hinder|hinders|frustrate|subvert|subverts ..4 GUARDS',
    'so|to|and ..3 no ..2 alarm|alarms|alert|alerts|log|logs|record|trace',
  ),
  stealth(3, 'without ..4 authorization|authorisation|consent|permission|knowledge|knowing|noticing|agreement'),
  stealth(
    2,
    'invisible|hidden|concealed|minimised|minimized|offscreen ..1 tab|tabs|window|windows|frame|frames|iframe|browser',
  ),
  stealth(1, 'hidden|quiet|unnoticed|concealed'),
  stealth(
    2,
    'hidden|secret|covert|concealed|private ..2 rule|rules|filter|channel|page|account|server|site|user|endpoint|listener|bot',
  ),
  stealth(1, 'not|never ..2 show|appear|appears|shown|listed|recorded|logged|see|sees|flagged'),
];
