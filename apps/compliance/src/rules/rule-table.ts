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
import { launchChanged } from './drf-02-launch-changed.ts';
import { answersDiffer } from './drf-03-answers-differ.ts';
import { changedOutside } from './drf-04-changed-outside.ts';
import { approvalMissing } from './gov-01-approval.ts';
import type { Rule } from './rule.ts';
import { doesNotStart } from './run-01-does-not-start.ts';
import { openRemote } from './run-02-open-remote.ts';
import { oauthMetadata } from './run-03-oauth-metadata.ts';
import { foreignOrigin } from './run-04-foreign-origin.ts';
import { sandboxAttempts } from './run-05-sandbox-attempts.ts';
import { knownVulnerability } from './sup-01-known-vulnerability.ts';
import { lookalikePackage } from './sup-02-lookalike-package.ts';
import { archivedPackage } from './sup-03-archived-package.ts';
import { artifactDiffers } from './sup-04-artifact-differs.ts';
import { riskyRelease } from './sup-05-risky-release.ts';
import { notInInventory } from './sup-06-not-in-inventory.ts';
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

/** Every rule of the catalogue, in its order. */
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
  knownVulnerability,
  lookalikePackage,
  archivedPackage,
  artifactDiffers,
  riskyRelease,
  notInInventory,
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
  launchChanged,
  answersDiffer,
  changedOutside,
  doesNotStart,
  openRemote,
  oauthMetadata,
  foreignOrigin,
  sandboxAttempts,
  approvalMissing,
];
