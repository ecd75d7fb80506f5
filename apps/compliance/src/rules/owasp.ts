/** The OWASP MCP Top 10 (2025), in our own words, as findings cite it. */
export const OWASP = {
  secrets: 'OWASP MCP01:2025 – secrets and tokens lie open',
  scope: 'OWASP MCP02:2025 – permissions grow beyond the need',
  poisoning: 'OWASP MCP03:2025 – tool definitions carry an attack',
  supplyChain: 'OWASP MCP04:2025 – the software is not what was meant',
  commandInjection: 'OWASP MCP05:2025 – input becomes a command',
  intentSubversion: 'OWASP MCP06:2025 – context turns the model from its task',
  authentication: 'OWASP MCP07:2025 – identity is not proven',
  telemetry: 'OWASP MCP08:2025 – what happens is not recorded',
  shadowServers: 'OWASP MCP09:2025 – servers nobody governs',
  oversharing: 'OWASP MCP10:2025 – context is shared too widely',
} as const;
