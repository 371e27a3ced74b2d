import type { ImageStore } from "./image-store.ts";
import type { RegistryCredential } from "./registry-credential.ts";

/**
 * The port behind which pods run: what a node agent asks of whatever starts its containers. It has
 * the shape of the CRI, so that a CRI server can stand behind it, and names nothing of Kubernetes'
 * objects: the agent decides, a runtime does.
 *
 * Contract of every implementation, which `pod-runtime.suite.ts` checks:
 * - Operations on one pod are called one after the other, but for `exec`, `attach`, `connect`, for
 *   stops of several of its containers side by side, and for `stopPod` while such a stop waits, which
 *   then resolves too; pods are independent of each other.
 * - Stopping and removing are idempotent: what is gone already is no error.
 * - A container's end is known by `list` before `onChange` says that something changed.
 * - `close` leaves no process, mount, namespace or file handle behind that outlives the runtime,
 *   unless `list` of a later instance over the same directory shows it.
 * @see kubernetes staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto
 */
export interface PodRuntime extends AsyncDisposable {
  /** Goes into `status.nodeInfo.containerRuntimeVersion` as `name://version`. */
  readonly name: string;
  readonly version: string;
  /** What it can do of what not every runtime can; pods that ask for more are refused. None if absent. */
  readonly features?: ReadonlySet<RuntimeFeature>;
  /** Why pods cannot run, as it says itself; empty when they can, as always if absent. @throws RuntimeError */
  problems?(): Promise<readonly string[]>;

  /**
   * Makes an image usable; one that is there already is not looked up again unless `policy` says so.
   * @throws RuntimeError `invalid-image-name`, `image-not-found`, `image-never-pull`, `pull-failed`
   */
  ensureImage(request: ImageRequest): Promise<Image>;
  /** Where it keeps any of its own. */
  readonly imageStore?: ImageStore;

  /** Makes what the containers of a pod share. @throws RuntimeError `sandbox-failed`, `unsupported` */
  runPod(config: PodSandboxConfig): Promise<PodSandbox>;
  /** Ends all containers of the pod that still run, at once, and what they share. */
  stopPod(podId: string): Promise<void>;
  /** Forgets a stopped pod and its containers. */
  removePod(podId: string): Promise<void>;

  /** @throws RuntimeError `unsupported` for what this runtime, as this user, cannot do */
  createContainer(podId: string, config: ContainerConfig): Promise<string>;
  /** @throws RuntimeError `start-failed`: the command is missing, or what it needs is */
  startContainer(containerId: string): Promise<void>;
  /** SIGTERM (or the image's own signal), then SIGKILL after `graceMs`; resolves when it has ended. */
  stopContainer(containerId: string, graceMs: number): Promise<void>;
  removeContainer(containerId: string): Promise<void>;
  /**
   * Gives a running container other resources; those that are left out stay as they are.
   * @throws RuntimeError `not-found`, `update-failed`
   */
  updateContainer(containerId: string, resources: ContainerResources): Promise<void>;
  /** Bytes that a running container uses; undefined where nobody counts. @throws RuntimeError */
  memoryUsage(containerId: string): Promise<number | undefined>;
  /**
   * Bytes of the disk that a running container's own file system takes, beside its image; undefined
   * where nobody counts, or it takes none. @throws RuntimeError
   */
  writtenBytes(containerId: string): Promise<number | undefined>;

  list(): Promise<{
    readonly pods: readonly PodSandbox[];
    readonly containers: readonly ContainerState[];
  }>;
  /** Calls `listener` with the pod's uid soon after one of its containers started or ended. */
  onChange(listener: (podUid: string) => void): () => void;

  /**
   * Runs a command in a running container.
   * @throws RuntimeError `not-found`, `start-failed`; where a server tells of the latter when its streams
   *   are open already, `ended` is rejected with it
   */
  exec(containerId: string, request: ExecRequest): Promise<ContainerProcess>;
  /** Joins the container's own process. @throws RuntimeError `not-found` */
  attach(containerId: string, request: AttachRequest): Promise<ContainerProcess>;
  /**
   * Connects to a port inside the pod.
   * @throws RuntimeError `not-found`, `connect-failed`; where a server tells of the latter when its
   *   stream is open already, reading fails with it
   */
  connect(podId: string, port: number): Promise<ByteStream>;
}

/** Parts of a config that a runtime may not understand; without the feature they never occur. */
export type RuntimeFeature =
  /** `PodSandboxConfig.sysctls` */
  | "sysctls"
  /** `PodSandboxConfig.runtimeHandler` */
  | "runtime-handlers"
  /** `ContainerSecurity.seccomp` of a profile of the host; without it all run as the runtime will. */
  | "seccomp"
  /** `ContainerSecurity.appArmor` */
  | "app-armor";

export interface ImageRequest {
  /** As the pod's container names it. */
  readonly image: string;
  readonly policy: "Always" | "IfNotPresent" | "Never";
  /** Of the pod's and its account's pull secrets and of credential providers, in order. */
  readonly credentials: readonly RegistryCredential[];
  readonly signal: AbortSignal;
}

export interface Image {
  /** Goes into `status.containerStatuses[].imageID`. */
  readonly id: string;
  /** What `createContainer` is given. */
  readonly reference: string;
  /** The user the image runs as, where it names one: a number or a name. */
  readonly user?: string;
  /** Whether it had to be fetched. */
  readonly pulled: boolean;
  /** With what it was fetched; absent: nothing was needed. */
  readonly pulledWith?: RegistryCredential;
  readonly sizeBytes?: number;
}

export interface PodSandboxConfig {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** How often the sandbox was made anew. */
  readonly attempt: number;
  readonly hostname: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Where logs of the pod's containers go. */
  readonly logDirectory: string;
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly shareProcessNamespace: boolean;
  /** Whether a container of it is privileged; absent: none. */
  readonly privileged?: boolean;
  readonly dns: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Of the pod's runtime class; absent: the usual one. */
  readonly runtimeHandler?: string;
  /** Path of the pod's `/etc/hosts` on the host; absent: the host's own. */
  readonly hostsFile?: string;
}

export interface PodSandbox {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly attempt: number;
  readonly state: "ready" | "not-ready";
  readonly createdAt: number;
  /** Addresses of the pod; the host's where it has no network of its own. */
  readonly ips: readonly string[];
}

export interface ContainerConfig {
  readonly name: string;
  /** Restarts so far. */
  readonly attempt: number;
  readonly image: Image;
  /** Expanded already; empty: the image's own entry point or command. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  /** In the pod's log directory; written in the CRI's log format, lines cut at 16 KiB. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** A container of the pod whose processes it sees, as an ephemeral one may; absent: its own only. */
  readonly targetContainerId?: string;
  readonly security: ContainerSecurity;
  readonly resources: ContainerResources;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Mount {
  readonly hostPath: string;
  /** Absolute, below the container's root, whatever links it goes through. */
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly propagation: "None" | "HostToContainer" | "Bidirectional";
}

export interface ContainerSecurity {
  /** Absent: the image's, or else the agent's own. */
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly supplementalGroups: readonly number[];
  readonly privileged: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly noNewPrivileges: boolean;
  /** Names without `CAP_`, or `ALL`. */
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  /** Absent: the pod does not say. */
  readonly seccomp?: SecurityProfile;
  readonly appArmor?: SecurityProfile;
}

/** What confines a container. */
export type SecurityProfile =
  | { readonly type: "RuntimeDefault" | "Unconfined" }
  /** By its name on the host. */
  | { readonly type: "Localhost"; readonly profile: string };

/** Limits; absent where the pod sets none. */
export interface ContainerResources {
  readonly memoryBytes?: number;
  /** Of one CPU. */
  readonly cpuMillis?: number;
  readonly cpuRequestMillis?: number;
}

export interface ContainerState {
  readonly id: string;
  readonly podId: string;
  readonly podUid: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageId: string;
  readonly state: "created" | "running" | "exited" | "unknown";
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly signal?: number;
  /** `Completed`, `Error`, `OOMKilled`, `StartError` … */
  readonly reason?: string;
  readonly message?: string;
  readonly logPath: string;
}

export interface AttachRequest {
  readonly stdin: boolean;
  readonly tty: boolean;
}

export interface ExecRequest extends AttachRequest {
  readonly command: readonly string[];
}

/** Bytes out of and into a container. Reading slowly slows the writer down: nothing is kept without bound. */
export interface ByteStream extends AsyncDisposable {
  readonly readable: AsyncIterable<Uint8Array>;
  /** Resolves when more may be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** No more will be written; reading goes on. */
  end(): void;
}

export interface ContainerProcess {
  /** Empty stream for an exec without a standard input. */
  readonly stdin: Pick<ByteStream, "write" | "end">;
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Empty with a terminal: both are one there. */
  readonly stderr: AsyncIterable<Uint8Array>;
  resize(columns: number, rows: number): void;
  /** Of an exec: its exit code, 128 + n after signal n. Of an attach: when the container has ended. */
  readonly ended: Promise<{ readonly exitCode: number }>;
  /**
   * Ends an exec with SIGKILL, and detaches an attach. A CRI server has no call for the former: there the
   * command loses its streams, and `ended` says 137.
   */
  kill(): void;
}

export type RuntimeErrorCode =
  | "not-found"
  | "unsupported"
  | "sandbox-failed"
  | "start-failed"
  | "update-failed"
  | "connect-failed"
  | "invalid-image-name"
  | "image-not-found"
  | "image-never-pull"
  | "pull-failed"
  | "unavailable";

/** What a runtime could not do. The message is shown to users: it holds no credential. */
export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RuntimeError";
    this.code = code;
  }
}
