import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerState, PodSandbox } from "../pod-runtime.ts";

/**
 * What a later runtime has to know of pods and containers, a directory each:
 *
 *     pods/<id>/sandbox.json
 *     containers/<id>/state.json
 *
 * Nothing secret is in it: neither commands nor environments.
 */
export class StateStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  podDirectory(id: string): string {
    return join(this.#root, "pods", id);
  }

  containerDirectory(id: string): string {
    return join(this.#root, "containers", id);
  }

  async savePod(pod: PodSandbox): Promise<void> {
    await save(this.podDirectory(pod.id), "sandbox.json", pod);
  }

  async saveContainer(state: ContainerState): Promise<void> {
    await save(this.containerDirectory(state.id), "state.json", state);
  }

  async removePod(id: string): Promise<void> {
    await rm(this.podDirectory(id), { recursive: true, force: true });
  }

  async removeContainer(id: string): Promise<void> {
    await rm(this.containerDirectory(id), { recursive: true, force: true });
  }

  pods(): Promise<readonly PodSandbox[]> {
    return load<PodSandbox>(join(this.#root, "pods"), "sandbox.json");
  }

  containers(): Promise<readonly ContainerState[]> {
    return load<ContainerState>(join(this.#root, "containers"), "state.json");
  }
}

async function save(directory: string, name: string, value: unknown): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** What cannot be read was being written when its runtime ended; it is removed. */
async function load<T>(directory: string, name: string): Promise<readonly T[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found: T[] = [];
  for (const id of await readdir(directory)) {
    try {
      found.push(JSON.parse(await readFile(join(directory, id, name), "utf8")) as T);
    } catch {
      await rm(join(directory, id), { recursive: true, force: true });
    }
  }
  return found;
}
