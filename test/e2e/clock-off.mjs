// Preloaded by a system under test (`NODE_OPTIONS=--import=…`): its host's clock is ten minutes ahead, and it cannot know.
const AHEAD_MS = 600_000;
const now = Date.now;

globalThis.Date = new Proxy(Date, {
  construct: (real, given, called) => Reflect.construct(real, given.length === 0 ? [now() + AHEAD_MS] : given, called),
  get: (real, name, called) => (name === 'now' ? () => now() + AHEAD_MS : Reflect.get(real, name, called)),
});
