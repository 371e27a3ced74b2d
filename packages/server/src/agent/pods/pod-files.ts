import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostAlias, Pod } from "../../api/types.ts";
import type { PodHostname } from "./pod-names.ts";

export interface PodFilesOptions {
  /** Holds `pods/UID/` and `logs/NAMESPACE_NAME_UID/`; absolute. */
  readonly root: string;
  /** The host's own, for pods that use its network. */
  readonly hostsFile: string;
}

/**
 * Files of pods on the node, but for their volumes: logs, the hosts file, last words. All of it may
 * be left by an agent that ended, and is found again by the same names.
 */
export class PodFiles {
  readonly #options: PodFilesOptions;

  constructor(options: PodFilesOptions) {
    this.#options = options;
  }

  podDirectory(uid: string): string {
    return join(this.#options.root, "pods", uid);
  }

  /** @see kubernetes pkg/kubelet/kuberuntime/helpers.go (BuildPodLogsDirectory) */
  logDirectory({ metadata }: Pod): string {
    const { namespace, name, uid } = metadata;
    return join(this.#options.root, "logs", `${namespace}_${name}_${uid}`);
  }

  /** In the pod's log directory. */
  logPath(container: string, attempt: number): string {
    return join(container, `${attempt}.log`);
  }

  hostsPath(uid: string): string {
    return join(this.podDirectory(uid), "etc-hosts");
  }

  /** The file in which a container leaves its last words. */
  lastWordsPath(uid: string, container: string, attempt: number): string {
    return join(this.podDirectory(uid), "containers", container, String(attempt));
  }

  /** Makes the directories of a pod. */
  async preparePod(pod: Pod): Promise<void> {
    await Promise.all([
      mkdir(this.podDirectory(pod.metadata.uid ?? ""), { recursive: true, mode: 0o750 }),
      mkdir(this.logDirectory(pod), { recursive: true, mode: 0o755 }),
    ]);
  }

  /**
   * Makes the log directory of a container, an empty file for its last words, and notes the image
   * that it is made of.
   */
  async prepareContainer(
    pod: Pod,
    { name: container, image = "" }: { readonly name: string; readonly image?: string },
    attempt: number,
  ): Promise<void> {
    const { uid = "" } = pod.metadata;
    const words = this.lastWordsPath(uid, container, attempt);
    await Promise.all([
      mkdir(join(this.logDirectory(pod), container), { recursive: true, mode: 0o755 }),
      mkdir(join(words, ".."), { recursive: true, mode: 0o750 }).then(async () => {
        await writeNew(words, "", 0o666);
        await writeFile(this.#imagePath(uid, container, attempt), image);
      }),
    ]);
  }

  /** The image that a run was made of, as the pod named it then; undefined if that is not known. */
  async imageOf(pod: Pod, container: string, attempt: number): Promise<string | undefined> {
    try {
      return await readFile(this.#imagePath(pod.metadata.uid ?? "", container, attempt), "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** What was written down of a pod's resources; undefined where nothing was, or it is damaged. */
  async readResources(uid: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#resourcesPath(uid), "utf8"));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Rare, and small: at once, so that what is written last is what holds. */
  writeResources(uid: string, resources: object): void {
    const path = this.#resourcesPath(uid);
    mkdirSync(this.podDirectory(uid), { recursive: true, mode: 0o750 });
    writeFileSync(`${path}.new`, JSON.stringify(resources), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #resourcesPath(uid: string): string {
    return join(this.podDirectory(uid), "resources.json");
  }

  /** How often a container has run by what its logs say; 0 when there are none. */
  async countRuns(pod: Pod, container: string): Promise<number> {
    const names = await list(join(this.logDirectory(pod), container));
    const numbers = names.flatMap((name) => {
      const [, number] = /^(\d+)\.log(?:\..*)?$/.exec(name) ?? [];
      return number === undefined ? [] : [Number(number) + 1];
    });
    return Math.max(0, ...numbers);
  }

  /** Writes the hosts file in place: it may be bound into containers already. */
  async writeHosts(pod: Pod, ips: readonly string[], name: PodHostname): Promise<void> {
    const aliases = pod.spec?.hostAliases ?? [];
    const text =
      pod.spec?.hostNetwork === true
        ? HOST_NETWORK_HEADER +
          (await readFile(this.#options.hostsFile, "utf8")) +
          aliasLines(aliases)
        : hostsText(ips, name, aliases);
    await writeNew(this.hostsPath(pod.metadata.uid ?? ""), text, 0o644);
  }

  /** Removes the log and the last words of one run. */
  async removeRun(pod: Pod, container: string, attempt: number): Promise<void> {
    const { uid = "" } = pod.metadata;
    await rm(join(this.logDirectory(pod), this.logPath(container, attempt)), { force: true });
    await rm(this.lastWordsPath(uid, container, attempt), { force: true });
    await rm(this.#imagePath(uid, container, attempt), { force: true });
  }

  /** Removes all files of a pod. Whatever volumes are still there stay. */
  async removePod(pod: Pod): Promise<void> {
    await rm(this.logDirectory(pod), { recursive: true, force: true });
    await this.removeLeftover(pod.metadata.uid ?? "");
  }

  #imagePath(uid: string, container: string, attempt: number): string {
    return `${this.lastWordsPath(uid, container, attempt)}.image`;
  }

  /** Uids of pods that have files here. */
  async leftovers(): Promise<readonly string[]> {
    const logs = await list(join(this.#options.root, "logs"));
    const pods = await list(join(this.#options.root, "pods"));
    return [...new Set([...pods, ...logs.map(uidOfLogs)])];
  }

  /** Removes what is left of a pod of which nothing but the uid is known. */
  async removeLeftover(uid: string): Promise<void> {
    const directory = this.podDirectory(uid);
    await rm(join(directory, "etc-hosts"), { force: true });
    await rm(this.#resourcesPath(uid), { force: true });
    await rm(join(directory, "containers"), { recursive: true, force: true });
    if ((await list(directory)).length === 0) await rm(directory, { recursive: true, force: true });
    const root = join(this.#options.root, "logs");
    for (const name of await list(root)) {
      if (uidOfLogs(name) === uid) await rm(join(root, name), { recursive: true, force: true });
    }
  }
}

function uidOfLogs(directory: string): string {
  return directory.slice(directory.lastIndexOf("_") + 1);
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** The mode is that, whatever the umask says. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  await writeFile(path, text, { mode });
  await chmod(path, mode);
}

/** @see kubernetes pkg/kubelet/kubelet_pods.go (managedHostsHeader…) */
const HEADER = "# Kubernetes-managed hosts file.\n";
const HOST_NETWORK_HEADER = "# Kubernetes-managed hosts file (host network).\n";
const LOCAL = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

/** The hosts file of a pod with addresses of its own. */
export function hostsText(
  ips: readonly string[],
  { hostname, domain }: PodHostname,
  aliases: readonly HostAlias[],
): string {
  const names = domain === "" ? hostname : `${hostname}.${domain}\t${hostname}`;
  return `${HEADER}${LOCAL}${ips.map((ip) => `${ip}\t${names}\n`).join("")}${aliasLines(aliases)}`;
}

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return "";
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}
