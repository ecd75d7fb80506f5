/** Commands nobody hides for a good reason. */
const COMMANDS =
  /\b(?:curl|wget|iwr|irm|invoke-webrequest|certutil|bitsadmin)\b[^\n]{0,200}(?:https?:|\d{1,3}\.\d|\|)|\|\s*(?:ba|z|da)?sh\b|\b(?:ba|z)?sh\s+-[ic]\b|\/bin\/(?:ba)?sh\b|\/dev\/(?:tcp|udp)\/|\brm\s+-[a-z]*[rf][a-z]*\s|\bchmod\s+(?:[ugoa]*\+[rwxs]*x|[0-7]{3,4})\s|\bnc(?:at)?\s+-[a-z]*e|\bpowershell\b|\bpython3?\s+-c\b|\bnode\s+-e\b|\bperl\s+-e\b|\beval\s*\(|\bexec\s*\(|\bos\.system\b|\bsubprocess\b|\bchild_process\b|__import__|\bimport\s+(?:os|socket|subprocess)\b|\bmkfifo\b|\bcrontab\b|\bdd\s+if=|\bmkfs\b|\bnetcat\b|:\(\)\s*\{|\bsudo\s+\w|\bcmd(?:\.exe)?\s+\/c\b|\bscp\s+\S+\s+\S+@|\bcat\s+(?:~|\/etc\/|\/root|\$HOME)|\bbase64\s+-d\b|>\s*\/(?:etc|tmp)\//i;
const URL_ALONE = /\b(?:https?|ftp|wss?):\/\/[^\s"'<>]{4,}/i;

/** True for text that a shell or an interpreter would act upon. */
export const isCommandText = (text: string): boolean => COMMANDS.test(text.slice(0, 16_384));

/** True for text that holds a URL and is not a data structure that merely mentions one. */
export const isUrlText = (text: string): boolean => !/^\s*[[{]/.test(text) && URL_ALONE.test(text.slice(0, 16_384));
