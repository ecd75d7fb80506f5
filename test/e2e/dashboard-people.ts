import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Person } from './people.ts';

/** What would run if a page took a foreign text for markup; each of its ways sets the same mark. */
export const HOSTILE = `"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script><svg onload="window.pwned=1">`;

/** Nothing of a hostile text became part of the page. */
export async function expectTextAlone(page: Page): Promise<void> {
  expect(await page.evaluate('window.pwned'), page.url()).toBeUndefined();
  expect(await page.locator('img[src="x"], svg[onload], #root script').count(), page.url()).toBe(0);
}

export async function signInAt(page: Page, url: string, { username, password }: Person): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('User name').fill(username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.pathname !== '/sign-in');
}

/** Pages and dialogs come a moment after what opened them. */
const WITHIN_MS = 30_000;

interface Focused {
  words: string;
  disabled: boolean;
  inView: boolean;
}
/** What has the focus, as a person would name it. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (!at.matches('a, button, input, textarea, select, summary')) return { words: '', disabled: false, inView: true };
  const box = at.getBoundingClientRect();
  const label = at.labels?.[0]?.textContent ?? '';
  return {
    words: [at.getAttribute('aria-label'), label, at.textContent].filter(Boolean).join(' '),
    disabled: at.getAttribute('aria-disabled') === 'true',
    inView: box.left >= 0 && box.right <= window.innerWidth + 1,
  };
})()`;

/** Goes on with the Tab key until what has the focus reads like this. */
export async function tabTo(page: Page, words: RegExp): Promise<Focused> {
  const seen = new Set<string>();
  for (const until = Date.now() + WITHIN_MS; Date.now() < until; ) {
    const focused = await page.evaluate<Focused>(FOCUSED);
    if (words.test(focused.words)) return focused;
    seen.add(focused.words.slice(0, 40));
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key never comes to ${words}; it came to ${[...seen].join(' | ')}`);
}

/** Presses what the Tab key comes to; it must be usable and within the window. */
export async function pressByKeyboard(page: Page, words: RegExp): Promise<void> {
  expect(await tabTo(page, words), `${words}`).toMatchObject({ disabled: false, inView: true });
  await page.keyboard.press('Enter');
}
