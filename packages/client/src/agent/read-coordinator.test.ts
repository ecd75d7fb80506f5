import { expect, it } from 'vitest';
import { readCoordinator } from './read-coordinator.ts';

const read = (COORDINATOR_URL?: string, COORDINATOR_API_KEY?: string) =>
  readCoordinator({ COORDINATOR_URL, COORDINATOR_API_KEY }, 'of kind installer');

it('an agent without either variable works alone', () => {
  expect(read()).toEqual({ coordinator: null });
  expect(read('', '')).toEqual({ coordinator: null });
});

it.each(['https://coordinator.example', 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000/base'])(
  'it dials %s',
  (url) => {
    expect(read(url, 'mcpk_x')).toEqual({ coordinator: { url, apiKey: 'mcpk_x' } });
  },
);

it.each([
  'http://coordinator.example',
  'http://192.168.1.5:3000',
  'http://localhost.example',
  'http://127.0.0.1.example',
])('it sends no key to %s in clear', (url) => {
  expect(read(url, 'mcpk_x')).toEqual({ problem: expect.stringContaining('COORDINATOR_URL must be https://') });
});

it('a wrong variable is named', () => {
  expect(read('ftp://x', 'mcpk_x')).toEqual({ problem: 'COORDINATOR_URL must be an http or https URL' });
  expect(read(undefined, 'mcpk_x')).toEqual({ problem: 'COORDINATOR_URL must be an http or https URL' });
  expect(read('https://x')).toEqual({ problem: expect.stringMatching(/^COORDINATOR_API_KEY .* of kind installer$/) });
});
