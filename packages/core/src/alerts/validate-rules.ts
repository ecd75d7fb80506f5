import {
  ALERT_SEVERITIES,
  type AlertRule,
  type AlertRules,
  type AlertSeverity,
} from '@mcp-coordinator/contract/monitoring.contract';
import type { FieldError } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';
import { type Condition, formatCondition } from './condition.ts';
import { parseCondition } from './parse-condition.ts';

/** A rule that can be evaluated. `condition` is the one spelling of it, by which its alerts are known. */
export interface ParsedRule {
  readonly severity: AlertSeverity;
  readonly action: AlertRule['action'];
  readonly condition: string;
  readonly parsed: Condition;
}

/**
 * Parses every condition; the errors name each bad one by its JSON pointer into the rules. The same condition twice in one
 * severity is an error too: it could only ever have one open alert.
 */
export function parseRules(rules: AlertRules): Result<ParsedRule[], FieldError[]> {
  const parsed: ParsedRule[] = [];
  const errors: FieldError[] = [];
  const seen = new Map<string, string>();
  for (const severity of ALERT_SEVERITIES) {
    rules[severity].forEach((rule, index) => {
      const path = `/${severity}/${index}/condition`;
      const result = parseCondition(rule.condition);
      if (!result.ok) {
        errors.push({ path, message: result.refusal.message });
        return;
      }
      const condition = formatCondition(result.value);
      const first = seen.get(`${severity} ${condition}`);
      if (first !== undefined) errors.push({ path, message: `says the same as ${first}; keep one of the two` });
      else seen.set(`${severity} ${condition}`, path);
      parsed.push({ severity, action: rule.action, condition, parsed: result.value });
    });
  }
  return errors.length > 0 ? deny(errors) : accept(parsed);
}
