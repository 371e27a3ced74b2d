/**
 * Messages of the CRI about pods: what of them the agent uses.
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

export const NAMESPACE_POD = 0;
export const NAMESPACE_CONTAINER = 1;
export const NAMESPACE_NODE = 2;
export const NAMESPACE_TARGET = 3;

export interface NamespaceOption {
  readonly network?: number;
  readonly pid?: number;
  readonly ipc?: number;
  readonly targetId?: string;
}

export const NAMESPACE_OPTION: Shape<NamespaceOption> = {
  network: integer(1),
  pid: integer(2),
  ipc: integer(3),
  targetId: text(4),
};

interface SandboxSecurity {
  readonly namespaceOptions?: NamespaceOption;
  /** Without it no container of the pod may be. */
  readonly privileged?: boolean;
  readonly seccomp?: CriSecurityProfile;
}

/** Of seccomp and AppArmor. */
export interface CriSecurityProfile {
  readonly profileType?: number;
  readonly localhostRef?: string;
}

export const RUNTIME_DEFAULT = 0;
export const UNCONFINED = 1;
export const LOCALHOST = 2;

export const SECURITY_PROFILE: Shape<CriSecurityProfile> = {
  profileType: integer(1),
  localhostRef: text(2),
};

interface LinuxSandboxConfig {
  readonly securityContext?: SandboxSecurity;
  readonly sysctls?: Readonly<Record<string, string>>;
}

interface DnsConfig {
  readonly servers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly string[];
}

export interface SandboxMetadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly attempt: number;
}

const SANDBOX_METADATA: Shape<SandboxMetadata> = {
  name: text(1),
  uid: text(2),
  namespace: text(3),
  attempt: integer(4),
};

export interface SandboxConfig {
  readonly metadata?: SandboxMetadata;
  readonly hostname?: string;
  readonly logDirectory?: string;
  readonly dnsConfig?: DnsConfig;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux?: LinuxSandboxConfig;
}

export const SANDBOX_CONFIG: Shape<SandboxConfig> = {
  metadata: message(1, SANDBOX_METADATA),
  hostname: text(2),
  logDirectory: text(3),
  dnsConfig: message<DnsConfig>(4, { servers: texts(1), searches: texts(2), options: texts(3) }),
  labels: map(6),
  annotations: map(7),
  linux: message<LinuxSandboxConfig>(8, {
    securityContext: message<SandboxSecurity>(2, {
      namespaceOptions: message(1, NAMESPACE_OPTION),
      privileged: boolean(6),
      seccomp: message(9, SECURITY_PROFILE),
    }),
    sysctls: map(3),
  }),
};

interface RunSandbox {
  readonly config: SandboxConfig;
  readonly runtimeHandler?: string;
}

export const RUN_SANDBOX: Shape<RunSandbox> = {
  config: message(1, SANDBOX_CONFIG),
  runtimeHandler: text(2),
};

export interface SandboxId {
  readonly podSandboxId: string;
}

/** Several requests, and the answer to `RunPodSandbox`. */
export const SANDBOX_ID: Shape<SandboxId> = { podSandboxId: text(1) };

export const SANDBOX_READY = 0;

export interface ListedSandbox {
  readonly id: string;
  readonly metadata?: SandboxMetadata;
  readonly state: number;
  /** Nanoseconds since 1970. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const LISTED_SANDBOX: Shape<ListedSandbox> = {
  id: text(1),
  metadata: message(2, SANDBOX_METADATA),
  state: integer(3),
  createdAt: integer(4),
  labels: map(5),
  annotations: map(6),
};

/** Filters of both lists have their labels at different numbers. */
interface SandboxFilter {
  readonly labelSelector: Readonly<Record<string, string>>;
}

export const LIST_SANDBOXES: Shape<{ readonly filter: SandboxFilter }> = {
  filter: message<SandboxFilter>(1, { labelSelector: map(3) }),
};

export const SANDBOXES: Shape<{ readonly items: readonly ListedSandbox[] }> = {
  items: messages(1, LISTED_SANDBOX),
};

interface PodIp {
  readonly ip: string;
}

interface SandboxNetwork {
  readonly ip: string;
  readonly additionalIps: readonly PodIp[];
}

interface SandboxStatus {
  readonly network?: SandboxNetwork;
}

export const SANDBOX_STATUS: Shape<{ readonly status?: SandboxStatus }> = {
  status: message<SandboxStatus>(1, {
    network: message<SandboxNetwork>(5, {
      ip: text(1),
      additionalIps: messages<PodIp>(2, { ip: text(1) }),
    }),
  }),
};

/** Of a port-forward. */
export const PORT_FORWARD: Shape<SandboxId & { readonly port: readonly number[] }> = {
  podSandboxId: text(1),
  port: integers(2),
};
