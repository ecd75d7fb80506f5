const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** “38 s”, “41 min”, “3 h 12 min”, “9 days”: at most two units, never a false precision. */
export const durationWords = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE);
    return `${Math.floor(whole / HOUR)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  const days = Math.floor(whole / DAY);
  return days === 1 ? '1 day' : `${days} days`;
};

/** “41 min ago”, “in 3 h 12 min”, “just now”. */
export const relativeWords = (at: string, now: number): string => {
  const seconds = (new Date(at).getTime() - now) / 1000;
  if (Math.abs(seconds) < 2) return 'just now';
  return seconds < 0 ? `${durationWords(-seconds)} ago` : `in ${durationWords(seconds)}`;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** “14:02:11 UTC” today, “23 Nov 17:52 UTC” before that, with the year where it is another. */
export const utcWords = (at: string, now: number, seconds = false): string => {
  const date = new Date(at);
  const iso = date.toISOString();
  const clock = `${iso.slice(11, seconds ? 19 : 16)} UTC`;
  if (iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)) return clock;
  const year = date.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${date.getUTCFullYear()}`;
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${year} ${clock}`;
};
