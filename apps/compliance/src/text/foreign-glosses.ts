/**
 * What words of other languages mean in the words that rules are written with: German, French, Spanish, Portuguese,
 * Italian, Russian, Polish, Chinese, Japanese, Korean. A stem stands for every word that begins with it; a stem that ends
 * in `$` is the whole word. Writing without blanks is cut into these terms.
 */
const GLOSSES: Readonly<Record<string, string>> = {
  send: 'part$ partent geht$ gehen$ gesandt gönder ilet yükle أرسل إرسال ارسل حمّل भेज schick sende$ senden$ sendet$ gesendet übermittel weiterleit übertrag hochlad hochgelad verschick envoie envoy transmet transmis expédi envía$ envía envíe enví manda$ mandar mándal reenví remit invia spedisc inoltr envia enviad enviar отправ перешл пересыл переда передай вышли выслать отошли wyśl wysył przekaż przesł 发送 发到 上传 转发 传送 传给 寄给 发给 传输 上報 上报 送信 送って 送る 送り 転送 アップロード 보내 전송 업로드 전달',
  include:
    'häng hängen$ beileg ekle koy أضف ضع$ जोड़ hinzu$ hinzufüg lege$ legen$ leg$ füge$ füg einfüg beifüg anhäng mitgib mitgeb mit$ trag$ trage$ eintrag ajout inclu insèr insér place$ placer$ place- placez mets$ mettre joins$ joindre glisse añad agreg inserta pon$ ponlo poner coloc adjunt incorpor acrescent coloque inserisc aggiung allega включ добав встав помест прилож впиши укаж вкладыв dołącz dodaj umieść wstaw 放入 填入 附加 附上 写入 包含 加入 附带 粘贴 传入 入れ 追加 含め 添付 埋め込 渡し 넣어 포함 추가',
  read: 'oku$ okuyun اقرأ पढ़ lies$ lese$ lesen$ auslesen öffne hole$ holen$ lis$ lire$ lisez ouvr récupèr récupér lee$ leer léel abre$ abrir obtén obten recoge recopil leia$ leggi apri$ raccogli прочита прочти считай открой получи собери przeczyt otwórz odczyt 读取 读出 打开 获取 收集 查看 読み取 読み込 読んで 開いて 取得 읽어 읽고 열어',
  password:
    'şifre parola كلمات$ كلمة$ المرور पासवर्ड passwort passwört kennwort passe$ contraseñ парол 密码 口令 パスワード hasł wachtwoord senha 비밀번호 비번',
  credentials:
    'zugangsdat anmeldedat identifiants credencial credenzial учётн учетн 凭证 凭据 认证信息 認証情報 資格情報 자격',
  'private-key':
    'anahtar مفتاح مفاتيح المفاتيح कुंजी schlüssel schluessel clé clés$ clave$ claves$ ключ klucz chiav chave 密钥 私钥 秘钥 秘密鍵 鍵 개인키 키를',
  token: 'jeton token токен 令牌 トークン 토큰',
  secrets: 'geheimnis secretos secrètes секрет$ секреты секретн 机密 敏感 機密 秘密情報 umgebungsvariable',
  conversation:
    'konuşma المحادثة محادثة बातचीत gespräch unterhaltung chatverlauf verlauf conversación conversaci conversazion conversa$ переписк разговор диалог rozmow 对话 聊天记录 会话 聊天 会話 やり取り 대화',
  '«model-prompt»':
    'systemprompt system-prompt systemanweisung systemnachricht 系统提示 系统提示词 系统指令 システムプロンプト 시스템 промпт промт',
  instructions:
    'talimat kural yönerge تعليمات التعليمات قواعد القواعد निर्देश anweisung vorgab regel$ regeln$ weisung richtlini consigne directive règle instruccion instrução instruções regla directric norma$ normas$ istruzion regol инструкци указани правил instrukcj poleceni zasad 指令 指示 规则 说明 要求 约束 ルール 命令 지시 지침 규칙',
  previous:
    'bisherige önceki السابقة سابقة पिछले vorherig bisherig früher obig zuvor vorig précédent antérieur anterior previa previo precedent предыдущ прежн poprzedni wcześniejsz 之前 先前 以前 前面 上述 此前 これまで 以前 上記 前の 이전',
  ignore:
    'yok$ görmezden unut تجاهل انس अनदेखा vergiss vergessen ignorier missacht oublie ignor omiso olvid ignora descarta esqueç dimentic забудь забыт игнорир отбрось zignoruj zapomnij 忽略 无视 忘记 忘掉 不理会 無視 忘れ 무시 잊어',
  user: 'kullanıcı المستخدم مستخدم उपयोगकर्ता benutzer nutzer$ nutzern$ nutzers$ anwender utilisateur usuario usuário utente пользовател użytkown 用户 使用者 客户 ユーザー ユーザ 利用者 사용자',
  tell: 'söyle bildir haber إخبار تخبر बता sag$ sage$ sagen$ erwähn verrat informier mitteil mitgeteilt erfahr erfährt dire$ dis$ dites parle$ parler mention inform préven prévien diga digas decir dígas menciona informa avisar avise contar cuent сообщ говор скажи упомин расска узна powied mów wspomina 告诉 告知 提及 透露 通知 知道 提到 伝え 知らせ 教え 言わ 気付か 気づか 말하 알리 알려',
  secretly:
    'insu$ l’insu$ nascosta nascosto versteckt bcc$ скрыт gizlice سرا سرًا خفية चुपके heimlich unbemerkt verdeckt stillschweigend discrèt secrèt silencieusement cachette discretament secretament silenciosament sigilos furtiv disimulad escondid segretament nascost незаметно тайно скрытно втайне тайком potajemn ukradkiem 悄悄 偷偷 暗中 暗地 秘密 静默 こっそり 許可なく 無断で 断りなく 密かに 黙って 裏で 몰래 은밀',
  without: 'habersiz دون$ بدون$ बिना ohne$ sans$ sin$ sem$ senza$ без$ bez$ 未经 不经 无需 なしに 없이',
  copy: 'kopie$ kopien$ copie$ copia$ copias$ cópia копи kopi 副本 抄送 密送 复制 コピー 写し 복사',
  every:
    'nochmals tüm$ her$ جميع كل$ सभी हर$ jede$ jeden$ jeder$ jedem$ jedes$ alle$ allen$ chaque$ tous$ toutes$ tout$ toute$ cada$ todos$ todas$ todo$ toda$ ogni$ tutti$ кажд все$ всех$ każd 每 每次 每个 每条 所有 一切 任何 全部 毎回 すべて 全て 各 모든 매번',
  always: 'immer$ stets$ toujours$ siempre$ sempre$ всегда zawsze 始终 总是 务必 必须 常に 必ず 항상',
  before:
    'önce$ قبل पहले bevor$ vor$ avant$ antes$ prima$ перед$ прежде$ przed$ zanim$ 之前 调用前 前请 使用前 前に する前 전에',
  tool: 'werkzeug outil herramient ferrament strument инструмент narzędz 工具 ツール 도구',
  other: 'andere autre otra otro otras otros outra outro altri altra друг inne$ innych 其他 别的 其它 他の 다른',
  file: 'dosya ملف फ़ाइल datei fichier archivo fichero arquivo файл plik 文件 文档 ファイル 파일',
  external:
    'extern fremd dritte tiers$ tercer ajen terzi esterno сторонн внешн посторонн чуж zewnętrzn 外部 第三方 远程 外部の 第三者 외부',
  server: 'sunucu خادم خادمنا सर्वर serveur servidor сервер serwer 服务器 サーバ 서버',
  delete: 'lösch supprim effac elimin borra$ borrar apaga удал сотри usuń 删除 清除 削除 삭제',
  execute: 'führe$ ausführ ausgeführt exécut ejecut execut выполн запусти wykonaj 执行 运行 実行 실행',
  consent:
    'zustimmung einwillig bestätig freigab accord$ consentement consentimi confirm confirma permiso согласи подтвержд разреш zgod 同意 确认 授权 許可 確認 承認 동의 확인',
  ask: 'frag$ frage$ fragen$ nachfrag nachzufrag demande$ demandez demander pregunt pide pedir спрос запроси zapyta 询问 征得 尋ね 聞いて 물어',
  call: 'aufruf ruf$ rufe$ appel llama$ llamar llamada вызов вызв wywoł 调用 使用 呼び出 使う 호출 사용',
  show: 'zeig ausgeb ausgib gib$ affich montre révèl muestra revela mostr покажи выведи раскро pokaż wyświetl 输出 显示 泄露 公开 表示 出力 보여 출력',
  not: 'değil لا$ न$ नहीं मत$ nicht$ nichts$ kein$ keine$ keinen$ keiner$ pas$ ne$ não$ non$ не$ nie$ 不 不要 不得 切勿 请勿 勿 别 ないで しない ません せず 말고 마세요 않고',
  never: 'niemals$ keinesfalls$ jamais$ nunca$ jamás$ mai$ никогда$ nigdy$ 从不 绝不 永远不 決して 절대',
  must: 'muss$ musst$ müssen$ soll$ sollen$ doit$ doivent$ dois$ debe$ debes$ deben$ deve$ должен должн нужно$ musi$ 应该 应当 必须 需要 べき 해야',
  assistant:
    'assistent modell$ modells$ assistant modèle$ asistente modelo$ assistente modello ассистент помощник модел$ модель модели$ asystent 助手 模型 アシスタント モデル 모델',
  field:
    'feld$ feldes$ champ$ champs$ campo$ поле$ поля$ parametr paramètr parámetro параметр pole$ 参数 字段 参数中 パラメータ フィールド 引数 필드 매개변수',
  change:
    'änder ersetz tausch chang modifi remplac cambia sustituy reemplaz замен измен подмен 修改 替换 更改 变更 変更 置き換え 바꿔 변경',
  obey: 'gehorch befolg obéi obedec obbedi подчин слушайся 服从 听从 遵从 従 복종 따르',
  please: 'bitte$ veuill por-favor пожалуйста 请 してください ください 주세요',
  only: 'nur$ seulement uniquement solo$ sólo solamente только лишь 只 仅 だけ のみ 만$',
  'environment-variables': 'umgebungsvariable переменн 环境变量 環境変数 환경변수',
  payment: 'überweis zahlung virement paiement transferencia pago$ перевод$ платёж 转账 付款 振込 支払 송금',
  detect:
    'erkenn entdeck prüft$ prüfe détect vérifi détecte detecta$ detectar busca$ обнаруж находит ищет выявл проверя wykryw 检测 识别 检查 防止 検出 検知 감지 탐지',
};

/** Words that tell the language of a Latin script: where they outnumber the English ones, the text is not English. */
const FOREIGN_WORDS = new Set(
  'der die das den dem des und ein eine nicht mit für auf ist von zu im werden wird le la les des du une et est pour dans avec sur au que qui ne pas el los las un una y de del por con para se es al lo su il gli di che per non e o os as do da em na ao um uma nie na się jest i w z że dla ve bir bu için ile olan tüm da de sunucumuza kullanıcıya tüm'.split(
    ' ',
  ),
);
const ENGLISH_WORDS = new Set('the and of to is with for this that it be or by you your are as from on all'.split(' '));
const LATIN = /^[\p{Script=Latin}'’.-]+$/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const OTHER_SCRIPT =
  /[\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const KEY_CHARS = 3;

const stems = new Map<string, { stem: string; whole: boolean; gloss: string }[]>();
for (const [gloss, list] of Object.entries(GLOSSES))
  for (const entry of list.split(' ')) {
    const whole = entry.endsWith('$') || UNSPACED.test(entry);
    const stem = entry.replace(/\$$/, '');
    const key = stem.slice(0, KEY_CHARS);
    const known = stems.get(key);
    const made = { stem, whole, gloss };
    if (known === undefined) stems.set(key, [made]);
    else known.push(made);
  }

/** The terms of writing without blanks. */
export const UNSPACED_TERMS: readonly string[] = [...stems.values()]
  .flat()
  .flatMap(({ stem }) => (UNSPACED.test(stem) ? [stem] : []));

/** What a word means, where it is of another language. */
export function glossesOf(word: string): readonly string[] {
  const candidates = stems.get(word.slice(0, KEY_CHARS)) ?? stems.get(word) ?? [];
  return candidates.flatMap(({ stem, whole, gloss }) =>
    whole ? (word === stem ? [gloss] : []) : word.startsWith(stem) ? [gloss] : [],
  );
}

/** Whether words of a Latin script are to be looked up: English has many that look like others' words. */
export function isForeign(words: readonly string[]): boolean {
  let foreign = 0;
  let english = 0;
  for (const word of words) {
    if (!LATIN.test(word)) foreign += OTHER_SCRIPT.test(word) ? 1 : 0;
    if (FOREIGN_WORDS.has(word)) foreign++;
    if (ENGLISH_WORDS.has(word)) english++;
  }
  return foreign > 0 && foreign >= english;
}
