import { LocalStorage, type LocalStorageOptions } from "./local-storage.ts";
import { Log } from "./log.ts";
import type { Storage } from "./storage.ts";

/** A storage that lives as long as the process: for tests, and for `--storage memory`. */
export function createMemoryStorage(options: LocalStorageOptions): Storage {
  return new LocalStorage(new Log(), undefined, options);
}
