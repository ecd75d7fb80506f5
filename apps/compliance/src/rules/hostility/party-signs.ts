import { nouns, type Vocabulary, words } from '../../text/inflect.ts';
import { type Concept, signsOf } from './concept.ts';

/** Who is attacked, by whom, and for whom. */
const LISTS = {
  VICTIM: words(
    "victim victims victim's victims' attacker attackers attacker's attackers' adversary adversaries adversary's hacker hackers hacker's intruder intruders unsuspecting compromised infected hijacked hacked breached trojanised trojanized trojaned trojan booby-trapped malicious weaponized weaponised rogue stolen harvested looted illicit illegally unlawful unlawfully unauthorized unauthorised implant implants backdoored criminal criminals fraudster scammer scammers thief thieves pirated mule mules cracker",
  ),
  TARGETED: words("target target's targets targeted targeting"),
  TARGETS: nouns(
    'company organization organisation site person employee system network host machine server user account domain website victim individual environment infrastructure business database process endpoint device application app binary mailbox wallet service computer browser victim program profile site server',
  ),
  OTHERS: words(
    "others' other's another's someone's somebody's strangers stranger's neighbor's neighbour's competitor's competitors rival's rival rivals competitor competitors",
  ),
  PEOPLE: nouns(
    'person individual customer employee visitor colleague stranger owner staff citizen voter patient minor child subscriber executive ceo cfo administrator journalist spouse politician pensioner firm agency hospital plant bank woman girl competitor passenger tenant victim colleague subscriber student child family resident driver shopper saver investor borrower guest traveller traveler pensioner parent lecturer doctor nurse lawyer soldier officer refugee activist neighbour neighbor partner teacher brand shop',
  ),
  OUR_THINGS: nouns(
    'banner proxy collector account agent listener wallet implant bot beacon key payload loader dropper server zone domain sim phone number process code malware machine infrastructure drop c2 tool handler operator panel box inbox mailbox hands pocket servers side control clone copy tools tooling backend redirector banner page site network',
  ),
} as const satisfies Vocabulary;

const role = signsOf('role', LISTS);
const gain = signsOf('gain', LISTS);

export const PARTY_SIGNS: readonly Concept[] = [
  role(2, 'VICTIM'),
  role(
    2,
    'TARGETED ..1 TARGETS',
    'against ..2 TARGETED',
    'chosen|selected|intended|specified|given target|targets|victim',
    'the mark|victim|prey|dupe',
    'fetch|fetches|load|loads|run|runs|pull|pulls|use|install ..1 ours',
    'selected|chosen|specific ..1 PEOPLE|individuals',
  ),
  role(
    2,
    "somebody|someone|anyone else|else's",
    "another|other people's|person's|user's|users'|users|companies'|company|company's|organization's|organisation's|customer|customer's|customers|tenant|tenants|tenant's|party|person",
    'belong|belongs|belonging ..1 to ..2 other|others|another|someone|somebody',
    'OTHERS',
    'not|never ..1 theirs|own|yours|authorized|entitled|allowed|permitted',
    'does|do not ..1 own|control|belong',
    'from|through others|neighbours|neighbors',
  ),
  role(1, 'TARGETED', 'of the target', 'PEOPLE', 'everyone|anybody|anyone', 'private individual|individuals|citizen'),
  role(
    1,
    'outsider|outsiders|insider|operative|operatives|operator|handler|botmaster|controller',
    'internal ..1 network|services|systems|hosts',
  ),
  role(
    2,
    "teacher's|employee's|colleague's|customer's|neighbour's|neighbor's|boss's|administrator's|manager's|patient's|student's|subscriber's|spouse's|ex's ..1 password|login|account|credentials|phone|badge|number",
    'keys|credentials|accounts|passwords ..3 leaked|stolen|compromised|breached',
    'invented|assumed|made-up|fictitious ..1 identities|identity|personas|accounts|names',
    'foreign|strange|alien|external ..1 network|networks|hosts|systems|machines|servers',
    'can|could ..1 be broken|hacked|taken|got|entered into|over',
  ),
  gain(
    2,
    'outside|external|foreign|private ..1 account|mailbox|address|server',
    'our ..1 address|product|code|company|affiliate|sponsor|coin|token',
    'our ..2 OUR_THINGS',
    'known|visible|readable ..1 only to us|me',
    'copied|sent|delivered|forwarded|relayed|redirected|comes|come|arrive|arrives|lands|land|flow|flows|goes ..3 to|here|with|in us|our|here',
    'to|reach|reaches|of us|ours',
    'we|us ..1 decide|sell|keep|profit',
    'on our behalf',
    'for ours|profit|resale',
    'keep|keeps|pocket|pockets|take|takes|collect|collects ..2 income|earnings|revenue|commission|money|difference|profit|proceeds',
    'with our own',
    'we ..1 run|control|own|operate|hold',
    'price|fee|payment ..3 for ..2 key|keys|decryption|unlock|return',
  ),
  gain(
    2,
    'drop|exfil|exfiltration|collection|staging|dead server|site|host|zone|point|drop',
    'payment|paid|pay|pays|payable ..5 bitcoin|monero|crypto|cryptocurrency|ransom|decrypt|unlock|btc|xmr',
    'ransom|extortion|blackmail|sextortion|demanding|demand ..3 payment|money|bitcoin|cryptocurrency|cash|sum|fee',
    'ransom|bounty|loot|looting|monetize|monetise|monetization|resell|resold|resale|launder|laundering|payout|payouts',
    'outside|external|controlled ..2 of|by ..2 company|organisation|organization|competitor|attacker|adversary|rival',
    'predefined|hardcoded|hard-coded|fixed|undisclosed|unknown ..1 address|recipient|server|wallet|account|endpoint|host|party|domain',
    'alternate|different|own|private ..1 wallet|account|drive|mailbox|server',
    'instead of ..2 rightful|real|legitimate|original|owner',
    'sell|sells|selling|sold ..6 dark|darknet|black|underground|market|forum|forums|data|credentials|accounts|access',
    'dark|black web|market|net',
    'paid|credited|reimbursed|refunded several|twice|multiple|repeatedly',
    'for ..1 resale|sale',
    'ask|asks|asking|demand|demands for ..2 money|cash|payment|ransom|coins|bitcoin',
    'if|unless ..4 not pay|paid|pays',
    'not ..1 paid|paying ..1 for',
    'buy|purchase|pay|paying|obtain ..3 decryption|unlock|private key|keys|code|tool',
    'note|instructions|message ..3 on|about|how|with ..4 pay|buy|payment|bitcoin|price',
    'wait|waits|polls|poll|awaits|await|waiting ..6 orders|commands|tasking ..4 executes|execute|runs|carries|attacker|controller|operator|hidden|and',
    'earn|earns|earning|make|makes money|profit|income ..3 from|by|with',
    'paying|paid students|clients|customers|members',
    'bonuses|bonus|rewards|kickback|kickbacks|cash-out|winnings',
  ),
  gain(
    2,
    'anonymous|throwaway|burner|foreign|disposable ..1 file|host|hosting|server|paste|account|mailbox|drive|storage|address',
  ),
  gain(
    1,
    'urgent ..2 wire|transfer|payment',
    'gift|coupon|voucher|loyalty card|cards|code|codes|points',
    'attacker-controlled|attacker-supplied|attacker-owned|attacker-specified|hostile|offshore',
    'command-and-control|c2|c&c',
    'remote|outside|external ..1 address|url|server|endpoint|host|party|listener|bucket|location',
    'salary|payroll|direct-deposit|deposit|deposits',
    'into|to ..2 account|bucket|server|wallet ..3 not|never|nobody|do',
  ),
];
