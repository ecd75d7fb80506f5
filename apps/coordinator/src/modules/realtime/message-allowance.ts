/** How many messages a connection may send: so many at once, and so many a second on average. */
export interface MessageAllowance {
  readonly take: () => boolean;
}

const BURST = 60;
const PER_SECOND = 10;

export function createMessageAllowance(now: () => number): MessageAllowance {
  let left = BURST;
  let at = now();
  return {
    take: () => {
      const present = now();
      left = Math.min(BURST, left + ((present - at) / 1000) * PER_SECOND);
      at = present;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
