import { join } from "node:path";
import { createMemoryStorage } from "../storage/memory.ts";
import { createSqliteStorage } from "../storage/sqlite.ts";
import type { Storage } from "../storage/storage.ts";
import type { SubjectNames } from "../tls/certificate.ts";
import { CertificateStore } from "../tls/certificate-store.ts";
import { KeyRing } from "../tokens/key-ring.ts";
import { createManagedKeyRing, type ManagedKeyRing } from "../tokens/key-rotator.ts";
import { readKeyRing } from "../tokens/key-store.ts";
import type { Config } from "./config.ts";
import type { InputFiles } from "./input-files.ts";
import type { ServerDependencies } from "./server.ts";

/** Everything that outlives a server. */
export interface ServerState {
  readonly storage: Storage;
  readonly ring: KeyRing;
  readonly certificates: CertificateStore;
}

/**
 * Opens what a data directory holds, or makes it. All of it is read and checked before any of it is
 * written, so that damage in one part leaves the others as they are; and what takes long (the thread
 * of the database, new keys) is done at the same time.
 * @throws KeyError, CertificateStoreError, DamagedDatabaseError, StorageError; file system errors
 */
export async function openState(
  config: Config,
  files: InputFiles,
  names: SubjectNames,
  { clock, random, logger }: ServerDependencies,
): Promise<ServerState> {
  const checked = Promise.withResolvers<void>();
  const storage = openStorage(config, { clock, logger, after: checked.promise });
  try {
    const openRing = await prepareKeyRing(config, files, clock);
    const certificates = new CertificateStore({
      directory: join(config.dataDir, "pki"),
      names,
      clock,
      random,
      hold: true,
    });
    checked.resolve();
    const [opened, ring] = await Promise.all([storage, openRing(storage)]);
    certificates.save();
    return { storage: opened, ring, certificates };
  } catch (error) {
    checked.reject(error);
    await storage.then((opened) => opened[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  }
}

interface StorageDependencies extends Pick<ServerDependencies, "clock" | "logger"> {
  readonly after: Promise<void>;
}

async function openStorage(
  { storage, dataDir }: Config,
  { clock, logger, after }: StorageDependencies,
): Promise<Storage> {
  switch (storage.engine) {
    case "memory":
      await after;
      return createMemoryStorage({ clock, logger });
    case "sqlite":
      return await createSqliteStorage({ clock, logger, after, file: join(dataDir, "state.db") });
    case "etcd": {
      await after;
      // gRPC takes 80 ms to load, and few ask for it.
      const { createEtcdStorage } = await import("../storage/etcd.ts");
      return await createEtcdStorage({ clock, logger, endpoints: storage.endpoints });
    }
  }
}

/**
 * Reads the keys: the given one, or the ring of the data directory. What it returns makes the missing
 * ones, and writes them when `mayWrite` resolves.
 */
async function prepareKeyRing(
  config: Config,
  { signingKey, verificationKeys }: InputFiles,
  clock: ServerDependencies["clock"],
): Promise<(mayWrite: Promise<unknown>) => Promise<KeyRing>> {
  if (signingKey !== undefined) {
    const now = clock.now();
    const given = { key: signingKey, state: "active", createdAt: now, activatedAt: now } as const;
    const ring = new KeyRing([given], verificationKeys);
    return () => Promise.resolve(ring);
  }
  const path = join(config.dataDir, "service-account-keys.json");
  const stored = await readKeyRing(path);
  return async (mayWrite) => {
    const managed: ManagedKeyRing = await createManagedKeyRing(stored ?? [], {
      path,
      algorithm: config.signingAlgorithm,
      // Tokens in Secrets never end, so a key is neither replaced nor dropped unless somebody asks.
      policy: { rotateEveryMs: Infinity, publishAheadMs: 0, retainMs: Infinity },
      clock,
      verificationKeys,
      mayWrite,
    });
    return managed.ring;
  };
}
