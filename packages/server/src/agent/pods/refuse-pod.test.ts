import { describe, expect, it } from "vitest";
import type { Container, PodSecurityContext, PodSpec } from "../../api/types.ts";
import type { RuntimeFeature } from "../pod-runtime.ts";
import { refuseContainer, refusePod, refuseSandbox } from "./refuse-pod.ts";

const NONE: ReadonlySet<RuntimeFeature> = new Set();
const ALL: ReadonlySet<RuntimeFeature> = new Set(["sysctls", "seccomp", "app-armor"]);

function pod(spec: Partial<PodSpec>) {
  return { metadata: { name: "p" }, spec: { containers: [{ name: "c" }], ...spec } };
}

describe("a pod that asks for more than the runtime can do", () => {
  const syncookies = { sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] };
  it.each<[string, PodSecurityContext, ReadonlySet<RuntimeFeature>, string | undefined]>([
    ["nothing", {}, NONE, undefined],
    [
      "a safe sysctl",
      syncookies,
      NONE,
      'SysctlForbidden: forbidden sysctl: "net.ipv4.tcp_syncookies" not allowlisted',
    ],
    ["a safe sysctl, of one that can", syncookies, ALL, undefined],
    [
      "another one",
      { sysctls: [{ name: "kernel.msgmax", value: "1" }] },
      ALL,
      'SysctlForbidden: forbidden sysctl: "kernel.msgmax" not allowlisted',
    ],
    [
      "no other groups",
      { supplementalGroupsPolicy: "Strict" },
      ALL,
      "SupplementalGroupsPolicyNotSupported: SupplementalGroupsPolicy=Strict is not supported in this node",
    ],
    [
      "AppArmor",
      { appArmorProfile: { type: "RuntimeDefault" } },
      NONE,
      "AppArmor: Cannot enforce AppArmor: AppArmor is not enabled on the host",
    ],
    ["AppArmor, of one that can", { appArmorProfile: { type: "RuntimeDefault" } }, ALL, undefined],
    ["no AppArmor", { appArmorProfile: { type: "Unconfined" } }, NONE, undefined],
  ])("%s", (_what, securityContext, features, wanted) => {
    const rejection = refusePod(pod({ securityContext }), features);
    expect(rejection && `${rejection.reason}: ${rejection.message}`).toBe(wanted);
  });

  it.each([
    ["net.ipv4.tcp_syncookies", { hostNetwork: true }, "net"],
    ["kernel/shm_rmid_forced", { hostIPC: true }, "ipc"],
  ])("of the host's %s with %j", (name, spec, which) => {
    const securityContext = { sysctls: [{ name, value: "1" }] };
    const message = `forbidden sysctl: "${name.replace("/", ".")}" not allowed with host ${which} enabled`;
    expect(refusePod(pod({ securityContext, ...spec }), ALL)?.message).toBe(message);
    expect(refusePod(pod({ securityContext }), ALL)).toBeUndefined();
  });

  it("is looked at with all its containers", () => {
    const securityContext = { appArmorProfile: { type: "Localhost" as const } };
    const initContainers = [{ name: "i", securityContext }];
    expect(refusePod(pod({ initContainers }), NONE)?.reason).toBe("AppArmor");
  });
});

describe("a sandbox", () => {
  it("is refused for users of its own", () => {
    expect(refuseSandbox(pod({ hostUsers: false }))).toBeDefined();
    expect(refuseSandbox(pod({ hostUsers: true }))).toBeUndefined();
  });
});

describe("a container", () => {
  const readOnly = { name: "v", mountPath: "/v", readOnly: true };
  it.each<[string, Partial<Container>, string | undefined]>([
    ["nothing", {}, undefined],
    [
      "the runtime's own profile",
      { securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
      undefined,
    ],
    [
      "a profile of the host",
      { securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "x.json" } } },
      'seccomp profile "x.json" is not supported by the runtime',
    ],
    [
      "mounts that are read-only if possible",
      { volumeMounts: [{ ...readOnly, recursiveReadOnly: "IfPossible" }] },
      undefined,
    ],
    [
      "mounts that are read-only to the ground",
      { volumeMounts: [{ ...readOnly, recursiveReadOnly: "Enabled" }] },
      'failed to resolve recursive read-only mode: volume "v" requested recursive read-only mode, but it is not supported by the runtime',
    ],
  ])("that asks for %s", (_what, container, wanted) => {
    expect(refuseContainer(pod({}), { name: "c", ...container }, NONE)).toBe(wanted);
  });
});
