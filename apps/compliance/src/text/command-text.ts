/** Commands nobody hides for a good reason. */
const COMMANDS =
  /\b(?:curl|wget|iwr|irm|invoke-webrequest|certutil|bitsadmin)\b[^\n]{0,200}(?:https?:|\d{1,3}\.\d|\|)|\|\s{0,4}(?:ba|z|da)?sh\b|\b(?:ba|z)?sh\s{1,4}-[ic]\b|\/bin\/(?:ba)?sh\b|\/dev\/(?:tcp|udp)\/|\brm\s{1,4}-[a-z]{0,6}[rf][a-z]{0,6}\s|\bchmod\s{1,4}(?:[ugoa]{0,4}\+[rwxs]{0,4}x|[0-7]{3,4})\s|\bnc(?:at)?\s{1,4}-[a-z]{0,6}e|\bpowershell\b|\bpython3?\s{1,4}-c\b|\bnode\s{1,4}-e\b|\bperl\s{1,4}-e\b|\beval\s{0,4}\(|\bexec\s{0,4}\(|\bos\.system\b|\bsubprocess\b|\bchild_process\b|__import__|\bimport\s{1,4}(?:os|socket|subprocess)\b|\bmkfifo\b|\bcrontab\b|\bdd\s{1,4}if=|\bmkfs\b|\bnetcat\b|:\(\)\s{0,4}\{|\bsudo\s{1,4}\w|\bcmd(?:\.exe)?\s{1,4}\/c\b|\bscp\s{1,4}\S{1,80}\s{1,4}\S{1,80}@|\bcat\s{1,4}(?:~|\/etc\/|\/root|\$HOME)|\bbase64\s{1,4}-d\b|>\s{0,4}\/(?:etc|tmp)\//i;
const URL_ALONE =
  /\b(?:https?|ftp|wss?):\/\/(?!www\.w3\.org|schema\.org|json-schema\.org|(?:[\w-]+\.)*example\.(?:com|org|net))[^\s"'<>]{4,}/i;

/** True for text that a shell or an interpreter would act upon. */
export const isCommandText = (text: string): boolean => COMMANDS.test(text.slice(0, 16_384));

/** True for text that holds a URL and is not a data structure that merely mentions one. */
export const isUrlText = (text: string): boolean => !/^\s{0,4}[[{]/.test(text) && URL_ALONE.test(text.slice(0, 16_384));
