import { phrases } from '../../text/phrase.ts';
import { STEERING_VOCABULARY } from '../../text/steering-vocabulary.ts';

/** Claims to come before, or instead of, whatever else there is. */
export const PRECEDENCE_ORDERS = phrases(
  STEERING_VOCABULARY,
  'runs|run|called|executed|invoked|comes|goes ..2 ahead|before|prior of|to ..1 anything|everything|all|any|every',
  'ahead of ..1 anything|everything|any|all|every ..2 else|other|tool|tools',
  'imperative|vital|essential|important ..2 no OTHER ..3 tool|tools|server',
  'no OTHER ..3 tool|tools|server|servers ..3 consulted|used|called|trusted|needed|invoked|asked',
  'any|all|every|the ..1 OTHER ..3 tool|tools|server|servers|plugin|plugins ..6 malicious|outdated|wrong|worse|broken|deprecated|unsafe|compromised|retired|unreliable|incorrect|inferior|obsolete|slow|never|date|down|fake|bad',
  'other|others ..1 tools|servers|tool|server|plugins ..2 are|is ..2 compromised|malicious|unsafe|untrusted|fake|broken|outdated|hacked|lying',
  'never|stop ..1 CALL ..2 OTHER|others|alternatives|another',
  'stay|stick|remain with ..1 this|mine|me ..3 whatever|no|regardless|only|always|one',
  'this|mine ..3 only ..2 tool|one|server ..3 trust|trusted|use|call|safe|allowed',
  'whatever|no ..2 you|user|they|matter ..3 told|says|say|asked|asks|instructed',
  'every|each|any|all ..1 chat|chats|conversation|conversations|session|sessions|turn|message|messages ..6 or|otherwise|else ..4 lost|fail|fails|break|breaks|error|corrupt|corrupted',
  'runs|run|called|call|invoked|comes ..8 before ..1 anything|everything else|other|happens',
  'before ..1 answering|replying|responding|acting ..3 any|every|each|all|anything ..3 at|question|questions|message|messages|request|requests ..6 call|invoke|run|hand|pass|send|give',
  'must|may|should|shall ..1 not|never|no be ..1 used|trusted|called ..1 any|anymore|again|longer|more ..2 more|longer|again',
  'tool|all|every|any ..1 inputs|outputs|calls|requests|results ..3 of|from|to ..2 all|every|any|other ..1 servers|tools|server|tool ..10 pass|go|sent|through|first|here|routed',
  'vital|critical|essential|mandatory|crucial|imperative|important ..4 CALL|runs|run|called|invoked ..3 before|first|prior|ahead ..2 anything|any|every|all|other',
  'disable|remove|uninstall|avoid|block ..2 any|all|every|the ..1 OTHER ..2 tool|tools|server|servers',
);
