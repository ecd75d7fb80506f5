import { secretInConfig } from './cfg-01-secret-in-config.ts';
import { plainHttp } from './cfg-02-plain-http.ts';
import { unpinnedPackage } from './cfg-03-unpinned-package.ts';
import { shellWrapper } from './cfg-04-shell-wrapper.ts';
import { privilegedContainer } from './cfg-05-privileged-container.ts';
import { broadFileAccess } from './cfg-06-broad-file-access.ts';
import { approvalDisabled } from './cfg-07-approval-disabled.ts';
import { misreadEntry } from './cfg-08-misread-entry.ts';
import { conflictingDefinitions } from './cfg-09-conflicting-definitions.ts';
import { dangerousEnvironment } from './cfg-10-dangerous-environment.ts';
import { tokenInUrl } from './cfg-11-token-in-url.ts';
import { exposedSecretFile } from './cfg-12-exposed-secret-file.ts';
import { missingConfig } from './cfg-13-missing-config.ts';
import { definitionsChanged } from './drf-01-definitions-changed.ts';
import { changedOutside } from './drf-04-changed-outside.ts';
import type { Rule } from './rule.ts';
import { doesNotStart } from './run-01-does-not-start.ts';
import { lookalikePackage } from './sup-02-lookalike-package.ts';
import { archivedPackage } from './sup-03-archived-package.ts';
import { hiddenUnicode } from './tdf-01-hidden-unicode.ts';
import { controlSequences } from './tdf-02-control-sequences.ts';
import { instructionOverride } from './tdf-03-instruction-override.ts';
import { concealment } from './tdf-04-concealment.ts';
import { roleMarkers } from './tdf-05-role-markers.ts';
import { claimsPrecedence } from './tdf-06-claims-precedence.ts';
import { sensitiveTransfer } from './tdf-07-sensitive-transfer.ts';
import { outsideSink } from './tdf-08-outside-sink.ts';
import { encodedPayload } from './tdf-09-encoded-payload.ts';
import { asksForContext } from './tdf-10-asks-for-context.ts';
import { openlyHostile } from './tdf-11-openly-hostile.ts';
import { brokenPromise } from './tdf-12-broken-promise.ts';
import { annotationsContradicted } from './tdf-13-annotations-contradicted.ts';
import { liveCredential } from './tdf-14-live-credential.ts';
import { codePayload } from './tdf-15-code-payload.ts';
import { overlongText } from './tdf-16-overlong-text.ts';
import { toolShadowing } from './xsv-01-tool-shadowing.ts';
import { steersOtherTools } from './xsv-02-steers-other-tools.ts';
import { toxicFlow } from './xsv-03-toxic-flow.ts';

/** Goes up when a rule is added or judges differently: results of different versions are not compared blindly. */
export const RULES_VERSION = '2026.11.3';

/** Every rule that is made, in the order of RULES.md. */
export const RULES: readonly Rule[] = [
  secretInConfig,
  plainHttp,
  unpinnedPackage,
  shellWrapper,
  privilegedContainer,
  broadFileAccess,
  approvalDisabled,
  misreadEntry,
  conflictingDefinitions,
  dangerousEnvironment,
  tokenInUrl,
  exposedSecretFile,
  missingConfig,
  lookalikePackage,
  archivedPackage,
  hiddenUnicode,
  controlSequences,
  instructionOverride,
  concealment,
  roleMarkers,
  claimsPrecedence,
  sensitiveTransfer,
  outsideSink,
  encodedPayload,
  asksForContext,
  openlyHostile,
  brokenPromise,
  annotationsContradicted,
  liveCredential,
  codePayload,
  overlongText,
  toolShadowing,
  steersOtherTools,
  toxicFlow,
  definitionsChanged,
  changedOutside,
  doesNotStart,
];
