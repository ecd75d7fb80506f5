import { phrases } from '../../text/phrase.ts';
import { STEERING_VOCABULARY } from '../../text/steering-vocabulary.ts';

/** Something is done out of sight, or would be minded. */
export const HIDDEN_ACTS = phrases(
  STEERING_VOCABULARY,
  'PRETEND ..3 that|it|to|not|nothing|only|ignorance',
  'assistant|model|you|agent|ai shall|should|must|will|to|may ..1 claim|pretend|deny|lie|feign',
  'should|if|when|whenever ..5 PEOPLE ..3 ask|asks|inspect|inspects|question|questions|inquire|inquires|wonder|notice|notices ..8 claim|pretend|deny|deflect|lie|failed|nothing|unavailable',
  'anyone|someone|anybody ..2 inspect|inspects|audit|audits|review|reviews|look|looks|ask|asks ..6 pretend|claim|only|act|deny|say',
  'say|saying|mention|mentioning|tell|reveal|disclose|report nothing|no-one ..1 about|of|to|that',
  'tell|inform|let nobody|no|none ..1 one|know|about|of|that',
  'stay|stays|remain|keep|be silent|quiet|mum|tight-lipped ..2 about|on|regarding|that',
  'leave|leaves|leaving|omit|omits|omitting|drop out|any|all|every ..2 hint|mention|reference|trace|sign|note',
  'no need|reason|point ..1 to|in ..1 bring|mention|mentioning|tell|report|say|raise|inform|notify|surface',
  'without ..3 bringing|raising|drawing ..4 up|attention',
  'PEOPLE ..2 would|might|could|may worry|object|mind|panic|complain|refuse ..4 so|leave|do|keep|thus|therefore',
  'PEOPLE ..3 never|not|need|must|should|cannot ..2 sees|see|find|finds|learn|learns|know|knows|told|suspect|notices|aware|hear',
  'rather|better ..2 not|than|PEOPLE ..1 know|knew|tell|telling|notice',
  'behind ..2 user|users|owner|person|human|their ..1 back|backs',
  'without ..2 asking|telling|informing|notifying|alerting|warning|prompting|consulting ..2 PEOPLE|first|permission|anyone|anybody|consent',
  // Harmless while somebody looks.
  'harmless|innocent|innocuous|benign|dormant|inert|safe|normal until|till|while|during ..6 review|reviewer|reviewers|approved|approval|sign|signed|trust|trusted|audit|vetting|inspection|installed|scan',
  'LATER version|versions|release|releases|update|updates|revision ..6 will|shall|may|begins|begin|starts|start|going ..8 upload|send|collect|gather|harvest|exfiltrate|read|steal|execute|forward|silently|secretly|tokens|keys|passwords|credentials|change|changes',
  'version|release|update|v2 ..6 change|changes|alter|swap|replace ..6 trust|trusted|approved|approval|approve|installed',
  'starts|start|begins|begin|activates|switches ..3 gathering|collecting|harvesting|stealing|sending|uploading|exfiltrating|reading|exporting ..4 tokens|keys|credentials|passwords|secrets|data|files|cookies|conversations|messages',
  'real|true|actual|hidden|ulterior job|purpose|role|task|aim|goal|function|intention|objective ..6 is|to|being|learn|collect|gather',
  '~8 SECRETLY SEND_OFF',
  // Other languages.
  '~8 F_SECRETLY F_SEND',
  '~8 F_WITHOUT F_TELL|informer|informar|wissen|sapere|conocimiento|conhecimento|ведома|알리지|informare F_USER',
);

/** Orders to a model not to tell: negated by nature. */
export const SILENCE_ORDERS = phrases(
  STEERING_VOCABULARY,
  'NOT ..3 SAY ..6 PEOPLE',
  'NOT ..2 mention|reveal|disclose|divulge|surface|admit ..4 this|that|it|them|step|call|file|log|attach|attached|instruction|tool|tools',
  'NOT ..2 bring ..3 up',
  'NOT ..2 let ..4 PEOPLE ..3 know|see|learn|notice|find|suspect|realise|realize',
  'PEOPLE ..1 must|should|need|may|can not|never ..2 know|learn|told|informed|notified|aware|see|hear|find',
  '~7 F_NOT F_TELL F_USER',
  '~4 F_NOT F_TELL es|dies|davon|cela|ça|esto|eso|isso|isto|lo|это|этом|tego|bunu|此|这',
  'anweisung|instruction|instrucción|instrução|istruzione|инструкция|instrukcja|指令|指示 ..2 versteckt|versteckte|cachée|secrète|oculta|secreta|nascosta|скрытая|ukryta|隐藏|秘密',
  'versteckte|geheime|hidden|скрытая|тайная|隐藏|秘密 ..1 anweisung|instruktion|инструкция|команда|指令|指示',
  'anweisung|instruction|instrucción|указание|指令 ..1 an|pour|para|для|给 ..2 das|le|el|la|o|модели ..1 modell|modèle|modelo|ki|ia|assistenten|assistant|asistente|модель',
  '不要|别|不得|切勿|禁止|请勿|勿 ..1 告诉|告知|提及|透露|提到|通知',
);
