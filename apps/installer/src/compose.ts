import { hostname } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ActionJournal } from '@mcp-coordinator/client/agent/action-journal';
import { CaptureBook } from './capture/capture-book.ts';
import type { Clock } from './capture/capture-server.ts';
import { passedOn } from './capture/environment.ts';
import type { ChangeUndo } from './changes/change-undo.ts';
import type { Executor } from './changes/executor.ts';
import type { InstallerConfig } from './config.ts';
import { readApproverKeys } from './consent/approver-keys.ts';
import { createConsentVerifier } from './consent/verify-consent.ts';
import { dropUnused } from './drop-unused.ts';
import { OwnWrites } from './files/own-writes.ts';
import { Snapshots } from './files/snapshots.ts';
import { openKeyedHash } from './inventory/keyed-hash.ts';
import type { Machine } from './machine.ts';
import { imageView } from './packages/image-view.ts';
import { npmView } from './packages/npm-view.ts';
import { isExactVersion } from './packages/package-argument.ts';
import { rememberingView } from './packages/package-book.ts';
import { pypiView } from './packages/pypi-view.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { PackageStore } from './store/package-store.ts';
import { npmWith } from './store/run-npm.ts';

/** What only the process knows of itself. */
export interface ProcessFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly userId: number | null;
  /** Program and first arguments that start this installer again. */
  readonly launcher: readonly string[];
}

const systemClock: Clock = { now: () => Date.now(), steady: () => performance.now() };

/** Builds what changes and reads need, opening what stands in the data folder. */
export async function composeExecutor(config: InstallerConfig, facts: ProcessFacts): Promise<Executor> {
  const { dataDir, home, workspaces, managedRoot } = config;
  const { environment, platform, userId, launcher } = facts;
  const approverKeys = await readApproverKeys(config.approverKeys, platform);
  const keyedHash = await openKeyedHash(dataDir);
  const managed = managedRoot === null ? {} : { managed: managedRoot };
  const machine: Machine = {
    installerId: config.installerId,
    hostname: hostname().slice(0, 255) || 'unknown',
    place: { platform, home, workspaces, ...managed },
    roots: { home, workspaces, ...managed },
    environment,
    executableExtensions: platform === 'win32' ? (environment['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''],
    userId,
    keyedHash,
    clock: systemClock,
    launcher,
    dataDir,
  };
  const views = {
    npm: rememberingView(npmView(passedOn(environment)), join(dataDir, 'packages'), systemClock.now),
    pypi: rememberingView(pypiView(config.pypiUrl), join(dataDir, 'packages', 'pypi'), systemClock.now, (wanted) =>
      isExactVersion(wanted, 'pypi'),
    ),
    oci: rememberingView(imageView(), join(dataDir, 'packages', 'oci'), systemClock.now, () => false),
  };
  const secretStore = new SecretStore(dataDir);
  const snapshots = new Snapshots(join(dataDir, 'snapshots'));
  await snapshots.dropOlderThan(systemClock.now());
  const journal = await ActionJournal.open<ChangeUndo>(join(dataDir, 'journal'));
  const packageStore = new PackageStore({
    folder: join(dataDir, 'store'),
    npm: npmWith(passedOn(environment), platform),
    now: systemClock.now,
  });
  await dropUnused({ machine, journal, snapshots, packageStore });
  return {
    machine,
    snapshots,
    journal,
    underWay: new Set(),
    secretStore,
    packageStore,
    ownWrites: new OwnWrites(),
    approverKeys,
    verifyConsent: approverKeys === null ? null : createConsentVerifier(approverKeys, systemClock.now),
    captures: new CaptureBook({
      on: config.capture,
      folder: join(dataDir, 'captures'),
      environment,
      home,
      keyedHash,
      clock: systemClock,
      secretStore,
    }),
    viewPackage: (name, wanted, registry = 'npm') => views[registry](name, wanted),
  };
}
