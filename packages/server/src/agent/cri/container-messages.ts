/**
 * Messages of the CRI about containers: what of them the agent uses.
 * @see kubernetes staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto
 */
import {
  boolean,
  integer,
  integers,
  map,
  message,
  messages,
  type Shape,
  text,
  texts,
} from "./protobuf-shape.ts";
import {
  type CriSecurityProfile,
  NAMESPACE_OPTION,
  type NamespaceOption,
  SANDBOX_CONFIG,
  type SandboxConfig,
  SECURITY_PROFILE,
} from "./sandbox-messages.ts";

export interface CriMount {
  readonly containerPath?: string;
  readonly hostPath?: string;
  readonly readonly?: boolean;
  readonly propagation?: number;
}

const MOUNT: Shape<CriMount> = {
  containerPath: text(1),
  hostPath: text(2),
  readonly: boolean(3),
  propagation: integer(5),
};

/** A number that may be missing. */
export interface Int64Value {
  readonly value: number;
}

export const INT64_VALUE: Shape<Int64Value> = { value: integer(1) };

interface CriResources {
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuShares?: number;
  readonly memoryLimitInBytes?: number;
}

const RESOURCES: Shape<CriResources> = {
  cpuPeriod: integer(1),
  cpuQuota: integer(2),
  cpuShares: integer(3),
  memoryLimitInBytes: integer(4),
};

interface CriCapabilities {
  readonly addCapabilities?: readonly string[];
  readonly dropCapabilities?: readonly string[];
}

export interface CriSecurity {
  readonly capabilities?: CriCapabilities;
  readonly privileged?: boolean;
  readonly namespaceOptions?: NamespaceOption;
  readonly runAsUser?: Int64Value;
  readonly runAsUsername?: string;
  readonly readonlyRootfs?: boolean;
  readonly supplementalGroups?: readonly number[];
  readonly noNewPrivs?: boolean;
  readonly runAsGroup?: Int64Value;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  readonly seccomp?: CriSecurityProfile;
  readonly appArmor?: CriSecurityProfile;
}

const SECURITY: Shape<CriSecurity> = {
  capabilities: message<CriCapabilities>(1, {
    addCapabilities: texts(1),
    dropCapabilities: texts(2),
  }),
  privileged: boolean(2),
  namespaceOptions: message(3, NAMESPACE_OPTION),
  runAsUser: message(5, INT64_VALUE),
  runAsUsername: text(6),
  readonlyRootfs: boolean(7),
  supplementalGroups: integers(8),
  noNewPrivs: boolean(11),
  runAsGroup: message(12, INT64_VALUE),
  maskedPaths: texts(13),
  readonlyPaths: texts(14),
  seccomp: message(15, SECURITY_PROFILE),
  appArmor: message(16, SECURITY_PROFILE),
};

export interface LinuxContainerConfig {
  readonly resources?: CriResources;
  readonly securityContext?: CriSecurity;
}

export interface ImageSpec {
  readonly image?: string;
  /** What the pod says; newer servers report it. */
  readonly userSpecifiedImage?: string;
}

export const IMAGE_SPEC: Shape<ImageSpec> = { image: text(1), userSpecifiedImage: text(18) };

export interface ContainerMetadata {
  readonly name: string;
  readonly attempt: number;
}

const CONTAINER_METADATA: Shape<ContainerMetadata> = { name: text(1), attempt: integer(2) };

interface KeyValue {
  readonly key: string;
  /** Bytes to protobuf. */
  readonly value: string;
}

export interface CriContainerConfig {
  readonly metadata?: ContainerMetadata;
  readonly image?: ImageSpec;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly envs?: readonly KeyValue[];
  readonly mounts?: readonly CriMount[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly logPath?: string;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
  readonly linux?: LinuxContainerConfig;
}

const CONTAINER_CONFIG: Shape<CriContainerConfig> = {
  metadata: message(1, CONTAINER_METADATA),
  image: message(2, IMAGE_SPEC),
  command: texts(3),
  args: texts(4),
  workingDir: text(5),
  envs: messages<KeyValue>(6, { key: text(1), value: text(2) }),
  mounts: messages(7, MOUNT),
  labels: map(9),
  annotations: map(10),
  logPath: text(11),
  stdin: boolean(12),
  stdinOnce: boolean(13),
  tty: boolean(14),
  linux: message<LinuxContainerConfig>(15, {
    resources: message(1, RESOURCES),
    securityContext: message(2, SECURITY),
  }),
};

interface CreateContainer {
  readonly podSandboxId: string;
  readonly config: CriContainerConfig;
  readonly sandboxConfig: SandboxConfig;
}

export const CREATE_CONTAINER: Shape<CreateContainer> = {
  podSandboxId: text(1),
  config: message(2, CONTAINER_CONFIG),
  sandboxConfig: message(3, SANDBOX_CONFIG),
};

export interface ContainerId {
  readonly containerId: string;
}

/** Several requests, and the answer to `CreateContainer`. */
export const CONTAINER_ID: Shape<ContainerId> = { containerId: text(1) };

export const STOP_CONTAINER: Shape<ContainerId & { readonly timeout: number }> = {
  containerId: text(1),
  timeout: integer(2),
};

interface UpdateContainer extends ContainerId {
  readonly linux?: CriResources;
}

export const UPDATE_CONTAINER: Shape<UpdateContainer> = {
  containerId: text(1),
  linux: message(2, RESOURCES),
};

interface ContainerFilter {
  readonly labelSelector: Readonly<Record<string, string>>;
}

export const LIST_CONTAINERS: Shape<{ readonly filter: ContainerFilter }> = {
  filter: message<ContainerFilter>(1, { labelSelector: map(4) }),
};

export const CONTAINER_STATES = ["created", "running", "exited", "unknown"] as const;

export interface ListedContainer {
  readonly id: string;
  readonly podSandboxId: string;
  readonly metadata?: ContainerMetadata;
  readonly image?: ImageSpec;
  readonly imageRef: string;
  /** Of newer servers; `imageRef` is a digest there. */
  readonly imageId: string;
  /** Index into `CONTAINER_STATES`. */
  readonly state: number;
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

export const CONTAINERS: Shape<{ readonly containers: readonly ListedContainer[] }> = {
  containers: messages<ListedContainer>(1, {
    id: text(1),
    podSandboxId: text(2),
    metadata: message(3, CONTAINER_METADATA),
    image: message(4, IMAGE_SPEC),
    imageRef: text(5),
    state: integer(6),
    createdAt: integer(7),
    labels: map(8),
    imageId: text(10),
  }),
};

/** Instants are nanoseconds since 1970; 0 where there is none. */
export interface ContainerStatus {
  readonly state: number;
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly image?: ImageSpec;
  readonly imageRef: string;
  readonly reason: string;
  readonly message: string;
  readonly logPath: string;
}

export const CONTAINER_STATUS: Shape<{ readonly status?: ContainerStatus }> = {
  status: message<ContainerStatus>(1, {
    state: integer(3),
    createdAt: integer(4),
    startedAt: integer(5),
    finishedAt: integer(6),
    exitCode: integer(7),
    image: message(8, IMAGE_SPEC),
    imageRef: text(9),
    reason: text(10),
    message: text(11),
    logPath: text(15),
  }),
};

interface CriExec extends ContainerId {
  readonly cmd: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export const EXEC: Shape<CriExec> = {
  containerId: text(1),
  cmd: texts(2),
  tty: boolean(3),
  stdin: boolean(4),
  stdout: boolean(5),
  stderr: boolean(6),
};

export const ATTACH: Shape<Omit<CriExec, "cmd">> = {
  containerId: text(1),
  stdin: boolean(2),
  tty: boolean(3),
  stdout: boolean(4),
  stderr: boolean(5),
};

/** The answer to requests for streams. */
export const STREAM_URL: Shape<{ readonly url: string }> = { url: text(1) };

export const NOTHING: Shape<object> = {};
