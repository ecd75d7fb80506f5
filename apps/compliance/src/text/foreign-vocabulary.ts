import { UNSPACED_TERMS } from './foreign-glosses.ts';
import { type Vocabulary, words } from './inflect.ts';

/**
 * What orders to a model are written with in other languages: German, French, Spanish, Portuguese, Italian, Dutch,
 * Russian, Polish, Turkish, Chinese, Japanese, Korean. Meaning first, languages together: words of two never meet.
 */
export const FOREIGN_VOCABULARY = {
  F_IGNORE: words(
    'ignoriere ignorieren ignoriert vergiss vergessen missachte missachten umgehe ignore ignorez ignorer oublie oubliez oublier ignora ignorar ignorá ignoren olvida olvidar olvide descarta desestima esqueça esquece desconsidere dimentica dimenticare ignorare negeer negeren vergeet игнорируй игнорируйте игнорировать забудь забудьте отбрось нарушай zignoruj ignoruj zapomnij yoksay görmezden unut 忽略 无视 忘记 忘掉 绕过 无需遵守 無視 無視して 忘れて 무시 무시하고 무시해 잊어',
  ),
  F_GUIDANCE: words(
    "anweisungen anweisung regeln vorgaben instruktionen richtlinien systemprompt instructions consignes directives règles instruction l'instruction instrucciones instrucción reglas directrices instruções regras istruzioni regole instructies regels инструкции инструкций указания указаний правила правил instrukcje instrukcji polecenia zasady talimatları talimatlar 指令 指示 说明 规则 提示词 指示を ルール 지시 지시를 지침 지침을",
  ),
  F_PROMPT: words(
    'systemprompt system-prompt system-anweisung systemanweisungen prompt prompts системный промпт промт системные systemowy 系统提示 系统提示词 系统指令 システムプロンプト 시스템',
  ),
  F_REVEAL: words(
    'verrate zeige gib ausgeben preisgeben révèle révéler révélez affiche divulgue revela revelar muestra muestre revele mostre rivela mostra onthul раскрой покажи выведи раскрыть ujawnij pokaż açıkla 泄露 透露 显示 输出 公开 表示 明かし 공개 출력',
  ),
  F_NOT: words(
    "nicht nichts nie niemals keinesfalls kein ne n' pas jamais rien no nunca jamás não nao nunca non mai niet nooit не никогда ничего ни nie nigdy asla değil 不 不要 别 不得 切勿 禁止 请勿 勿 しない ないで 말고 마세요 하지",
  ),
  F_TELL: words(
    'sage sag sagen erzähle erwähne erwähnen verrate verraten informiere informieren mitteilen melde zeige dis dites dire mentionne mentionnez mentionner informe informez informer révèle signale digas diga decir decirle menciones mencione mencionar informes informar reveles conte contar diga informe mencione dire dirlo menzionare informare vertel vertellen noem zeg говори говорить сообщай сообщать сообщайте упоминай упоминать рассказывай раскрывай показывай mów mówić wspominaj informuj söyleme bahsetme 告诉 告知 提及 透露 提到 通知 让 知道 伝え 知らせ 教え 알리 말하',
  ),
  F_USER: words(
    "benutzer benutzern nutzer nutzern anwender person l'utilisateur utilisateur utilisateurs usuario usuarios usuário usuários utente l'utente all'utente gebruiker пользователю пользователя пользователь пользователям użytkownikowi użytkownika kullanıcıya kullanıcı 用户 使用者 用戶 ユーザー ユーザ 사용자 사용자에게",
  ),
  F_SECRETLY: words(
    'heimlich unbemerkt verdeckt stillschweigend secrètement discrètement silencieusement secretamente silenciosamente furtivamente sigilosamente discretamente segretamente stiekem heimelijk тайно скрытно незаметно втайне potajemnie gizlice 秘密 暗中 悄悄 偷偷 静默 密かに こっそり 몰래 은밀히',
  ),
  F_WITHOUT: words('ohne sans sin sem senza zonder без bez 未经 无需 在不'),
  F_SEND: words(
    'sende sendet senden schicke schickt schicken übermittle übermittelt übertrage überträgt leite hochladen lade lädt envoie envoyer envoyez envoyé envoyés envoyant transmets transmettre transmet transfère copiés copie envía enviar envíe envían envia envie enviado transmite sube reenvía transmita invia inviare spedisci verzend stuur sturen отправь отправляй отправить отправляет отправляются отправьте отправляются передай передавай передать загрузи пересылай wyślij wysyłaj przekaż gönder 发送 发到 上传 传送 转发 传递 传输 发给 提交 送信 アップロード 転送 보내 전송 전송해 업로드',
  ),
  F_SECRETS: words(
    'passwort passwörter passwörtern zugangsdaten schlüssel api-schlüssel geheimnisse token anmeldedaten umgebungsvariablen mot mots passe clé clés identifiants secrets jetons contraseña contraseñas claves clave credenciales secretos senha senhas credenciais chaves chave password credenziali chiavi wachtwoord wachtwoorden sleutels пароль пароли паролей ключ ключи ключей учетные учётные токены токен секреты hasło hasła klucze şifre şifreleri parola 密码 密钥 密钥和 凭证 凭据 令牌 私钥 口令 环境变量 パスワード 認証情報 秘密鍵 비밀번호 키를 자격',
  ),
  F_CONVERSATION: words(
    "unterhaltung gespräch gesprächsverlauf chatverlauf verlauf nachrichten originaltext conversation messages l'historique historique conversación mensajes historial conversa mensagens conversazione messaggi gesprek berichten переписку переписка разговор сообщения историю rozmowę wiadomości konuşmayı mesajları 对话 聊天记录 对话历史 消息 会話 メッセージ履歴 대화 메시지",
  ),
  F_OUTSIDE: words(
    'extern externen externe fremden unseren externe notre externo remoto nuestro esterno remoto externe внешний внешнему удаленный удалённый наш zewnętrzny 外部 远程 外部服务器 我们 外部サーバー 외부',
  ),
  F_READ: words(
    'lies lese liest lesen öffne lis lire lisez ouvre lee leer lea abre leia leggi apri lees прочитай прочти прочитать считай открой przeczytaj oku 读取 读 打开 获取 読み取 読み込 読んで 읽고 읽어',
  ),
  F_PASS: words(
    'übergib übergeben füge gib passe passer inclus inclure ajoute comme incluye incluir añade pasa pásalo inclua includi voeg передай включи добавь как przekaż dołącz ekle 传递 作为 放入 包含 附加 参数 填入 渡し 含め 전달 포함',
  ),
  F_RUN: words(
    'führe ausführen befolge gehorche exécute exécuter exécutez suis obéis ejecuta ejecutar ejecute obedece execute siga obedeça esegui voer выполняй выполни выполнять исполняй подчиняйся wykonaj çalıştır 执行 运行 遵循 服从 实行 実行 従って 실행 따르',
  ),
  F_COMMAND: words(
    'befehl befehle befehlen anweisung anweisungen commande commandes instruction instructions comando comandos orden órdenes instrucciones comandi opdrachten команды команду команда указания polecenia komutları 命令 指令 コマンド 指示 명령',
  ),
  F_ANY: words(
    'jeden jede jedes alle allen beliebige toute toutes tout quelconque cualquier cualquiera todos todas qualquer todas qualsiasi elke alle любые любую все всё wszystkie herhangi 任何 所有 全部 一切 任意 すべて 全て 모든',
  ),
} as const satisfies Vocabulary;

/** Words of denial that stand before a verb in these languages. */
export const FOREIGN_DENIALS: readonly string[] =
  'nicht keine kein keinen keiner nie niemals ne pas jamais aucune aucun nunca jamás não nao nessun niet geen nooit не никогда nie 不 不会 不要 从不 绝不'.split(
    ' ',
  );

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const TERMS = new Set([
  ...UNSPACED_TERMS,
  ...Object.values(FOREIGN_VOCABULARY).flatMap((set) => [...set].filter((word) => CJK.test(word))),
]);
const TERM_CHARS_MAX = Math.max(...[...TERMS].map((term) => term.length));

/** Cuts writing without blanks into the longest terms that are known, and single characters between them. */
export function splitUnspaced(text: string): { text: string; at: number }[] {
  if (!CJK.test(text)) return [{ text, at: 0 }];
  const pieces: { text: string; at: number }[] = [];
  let at = 0;
  while (at < text.length) {
    const length = CJK.test(text.charAt(at)) ? termAt(text, at) : restAt(text, at);
    pieces.push({ text: text.slice(at, at + length), at });
    at += length;
  }
  return pieces;
}

function termAt(text: string, at: number): number {
  for (let length = Math.min(TERM_CHARS_MAX, text.length - at); length > 1; length--)
    if (TERMS.has(text.slice(at, at + length))) return length;
  return 1;
}

function restAt(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && !CJK.test(text.charAt(end))) end++;
  return end - at;
}
