import { describe, expect, test } from "vitest";
import { type ContainerSecurity, RuntimeError } from "../pod-runtime.ts";
import {
  ALL_CAPABILITIES,
  containerCapabilities,
  DEFAULT_CAPABILITIES,
  parseCapabilities,
} from "./capabilities.ts";
import { checkOrdinaryUser, containerUser, privilegeArguments } from "./container-user.ts";

const none: ContainerSecurity = {
  supplementalGroups: [],
  privileged: false,
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  addCapabilities: [],
  dropCapabilities: [],
};
const database = {
  passwd:
    "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:App:/home/app:/bin/sh\n# a comment\nhomeless:x:5:6:::\n",
  group: "root:x:0:\naudio:x:29:app,root\nvideo:x:44:app\napp:x:1001:\n",
};

describe("who a container is", () => {
  test.each<[string, Partial<ContainerSecurity>, string | undefined, object]>([
    ["nobody says", {}, undefined, { uid: 0, gid: 0, groups: [29], home: "/root" }],
    ["the image's name", {}, "app", { uid: 1000, gid: 1001, groups: [29, 44], home: "/home/app" }],
    ["the image's number", {}, "1000", { uid: 1000, gid: 1001, groups: [29, 44] }],
    ["the image's group", {}, "app:video", { uid: 1000, gid: 44, groups: [29] }],
    ["the pod's user", { runAsUser: 1000 }, "root", { uid: 1000, gid: 1001, groups: [29, 44] }],
    ["the pod's group", { runAsUser: 1000, runAsGroup: 7 }, "app", { uid: 1000, gid: 7 }],
    ["a stranger", { runAsUser: 4321 }, "app", { uid: 4321, gid: 0, groups: [], home: "/" }],
    ["more groups", { runAsUser: 0, supplementalGroups: [29, 5, 0] }, "", { groups: [29, 5] }],
    ["no home", { runAsUser: 5 }, undefined, { uid: 5, gid: 6, home: "/" }],
  ])("%s", (_, security, image, expected) => {
    expect(containerUser({ ...none, ...security }, image, database)).toMatchObject(expected);
  });

  test("a name that no table has", () => {
    expect(() => containerUser(none, "stranger", database)).toThrow("no users found for stranger");
    expect(() => containerUser(none, "app:strangers", database)).toThrow("no groups found for");
    expect(() => containerUser(none, "app", { passwd: "", group: "" })).toThrow(RuntimeError);
  });
});

describe("what a container may", () => {
  const all = new Set(ALL_CAPABILITIES);

  test.each<[string, Partial<ContainerSecurity>, readonly string[]]>([
    ["nothing asked", {}, DEFAULT_CAPABILITIES],
    ["all dropped", { dropCapabilities: ["ALL"] }, []],
    [
      "one added to none",
      { dropCapabilities: ["all"], addCapabilities: ["CAP_SYS_TIME"] },
      ["SYS_TIME"],
    ],
    [
      "one dropped",
      { dropCapabilities: ["KILL"] },
      DEFAULT_CAPABILITIES.filter((name) => name !== "KILL"),
    ],
    [
      "all but one",
      { addCapabilities: ["ALL"], dropCapabilities: ["KILL"] },
      ALL_CAPABILITIES.filter((name) => name !== "KILL"),
    ],
    ["privileged", { privileged: true, dropCapabilities: ["ALL"] }, ALL_CAPABILITIES],
  ])("%s", (_, security, expected) => {
    const given = containerCapabilities({ ...none, ...security }, all);
    expect([...given].sort()).toEqual([...expected].sort());
  });

  test("what the agent has not, it cannot give", () => {
    const held = new Set(["CHOWN", "KILL"]);
    expect([...containerCapabilities(none, held)].sort()).toEqual(["CHOWN", "KILL"]);
    expect(() => containerCapabilities({ ...none, addCapabilities: ["SYS_TIME"] }, held)).toThrow(
      "CAP_SYS_TIME is not the agent's to give",
    );
    expect(() => containerCapabilities({ ...none, addCapabilities: ["FLY"] }, all)).toThrow(
      'unknown capability to add: "CAP_FLY"',
    );
  });

  test("bits of a process", () => {
    const status = "Name:\tx\nCapEff:\t0000000000000021\nCapBnd:\t000001ffffffffff\n";
    expect([...parseCapabilities(status, "CapEff")]).toEqual(["CHOWN", "KILL"]);
    expect(parseCapabilities(status, "CapBnd").size).toBe(41);
    expect(parseCapabilities("", "CapEff").size).toBe(0);
  });

  test("arguments of setpriv", () => {
    const user = { uid: 7, gid: 8, groups: [9, 10], home: "/" };
    expect(privilegeArguments(user, new Set(["CHOWN"]), true, true)).toEqual([
      "--reuid=7",
      "--regid=8",
      "--groups=9,10",
      "--bounding-set=-all,+chown",
      "--inh-caps=-all",
      "--no-new-privs",
    ]);
    expect(privilegeArguments({ ...user, groups: [] }, new Set(), false, true)).toContain(
      "--clear-groups",
    );
    expect(privilegeArguments(user, new Set(), false, false)).toEqual([
      "--bounding-set=-all",
      "--inh-caps=-all",
    ]);
  });
});

describe("what an agent that is no root refuses", () => {
  const root = { uid: 0, gid: 0, groups: [], home: "/" };

  test.each<[string, Partial<ContainerSecurity>, Partial<typeof root>]>([
    ["privileged container", { privileged: true }, {}],
    ["runAsUser 5", {}, { uid: 5 }],
    ["runAsGroup 6", {}, { gid: 6 }],
    ["supplemental group 7", { supplementalGroups: [0, 7] }, {}],
    ["capability NET_ADMIN", { addCapabilities: ["CHOWN", "NET_ADMIN"] }, {}],
  ])("%s", (what, security, user) => {
    const check = (): void => checkOrdinaryUser({ ...none, ...security }, { ...root, ...user });
    expect(check).toThrow(`${what}: only an agent that runs as root can do that`);
  });

  test("and what it does not", () => {
    const security = {
      ...none,
      supplementalGroups: [0],
      addCapabilities: ["CHOWN"],
      dropCapabilities: ["ALL"],
    };
    expect(() => checkOrdinaryUser(security, root)).not.toThrow();
  });
});
