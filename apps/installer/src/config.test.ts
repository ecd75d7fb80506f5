import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const read = (environment: Record<string, string>) => readConfig({ INSTALLER_HOME: '/h', ...environment }, '/cwd');

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(read({})).toEqual({
      coordinator: null,
      installerId: 'generic-mcp-installer',
      approverKeys: null,
      httpToken: null,
      pypiUrl: 'https://pypi.org/',
      registryUrl: 'https://registry.modelcontextprotocol.io/',
      home: '/h',
      workspaces: ['/cwd'],
      managedRoot: null,
      dataDir: '/h/.local/share/mcp-installer',
      capture: true,
      logLevel: 'info',
      otlp: null,
    });
  });

  it('reads workspaces as PATH is read', () => {
    expect(read({ INSTALLER_WORKSPACE: '/a:b:' }).workspaces).toEqual(['/a', '/cwd/b']);
  });

  it.each([
    ['COORDINATOR_URL', { COORDINATOR_URL: 'ftp://x', COORDINATOR_API_KEY: 'k' }],
    ['COORDINATOR_API_KEY', { COORDINATOR_URL: 'https://x' }],
    ['INSTALLER_ID', { INSTALLER_ID: 'a b' }],
    ['INSTALLER_HOME', { INSTALLER_HOME: 'relative' }],
    ['INSTALLER_CAPTURE', { INSTALLER_CAPTURE: 'maybe' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['INSTALLER_HTTP_TOKEN', { INSTALLER_HTTP_TOKEN: 'short' }],
    ['INSTALLER_HTTP_TOKEN', { INSTALLER_HTTP_TOKEN: `with a space ${'x'.repeat(40)}` }],
    ['INSTALLER_PYPI_URL', { INSTALLER_PYPI_URL: 'file:///x' }],
    ['INSTALLER_REGISTRY_URL', { INSTALLER_REGISTRY_URL: 'nowhere' }],
  ])('names %s when it is wrong', (name, environment) => {
    expect(() => read(environment)).toThrow(ConfigError);
    expect(() => read(environment)).toThrow(name);
  });
});
