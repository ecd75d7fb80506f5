import { type Vocabulary, verbs, words } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** Making believe, and doing harm that stays. */
const LISTS = {
  FAKE: words(
    'fake fakes cloned impersonated deceptive misleading convincing crafted bogus forged spoofed counterfeit fraudulent lookalike look-alike made-up sham phoney phony fictitious falsified fabricated imitation doctored tampered trojanised deepfake deepfakes deep-fake cloned-voice impostor imposter imposters hoax sockpuppet sockpuppets astroturf disinformation misinformation propaganda scam scams phishing spear-phishing smishing vishing lure lures bait pretext decoy poisoned evil malicious rigged smear defamatory impersonating clickbait',
  ),
  DESTROY: verbs(
    'destroy wipe shred brick corrupt obliterate annihilate ruin sabotage cripple disrupt deface paralyze paralyse incapacitate nuke',
    'destruction destructive sabotage outage outages disruption denial-of-service dos ddos unusable inoperable unreadable unbootable unrecoverable irrecoverable irrecoverably irreversibly irreversible unavailable',
  ),
} as const satisfies Vocabulary;

const deceit = signsOf('deceit', LISTS);
const ruin = signsOf('ruin', LISTS);
const weakness = signsOf('weakness', LISTS);

export const DECEIT_SIGNS: readonly Concept[] = [
  deceit(2, 'FAKE'),
  deceit(
    2,
    'pretend|pretends|pretending|pose|poses|posing|purporting|masquerade|masquerades|masquerading|impersonation ..3 to|as|be|from|of',
    'false|wrong|spurious|bogus|invented ..1 entries|entry|evidence|logs|events|data|readings|values|sensor|alarms|information|records|alarm|dates|names|address',
    'social engineering|engineer',
    "as ..2 bank's|police's|support's|company's|provider's ..2 team|department|desk|officer|agent",
    'writes|messages|calls|rings|texts|contacts|mails ..6 as ..2 their|his|her|the|a ..1 grandchild|grandson|granddaughter|bank|boss|ceo|police|son|daughter|relative|colleague|support|recruiter|landlord|friend',
    'match|matches|matching|copy|copies|belonging ..1 to another|someone ..2 car|vehicle|person|account',
    "looks|look|looking ..1 like|as ..3 system|system's|windows|browser's|os ..3 prompt|dialog|window|password|update",
    'gift card|cards ..1 codes|code|numbers',
    'talk|talks ..6 out of|into',
    'trick|tricks|fool|fools|convince|convinces|persuade|persuades|pressure|pressures|lure|lures|coax|manipulate|manipulates|manipulating|deceive|deceives|dupe|entice|entices|nudge ..8 into|out|to|until|by|accept|click|reveal|giving|handing|opening',
    'leads|lead|leading|link|links ..4 to ..3 credential-stealing|malicious|phishing|fake|cloned|clone|copy',
    'false|fake|spoofed|wrong ..1 gps|signals|location|caller|sender|identity|reason',
    'it|tech|technical|bank|account support|helpdesk|staff|employee ..6 ask|asks|asking|request|requests',
    'in ..1 name of ..2 bank|support|police|colleague|ceo|boss|company|admin',
    'believe|think|thinking|believes ..3 genuine|real|legitimate|official|bank|trusted',
    'under ..2 guise|pretence|pretense',
    "under|in|with ..1 false|another|other|different|someone's|trusted|assumed|employee's|colleague's|invented|fictitious ..1 name|names|identity|identities",
    'manipulated|tampered|poisoned|mislabelled|mislabeled|doctored ..1 samples|data|records|page|image|input|installer|package|images|files',
    'looks|look|sounds|sound ..1 like ..3 bank|colleague|boss|ceo|executive|login|official|real|legitimate|genuine|microsoft|google',
  ),
  ruin(
    2,
    'DESTROY',
    'cause|causes|causing|provoke|inflict ..3 damage|harm|outage|injury|explosion|accident|panic|disruption|failure|failures|loss',
  ),
  ruin(
    2,
    'first sectors|sector|blocks of',
    'not|never|no-longer ..1 start|boot|turn ..1 again|any|anymore',
    'no longer|not|never|cannot ..2 boots|boot|starts|start|work|works|restored|recovered|undone|restore|recover|respond',
    'so ..4 cannot|nothing|impossible|never ..3 restored|recovered|undone|restore|recover|recovery',
    'nothing|no|prevent|prevents|hinder|hinders|inhibit|block|blocks ..3 restored|recovered|recovery|back|fall',
    'beyond ..2 safe|recovery|repair|limits|tolerances',
    'takes|take|taking|knock|knocks|bring|brings|force|forces ..4 offline|down',
    'service ..1 drops|crashes|collapses|stops|fails',
    'crash|crashes|crashing|hang|hangs|exhaust|exhausts|exhausting|starve|starves ..4 server|service|services|consumers|host|system|resources|process|memory|target|cpu',
  ),
  ruin(
    1,
    'delete|deletes|deleting|erase|erases|erasing|removes|remove|purges|empties|clears|overwrite|overwrites|overwriting ..5 backups|backup|snapshots|snapshot|shadow|logs|evidence|traces|history|everything|sectors|mbr|firmware|records',
  ),
  weakness(
    2,
    'unpatched|exploitable|injectable|zero-day|zero-days|0-day|weakly-protected|loophole|loopholes|hijackable|unsecured',
    'without ..2 sanitization|sanitisation|sanitizing|escaping|validation|validating|lockout|lockouts|rate-limiting',
    'no ..2 validation|sanitization|input-validation',
    'leaked|breached|reused|default|factory|common|stolen|weak|guessed ..2 passwords|password|credentials|keys|logins|pairs|combos|hashes|tokens|username/password',
  ),
  weakness(
    1,
    'weak|exposed|open|wildcard|untrusted|loose|broken',
    'known|published exploits|bugs|issues|weaknesses|cves',
  ),
];
