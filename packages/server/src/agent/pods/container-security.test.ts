import { describe, expect, it } from "vitest";
import type { PodSecurityContext, SecurityContext } from "../../api/types.ts";
import { containerSecurity } from "./container-security.ts";

function security(own: SecurityContext, ofPod: PodSecurityContext = {}, user?: string) {
  const pod = {
    metadata: { name: "p", namespace: "ns", uid: "u" },
    spec: { securityContext: ofPod, containers: [] },
  };
  const image = { id: "i", reference: "i", pulled: false, ...(user === undefined ? {} : { user }) };
  return containerSecurity(pod, { name: "c", securityContext: own }, image);
}

describe("rights of a container", () => {
  it("are nobody's in particular by default", () => {
    expect(security({})).toEqual({
      supplementalGroups: [],
      privileged: false,
      readOnlyRootFilesystem: false,
      noNewPrivileges: false,
      addCapabilities: [],
      dropCapabilities: [],
    });
  });

  it("are its own, or else the pod's", () => {
    const ofPod = { runAsUser: 1, runAsGroup: 2, fsGroup: 3, supplementalGroups: [4, 5] };
    expect(security({ runAsUser: 9 }, ofPod)).toMatchObject({
      runAsUser: 9,
      runAsGroup: 2,
      supplementalGroups: [3, 4, 5],
    });
  });

  it("name capabilities without their prefix", () => {
    const capabilities = { add: ["CAP_NET_ADMIN", "SYS_TIME"], drop: ["ALL"] };
    const own = { capabilities, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
    expect(security(own)).toMatchObject({
      addCapabilities: ["NET_ADMIN", "SYS_TIME"],
      dropCapabilities: ["ALL"],
      noNewPrivileges: true,
      readOnlyRootFilesystem: true,
    });
  });

  const where = '(pod: "p_ns(u)", container: c)';
  it.each<[string, SecurityContext, string | undefined]>([
    [`container's runAsUser breaks non-root policy ${where}`, { runAsUser: 0 }, undefined],
    [`container has runAsNonRoot and image will run as root ${where}`, {}, undefined],
    [`container has runAsNonRoot and image will run as root ${where}`, {}, "0"],
    [
      `container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root ${where}`,
      {},
      "app",
    ],
  ])("are refused: %s", (message, own, user) => {
    expect(() => security({ runAsNonRoot: true, ...own }, {}, user)).toThrow(message);
    expect(() => security(own, { runAsNonRoot: true }, user)).toThrow(message);
  });

  it.each<[SecurityContext, string | undefined]>([
    [{ runAsUser: 5 }, undefined],
    [{}, "1000"],
  ])("are given to %j of an image of user %s", (own, user) => {
    expect(() => security({ runAsNonRoot: true, ...own }, {}, user)).not.toThrow();
  });
});
