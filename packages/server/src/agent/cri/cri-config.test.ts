import { describe, expect, test } from "vitest";
import type {
  ContainerConfig,
  ContainerState,
  PodSandboxConfig,
  SecurityProfile,
} from "../pod-runtime.ts";
import { containerConfig, keptConfig, OWNER_LABEL, sandboxConfig } from "./cri-config.ts";
import { changedPods, containerState, podSandbox } from "./cri-states.ts";

const pod: PodSandboxConfig = {
  namespace: "default",
  name: "web",
  uid: "u-1",
  attempt: 2,
  hostname: "web-host",
  annotations: { note: "1" },
  labels: { app: "web", "io.kubernetes.pod.uid": "of somebody else" },
  logDirectory: "/logs",
  hostNetwork: false,
  hostPid: false,
  hostIpc: false,
  shareProcessNamespace: false,
  dns: { servers: ["10.0.0.10"], searches: ["svc"], options: ["ndots:5"] },
};
const container: ContainerConfig = {
  name: "main",
  attempt: 3,
  image: { id: "i", reference: "sha256:abc", pulled: false },
  command: ["run"],
  args: ["--fast"],
  workingDir: "/srv",
  env: [{ name: "A", value: "1" }],
  mounts: [{ hostPath: "/h", containerPath: "/c", readOnly: true, propagation: "HostToContainer" }],
  logPath: "main/3.log",
  stdin: true,
  stdinOnce: true,
  tty: false,
  security: {
    supplementalGroups: [5],
    privileged: false,
    readOnlyRootFilesystem: true,
    noNewPrivileges: true,
    addCapabilities: ["SYS_TIME"],
    dropCapabilities: ["ALL"],
  },
  resources: { memoryBytes: 1000, cpuMillis: 250, cpuRequestMillis: 100 },
  annotations: { restarts: "3" },
};
const made = (overrides: Partial<ContainerConfig> = {}, of: Partial<PodSandboxConfig> = {}) =>
  containerConfig(
    { ...container, ...overrides },
    { ...pod, ...of },
    {
      owner: "node-1",
      seccompDirectory: "/seccomp",
    },
  );

describe("what a CRI server is asked for", () => {
  test("a pod, which keeps what it was made of", () => {
    const config = sandboxConfig(pod, "node-1");
    expect(config).toMatchObject({
      metadata: { namespace: "default", name: "web", uid: "u-1", attempt: 2 },
      hostname: "web-host",
      logDirectory: "/logs",
      dnsConfig: pod.dns,
      labels: { app: "web", "io.kubernetes.pod.uid": "u-1", [OWNER_LABEL]: "node-1" },
    });
    expect(keptConfig(config.annotations ?? {})).toEqual(pod);
    expect(() => keptConfig({})).toThrow();
  });

  test.each<[Partial<PodSandboxConfig>, object]>([
    [{}, { network: 0, ipc: 0, pid: 1 }],
    [
      { hostNetwork: true, hostIpc: true, hostPid: true },
      { network: 2, ipc: 2, pid: 2 },
    ],
    [{ shareProcessNamespace: true }, { pid: 0 }],
  ])("namespaces of %j", (overrides, expected) => {
    const { linux } = sandboxConfig({ ...pod, ...overrides }, "n");
    expect(linux?.securityContext?.namespaceOptions).toMatchObject(expected);
    expect(made({}, overrides).linux?.securityContext?.namespaceOptions).toMatchObject(expected);
  });

  test("with the host's network goes its name", () => {
    expect(sandboxConfig({ ...pod, hostNetwork: true }, "n").hostname).toBe("");
  });

  test("a container", () => {
    expect(made()).toMatchObject({
      metadata: { name: "main", attempt: 3 },
      image: { image: "sha256:abc" },
      envs: [{ key: "A", value: "1" }],
      mounts: [{ hostPath: "/h", containerPath: "/c", readonly: true, propagation: 1 }],
      labels: { "io.kubernetes.container.name": "main", "io.kubernetes.pod.name": "web" },
      logPath: "main/3.log",
      linux: {
        resources: {
          memoryLimitInBytes: 1000,
          cpuPeriod: 100_000,
          cpuQuota: 25_000,
          cpuShares: 102,
        },
        securityContext: {
          capabilities: { addCapabilities: ["SYS_TIME"], dropCapabilities: ["ALL"] },
          readonlyRootfs: true,
          noNewPrivs: true,
          supplementalGroups: [5],
        },
      },
    });
  });

  test("the hosts file of the pod, unless a volume is there", () => {
    const hosts = { hostsFile: "/pod/etc-hosts" };
    expect(made({}, hosts).mounts?.at(-1)).toEqual({
      hostPath: "/pod/etc-hosts",
      containerPath: "/etc/hosts",
    });
    const mounts = [
      { ...container.mounts[0], containerPath: "/etc/hosts" },
    ] as ContainerConfig["mounts"];
    expect(made({ mounts }, hosts).mounts).toHaveLength(1);
  });

  test.each<[string | undefined, number | undefined, object]>([
    [undefined, undefined, {}],
    ["app", undefined, { runAsUsername: "app" }],
    ["1000", undefined, { runAsUser: { value: 1000 } }],
    ["app", 0, { runAsUser: { value: 0 } }],
  ])("image user %s, pod user %s", (user, runAsUser, expected) => {
    const image = { ...container.image, ...(user === undefined ? {} : { user }) };
    const security = { ...container.security, ...(runAsUser === undefined ? {} : { runAsUser }) };
    const context = made({ image, security }).linux?.securityContext;
    expect({ runAsUser: context?.runAsUser, runAsUsername: context?.runAsUsername }).toEqual({
      runAsUser: undefined,
      runAsUsername: undefined,
      ...expected,
    });
  });

  test("nothing is hidden from a privileged container, all that matters from others", () => {
    const security = { ...container.security, privileged: true };
    expect(made({ security }).linux?.securityContext?.maskedPaths).toEqual([]);
    expect(made().linux?.securityContext?.maskedPaths).toContain("/proc/kcore");
    expect(made().linux?.securityContext?.readonlyPaths).toContain("/proc/sys");
  });

  test.each<[SecurityProfile | undefined, object]>([
    [undefined, { seccomp: { profileType: 1 }, appArmor: undefined }],
    [{ type: "RuntimeDefault" }, { seccomp: { profileType: 0 }, appArmor: { profileType: 0 } }],
    [{ type: "Unconfined" }, { seccomp: { profileType: 1 }, appArmor: { profileType: 1 } }],
    [
      { type: "Localhost", profile: "own/x.json" },
      {
        seccomp: { profileType: 2, localhostRef: "/seccomp/own/x.json" },
        appArmor: { profileType: 2, localhostRef: "own/x.json" },
      },
    ],
  ])("profiles: %j", (wanted, expected) => {
    const profiles = wanted === undefined ? {} : { seccomp: wanted, appArmor: wanted };
    const security = { ...container.security, ...profiles };
    const { seccomp, appArmor } = made({ security }).linux?.securityContext ?? {};
    expect({ seccomp, appArmor }).toEqual(expected);
  });

  test("processes of another container", () => {
    const options = made({ targetContainerId: "other" }).linux?.securityContext?.namespaceOptions;
    expect(options).toMatchObject({ pid: 3, targetId: "other" });
  });
});

describe("what a CRI server tells", () => {
  const listed = {
    id: "c1",
    podSandboxId: "p1",
    metadata: { name: "main", attempt: 1 },
    imageRef: "sha256:abc",
    imageId: "",
    state: 1,
    createdAt: 1_700_000_000_123_000_000,
    labels: { "io.kubernetes.pod.uid": "u-1" },
  };
  const status = {
    ...{ state: 1, createdAt: 0, startedAt: 1_700_000_001_000_000_000, finishedAt: 0, exitCode: 0 },
    image: { image: "docker.io/library/busybox:latest" },
    ...{ imageRef: "busybox@sha256:1", reason: "", message: "", logPath: "/logs/x" },
  };

  test("a container that runs", () => {
    expect(containerState(listed, status)).toEqual({
      id: "c1",
      podId: "p1",
      podUid: "u-1",
      name: "main",
      attempt: 1,
      image: "docker.io/library/busybox:latest",
      imageId: "busybox@sha256:1",
      state: "running",
      createdAt: 1_700_000_000_123,
      startedAt: 1_700_000_001_000,
      logPath: "/logs/x",
    });
  });

  test("one that has ended", () => {
    const ended = {
      ...status,
      state: 2,
      finishedAt: 1_700_000_002_000_000_000,
      exitCode: 137,
      reason: "OOMKilled",
    };
    expect(containerState({ ...listed, state: 2 }, ended)).toMatchObject({
      state: "exited",
      finishedAt: 1_700_000_002_000,
      exitCode: 137,
      reason: "OOMKilled",
    });
  });

  test("one that goes while it is asked for", () => {
    expect(containerState({ ...listed, state: 9 }, undefined)).toMatchObject({
      state: "unknown",
      imageId: "sha256:abc",
      logPath: "",
    });
  });

  test("a pod", () => {
    const sandbox = {
      ...{ id: "p1", state: 1, createdAt: 1_000_000, labels: {}, annotations: {} },
      metadata: { name: "web", namespace: "default", uid: "u-1", attempt: 0 },
    };
    expect(podSandbox(sandbox, ["10.0.0.1"])).toMatchObject({
      state: "not-ready",
      createdAt: 1,
      ips: ["10.0.0.1"],
    });
  });

  test("which pods have changed", () => {
    const state = (id: string, podUid: string, state: ContainerState["state"]): ContainerState => ({
      ...containerState(listed, undefined),
      ...{ id, podUid, state },
    });
    const before = [
      state("a", "1", "running"),
      state("b", "2", "running"),
      state("c", "3", "exited"),
    ];
    const now = [state("a", "1", "exited"), state("b", "2", "running"), state("d", "4", "created")];
    expect([...changedPods(before, now)].sort()).toEqual(["1", "3", "4"]);
    expect(changedPods(now, now).size).toBe(0);
  });
});
