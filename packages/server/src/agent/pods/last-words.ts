import type { Container, EphemeralContainer, Pod } from "../../api/types.ts";
import type { ContainerState } from "../pod-runtime.ts";
import type { ObservedPod } from "./observed-pod.ts";
import type { PodFiles } from "./pod-files.ts";
import { readTerminationMessage } from "./termination-message.ts";

/** Adds to containers that have ended what they left as their last words; each is read once. */
export class LastWords {
  readonly #files: PodFiles;
  /** By container id. */
  readonly #read = new Map<string, string>();

  constructor(files: PodFiles) {
    this.#files = files;
  }

  async add(pod: Pod, observed: ObservedPod): Promise<ObservedPod> {
    const containers = await Promise.all(
      observed.containers.map((run) => (run.state === "exited" ? this.#addTo(pod, run) : run)),
    );
    const known = new Set(containers.map(({ id }) => id));
    for (const id of this.#read.keys()) if (!known.has(id)) this.#read.delete(id);
    return { ...observed, containers };
  }

  async #addTo(pod: Pod, run: ContainerState): Promise<ContainerState> {
    const container = findContainer(pod, run.name);
    if (container === undefined) return run;
    let words = this.#read.get(run.id);
    if (words === undefined) {
      words = await this.#find(pod, container, run);
      this.#read.set(run.id, words);
    }
    if (words === "") return run;
    const { message = "" } = run;
    return { ...run, message: message === "" ? words : `${message}: ${words}` };
  }

  #find(
    pod: Pod,
    { terminationMessagePath = "", terminationMessagePolicy }: Container | EphemeralContainer,
    { name, attempt, exitCode, reason, podId }: ContainerState,
  ): Promise<string> {
    // A run that only the API remembers has its words there.
    if (podId === "") return Promise.resolve("");
    const { uid = "" } = pod.metadata;
    const fallBack =
      terminationMessagePolicy === "FallbackToLogsOnError" &&
      exitCode !== 0 &&
      reason !== "ContainerCannotRun";
    const log = `${this.#files.logDirectory(pod)}/${this.#files.logPath(name, attempt)}`;
    return readTerminationMessage({
      file:
        terminationMessagePath === "" ? undefined : this.#files.lastWordsPath(uid, name, attempt),
      log: fallBack ? log : undefined,
    });
  }
}

/** A container of any kind. */
export function findContainer(
  { spec }: Pod,
  wanted: string,
): Container | EphemeralContainer | undefined {
  return [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ].find(({ name }) => name === wanted);
}
