import { join } from "node:path";
import type { MetricsRegistry } from "../http/metrics-registry.ts";
import { createMemoryStorage } from "../storage/memory.ts";
import { createSqliteStorage } from "../storage/sqlite.ts";
import type { Storage } from "../storage/storage.ts";
import type { SubjectNames } from "../tls/certificate.ts";
import { CertificateStore } from "../tls/certificate-store.ts";
import type { TokenKeys } from "../tokens/token-keys.ts";
import type { Config } from "./config.ts";
import type { InputFiles } from "./input-files.ts";
import type { ServerDependencies } from "./server.ts";
import { prepareTokenKeys } from "./token-keys.ts";

/** Everything that outlives a server. */
export interface ServerState {
  readonly storage: Storage;
  readonly tokenKeys: TokenKeys;
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
  { clock, random, logger, metrics }: ServerDependencies & { readonly metrics: MetricsRegistry },
): Promise<ServerState> {
  const checked = Promise.withResolvers<void>();
  const storage = openStorage(config, files, { clock, logger, after: checked.promise });
  // It may fail before anybody waits for it.
  storage.catch(() => {});
  let tokenKeys: TokenKeys | undefined;
  try {
    const certificates = new CertificateStore({
      directory: join(config.dataDir, "pki"),
      names,
      clock,
      random,
      hold: true,
    });
    // Last, since an external signer that has been opened has to be closed again.
    const openTokenKeys = await prepareTokenKeys(config, files, { clock, logger, metrics });
    checked.resolve();
    tokenKeys = await openTokenKeys(storage);
    const opened = await storage;
    certificates.save();
    return { storage: opened, tokenKeys, certificates };
  } catch (error) {
    checked.reject(error);
    tokenKeys?.[Symbol.dispose]();
    await storage.then((opened) => opened[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  }
}

interface StorageDependencies extends Pick<ServerDependencies, "clock" | "logger"> {
  readonly after: Promise<void>;
}

async function openStorage(
  { storage, dataDir }: Config,
  { etcdTls: tls }: InputFiles,
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
      return await createEtcdStorage({ clock, logger, endpoints: storage.endpoints, tls });
    }
  }
}
