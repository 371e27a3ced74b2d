import { describe, expect, it } from "vitest";
import type { Container, PodSpec } from "../../api/types.ts";
import type { Level } from "./policy.ts";
import { printViolations, violationsOf } from "./violations.ts";

const NAMED = { name: "a", image: "i" };
const CAREFUL: Container["securityContext"] & object = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};
const CAREFUL_POD = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } as const;
const CAREFUL_SPEC = {
  containers: [{ ...NAMED, securityContext: CAREFUL }],
  securityContext: CAREFUL_POD,
};
const SECCOMP = "seccomp.security.alpha.kubernetes.io";

function judge(level: Level, spec: object, version = "latest", annotations = {}): string {
  const metadata = { name: "p", annotations };
  return printViolations(violationsOf({ level, version }, metadata, spec as PodSpec));
}

/** A container with this security context, among one that says nothing. */
function secured(securityContext: object): object {
  return {
    containers: [
      { ...NAMED, securityContext },
      { name: "b", image: "i" },
    ],
  };
}

describe("baseline", () => {
  it.each<[object, string]>([
    [{ containers: [NAMED] }, ""],
    [
      { hostPID: true, hostIPC: true, containers: [NAMED] },
      "host namespaces (hostPID=true, hostIPC=true)",
    ],
    [
      secured({ privileged: true }),
      'privileged (container "a" must not set securityContext.privileged=true)',
    ],
    [
      secured({ capabilities: { add: ["SYS_TIME", "CHOWN", "BPF"] } }),
      'non-default capabilities (container "a" must not include "BPF", "SYS_TIME" in securityContext.capabilities.add)',
    ],
    [
      {
        containers: [NAMED],
        volumes: [
          { name: "v", hostPath: { path: "/" } },
          { name: "w", hostPath: { path: "/" } },
        ],
      },
      'hostPath volumes (volumes "v", "w")',
    ],
    [
      {
        containers: [
          { ...NAMED, ports: [{ containerPort: 1, hostPort: 1 }, { containerPort: 2 }] },
        ],
      },
      'hostPort (container "a" uses hostPort 1)',
    ],
    [
      { containers: [{ ...NAMED, readinessProbe: { tcpSocket: { port: 1, host: "h" } } }] },
      'probe or lifecycle host (container "a" uses probe or lifecycle host "h")',
    ],
    [
      secured({ procMount: "Unmasked" }),
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    [{ ...secured({ procMount: "Unmasked" }), hostUsers: false }, ""],
    [
      {
        ...secured({ seLinuxOptions: { type: "x", user: "u" } }),
        securityContext: { seLinuxOptions: { role: "r" } },
      },
      'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set; role may not be set)',
    ],
    [
      {
        ...secured({ seccompProfile: { type: "Unconfined" } }),
        securityContext: { seccompProfile: { type: "Unconfined" } },
      },
      'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      {
        containers: [NAMED],
        securityContext: {
          sysctls: [
            { name: "kernel.sem", value: "1" },
            { name: "net.ipv4.tcp_rmem", value: "1" },
          ],
        },
      },
      "forbidden sysctls (kernel.sem)",
    ],
    [
      secured({ windowsOptions: { hostProcess: true } }),
      'hostProcess (container "a" must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      secured({ appArmorProfile: { type: "Unconfined" } }),
      'forbidden AppArmor profile (container "a" must not set AppArmor profile type to "Unconfined")',
    ],
  ])("%j", (spec, text) => {
    expect(judge("baseline", spec)).toBe(text);
    expect(judge("privileged", spec)).toBe("");
  });

  it("reads AppArmor's old annotations", () => {
    const annotations = { "container.apparmor.security.beta.kubernetes.io/a": "unconfined" };
    expect(judge("baseline", { containers: [NAMED] }, "latest", annotations)).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined"")',
    );
  });

  it.each<[string, object, string]>([
    [
      "v1.18",
      { [`${SECCOMP}/pod`]: "runtime/default", [`container.${SECCOMP}/a`]: "docker/default" },
      "",
    ],
    ["v1.18", { [`${SECCOMP}/pod`]: "localhost/x", [`container.${SECCOMP}/z`]: "unconfined" }, ""],
    [
      "v1.18",
      { [`${SECCOMP}/pod`]: "unconfined" },
      `seccompProfile (forbidden annotation ${SECCOMP}/pod="unconfined")`,
    ],
    [
      "v1.0",
      { [`${SECCOMP}/pod`]: "a\tb", [`container.${SECCOMP}/a`]: "" },
      `seccompProfile (forbidden annotations container.${SECCOMP}/a="", ${SECCOMP}/pod="a\\tb")`,
    ],
    ["v1.19", { [`${SECCOMP}/pod`]: "unconfined" }, ""],
  ])("reads seccomp's old annotations in %s: %j", (version, annotations, text) => {
    expect(judge("baseline", { containers: [NAMED] }, version, annotations)).toBe(text);
    const strict = judge("restricted", CAREFUL_SPEC, version, annotations);
    expect(strict).toBe(text);
  });

  it("does not read seccomp's field before v1.19", () => {
    const spec = secured({ seccompProfile: { type: "Unconfined" } });
    expect(judge("baseline", spec, "v1.18")).toBe("");
    expect(judge("baseline", spec, "v1.19")).not.toBe("");
  });

  it("is what it was in the version that is named", () => {
    const probe = {
      containers: [{ ...NAMED, livenessProbe: { httpGet: { port: 1, host: "h" } } }],
    };
    expect(judge("baseline", probe, "v1.33")).toBe("");
    expect(judge("baseline", probe, "v1.99")).not.toBe("");
  });
});

describe("restricted", () => {
  it("asks for what a plain pod does not say", () => {
    expect(judge("restricted", { containers: [NAMED] })).toBe(
      [
        'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)',
        'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"])',
        'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
        'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
      ].join(", "),
    );
  });

  const careful = CAREFUL_SPEC;

  it.each<[object, string]>([
    [careful, ""],
    [{ ...careful, os: { name: "windows" }, containers: [NAMED] }, ""],
    [
      {
        ...careful,
        volumes: [
          { name: "v", nfs: {} },
          { name: "w", emptyDir: {} },
        ],
      },
      'restricted volume types (volume "v" uses restricted volume type "nfs")',
    ],
    [
      { ...careful, securityContext: { ...CAREFUL_POD, runAsUser: 0 } },
      "runAsUser=0 (pod must not set runAsUser=0)",
    ],
    [{ ...careful, hostUsers: false, securityContext: { ...CAREFUL_POD, runAsUser: 0 } }, ""],
    [
      { ...careful, securityContext: { ...CAREFUL_POD, runAsNonRoot: false } },
      "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)",
    ],
    [
      {
        ...careful,
        containers: [
          {
            ...NAMED,
            securityContext: { ...CAREFUL, capabilities: { drop: ["ALL"], add: ["CHOWN"] } },
          },
        ],
      },
      'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
  ])("%j", (spec, text) => {
    expect(judge("restricted", spec)).toBe(text);
  });
});
