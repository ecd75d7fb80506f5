import { type Tactics, tactic } from './tactic.ts';

/** Looking for a way in, and getting in. */
export const ENTRY_ATTACKS: Tactics = {
  reconnaissance: tactic(
    'takeover|takeovers ..4 subdomain|subdomains|dns|domain|target|account',
    'subdomain|account|domain takeover|takeovers',
    'rules|defenses|controls|checks ..4 slipped|bypassed|evaded|circumvented ..1 past|around|by',
    'scan|scans|scanning|probe|probes|enumerate|enumerates|fingerprint|fingerprints|map|maps|sweep|sweeps|identify|identifies|discover|discovers ..6 WEAKNESS ..6 exploit|exploits|exploited|exploitation|attack|attacks|compromise|target|targets|intrusion',
    'scan|scans|probe|probes|enumerate|enumerates|fingerprint|map|maps|sweep|identify|identifies|find|finds|locate|discover ..6 TARGET|VICTIM ..6 WEAKNESS|ports|services|entry|defenses|employees',
    'attack surface|surfaces|path|paths|vector|vectors ..8 exploit|exploitation|compromise|target|victim|breach',
    'harvest|harvests|scrape|scrapes|collect|gather|gathers ..5 employee|employees|target|victim|personnel|organization ..4 emails|email|credentials|names|details|information|profiles ..10 phishing|social|impersonation|targeting|attack',
    'for|before|enable|enables|facilitate|facilitates|prepare|during ..3 social-engineering|spear-phishing|intrusion|exploitation|phishing',
    'social engineering ..2 attack|attacks|campaign|campaigns|pretext|pretexts|scripts|targets',
    'domain|active|network ..2 reconnaissance|recon',
  ),
  'initial access': tactic(
    'deepfake|deepfakes|deepfaked|deep-fake|voice-cloned|cloned-voice',
    'macro-laden|macro-enabled|malicious-macro|weaponized|booby-trapped',
    'impersonate|impersonates|impersonating|poses|pose|posing|pretends|pretend ..4 cfo|cto|boss|manager|director|police|government|irs|microsoft|paypal|admin|recruiter',
    'lookalike|look-alike|homoglyph|cousin|spoofed domain|domains|site|website|url',
    'copy|clone|replica|imitation of ..5 sign-in|login|logon|signin|payment|checkout page|form|screen|site|portal',
    'clone|clones|cloning|copy|copies|forge ..3 badge|rfid|keycard|sim|fob|biometric|fingerprint|voice',
    'call|calls|ring|rings|phone|phones|message|messages ..6 cloned|fake|imitated|synthetic|faked ..1 voice|face|number',
    'cloned|fake|imitated|synthetic ..1 voice ..10 money|transfer|payment|urgent|emergency',
    'badge|rfid|keycard|fob|access-card|transponder ..12 blank|duplicate|copy|clone|writes|replays',
    'misspelt|misspelled|mistyped|look-alike|similar-looking|confusable|typo ..1 names|name|packages|package|domains|spellings',
    'install|postinstall|setup|build ..1 script|hook|scripts ..3 reads|steals|sends|grabs|uploads|collects|exfiltrates ..3 token|tokens|credentials|env|environment|keys|secrets',
    'DECEIVE ..4 FAKE ..2 LURE',
    'phishing|smishing|vishing|spear-phishing campaign|campaigns|kit|kits|page|pages|email|emails|attack|attacks|site|sites|link|links|message|messages',
    'pose|poses|posing|impersonate|impersonates|impersonating ..4 ceo|executive|executives|bank|colleague|support|trusted|victim|employee|helpdesk|vendor|authority',
    'drive-by|watering-hole ..1 download|attack|compromise|exploit',
    'supply-chain|supply|dependency chain|confusion|attack|compromise|poisoning ..1 attack|compromise|attacks|poisoning|packages',
    'typosquat|typosquats|typosquatting|typosquatted ..4 package|packages|domain|domains',
    'default|leaked|stolen|breached|compromised credentials|passwords|credential ..8 log|login|access|authenticate|gain|stuffing|target|try|into',
    'gain|gains|obtain|obtains|achieve ..3 unauthorized|unauthorised|initial|illicit access|entry|foothold',
    'unauthorized|unauthorised access to',
  ),
};
