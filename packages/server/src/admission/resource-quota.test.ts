import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { conflict, StatusError } from "../api/status-error.ts";
import type { ResourceQuota } from "../api/types.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { attributesWith } from "./admission-attributes.fixture.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { createResourceQuota } from "./resource-quota.ts";

type Amounts = Record<string, string>;

function quota(name: string, hard: Amounts, used: Amounts, spec: object = {}): ResourceQuota {
  return {
    metadata: { name, namespace: "ns", resourceVersion: "1" },
    spec: { hard, ...spec },
    status: { hard, used },
  };
}

/** A plugin over quotas that are kept here; what it writes is counted. */
function setUp(...quotas: ResourceQuota[]) {
  const stored = new Map(quotas.map((each) => [each.metadata.name ?? "", each]));
  const writes: string[] = [];
  /** Called before a write is looked at: somebody else may be faster. */
  const hooks: { beforeWrite: (name: string) => void } = { beforeWrite: () => {} };
  const plugin = createResourceQuota({
    clock: new FakeClock(),
    quotasOf: (namespace) => (namespace === "ns" ? [...stored.values()] : []),
    writeUsed: async ({ metadata }, used) => {
      const name = metadata.name ?? "";
      await Promise.resolve();
      hooks.beforeWrite(name);
      const live = stored.get(name);
      if (live?.metadata.resourceVersion !== metadata.resourceVersion) {
        throw conflict({ group: "", resource: "resourcequotas" }, name, "modified");
      }
      change(name, used);
      writes.push(`${name} ${JSON.stringify(used)}`);
    },
  });
  const change = (name: string, used: Amounts): void => {
    const live = stored.get(name);
    if (live === undefined) throw new Error(`no quota ${name}`);
    const resourceVersion = String(Number(live.metadata.resourceVersion) + 1);
    stored.set(name, {
      ...live,
      metadata: { ...live.metadata, resourceVersion },
      status: { ...live.status, used: { ...used } },
    });
  };
  return { plugin, stored, writes, hooks, change };
}

function attributes(object: object, more: Partial<AdmissionAttributes> = {}): AdmissionAttributes {
  return attributesWith({ object: object as KubeObject, ...more });
}

function pod(requests?: Amounts, more: object = {}): object {
  const containers = [
    { name: "c", ...(requests === undefined ? {} : { resources: { requests } }) },
  ];
  return { metadata: { name: "x" }, spec: { containers, ...more } };
}

type SetUp = ReturnType<typeof setUp>;

/** What the plugin says; empty when it lets it in. */
async function refusal({ plugin }: SetUp, about: AdmissionAttributes): Promise<string> {
  try {
    await plugin.validate?.(about);
    return "";
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.message.replace(/^\S+ "x" is forbidden: /, "");
  }
}

describe("a quota", () => {
  it("holds what will be used before it is there", async () => {
    const set = setUp(
      quota("q", { pods: "2", "requests.cpu": "1" }, { pods: "0", "requests.cpu": "0" }),
    );
    expect(await refusal(set, attributes(pod({ cpu: "400m" })))).toBe("");
    expect(set.writes).toEqual(['q {"pods":"1","requests.cpu":"400m"}']);
  });

  it.each<[string, ResourceQuota, object, string]>([
    [
      "has no room",
      quota("q", { pods: "1", cpu: "2" }, { pods: "1", cpu: "1500m" }),
      pod({ cpu: "600m" }),
      "exceeded quota: q, requested: cpu=600m,pods=1, used: cpu=1500m,pods=1, limited: cpu=2,pods=1",
    ],
    [
      "names only what there is no room for",
      quota("q", { pods: "9", memory: "1Gi" }, { pods: "1", memory: "1000Mi" }),
      pod({ memory: "100Mi" }),
      "exceeded quota: q, requested: memory=100Mi, used: memory=1000Mi, limited: memory=1Gi",
    ],
    [
      "wants every container to say what it bounds",
      quota("q", { "limits.cpu": "1", memory: "1Gi" }, { "limits.cpu": "0", memory: "0" }),
      {
        metadata: {},
        spec: {
          containers: [{ name: "b" }, { name: "a", resources: { limits: { cpu: "1" } } }],
          initContainers: [{ name: "i" }],
        },
      },
      "failed quota: q: must specify limits.cpu for: b,i; memory for: a,b,i",
    ],
    [
      "does not want it of a pod that asks as a whole",
      quota("q", { cpu: "1" }, { cpu: "0" }),
      pod(undefined, { resources: { requests: { cpu: "1" } } }),
      "",
    ],
    [
      "has not been counted",
      quota("q", { pods: "1", "count/pods": "2" }, { pods: "0" }),
      pod(),
      "status unknown for quota: q, resources: count/pods,pods",
    ],
    ["bounds nothing of it", quota("q", { services: "0" }, { services: "0" }), pod(), ""],
    [
      "is about others",
      quota("q", { pods: "0" }, { pods: "0" }, { scopes: ["Terminating"] }),
      pod(),
      "",
    ],
  ])("%s", async (_case, given, object, expected) => {
    expect(await refusal(setUp(given), attributes(object))).toBe(expected);
  });

  it("is not asked about namespaces, other namespaces, deletions or what only exists for a moment", async () => {
    const set = setUp(quota("q", { pods: "0" }, { pods: "0" }));
    const { plugin } = set;
    for (const more of [
      { namespace: "" },
      { namespace: "other" },
      { operation: "DELETE" },
      { subresource: "binding" },
      { resource: "namespaces" },
      { resource: "events" },
    ] satisfies Partial<AdmissionAttributes>[]) {
      expect(plugin.validate?.(attributes(pod(), more))).toBeUndefined();
    }
  });

  it("lets a dry run in without writing anything down", async () => {
    const set = setUp(quota("q", { pods: "1" }, { pods: "0" }));
    expect(await refusal(set, attributes(pod(), { dryRun: true }))).toBe("");
    expect(await refusal(set, attributes(pod(), { dryRun: true }))).toBe("");
    expect(set.writes).toEqual([]);
  });
});

describe("a change", () => {
  const more = (object: object, oldObject: object, others: Partial<AdmissionAttributes> = {}) =>
    attributes(object, {
      operation: "UPDATE",
      oldObject: oldObject as KubeObject,
      subresource: "resize",
      ...others,
    });

  it("costs what it adds", async () => {
    const set = setUp(quota("q", { cpu: "2", pods: "1" }, { cpu: "1", pods: "1" }));
    expect(await refusal(set, more(pod({ cpu: "1500m" }), pod({ cpu: "1" })))).toBe("");
    expect(await refusal(set, more(pod({ cpu: "2600m" }), pod({ cpu: "2" })))).toBe(
      "exceeded quota: q, requested: cpu=600m, used: cpu=1500m, limited: cpu=2",
    );
    expect(set.writes).toEqual(['q {"cpu":"1500m","pods":"1"}']);
  });

  it("gives nothing back: that is counted afterwards", async () => {
    const set = setUp(quota("q", { cpu: "2" }, { cpu: "1" }));
    expect(await refusal(set, more(pod({ cpu: "500m" }), pod({ cpu: "1" })))).toBe("");
    expect(set.writes).toEqual([]);
  });

  it("into a scope costs all of it", async () => {
    const set = setUp(quota("q", { pods: "1" }, { pods: "0" }, { scopes: ["Terminating"] }));
    const change = more(pod(undefined, { activeDeadlineSeconds: 9 }), pod(), { subresource: "" });
    expect(await refusal(set, change)).toBe("");
    expect(set.writes).toEqual(['q {"pods":"1"}']);
  });

  it("of a status is written down even where there is no room", async () => {
    const set = setUp(quota("q", { "requests.storage": "1Gi" }, { "requests.storage": "1Gi" }));
    const claim = (allocated?: string) => ({
      metadata: {},
      spec: { resources: { requests: { storage: "1Gi" } } },
      status: allocated === undefined ? {} : { allocatedResources: { storage: allocated } },
    });
    const about = { resource: "persistentvolumeclaims", subresource: "status" };
    expect(await refusal(set, more(claim("3Gi"), claim(), about))).toBe("");
    expect(set.writes).toEqual(['q {"requests.storage":"3Gi"}']);
  });
});

describe("many at once", () => {
  it("get in as far as there is room, and share their writes", async () => {
    const set = setUp(quota("q", { pods: "10" }, { pods: "0" }));
    const said = await Promise.all(
      Array.from({ length: 64 }, () => refusal(set, attributes(pod()))),
    );
    expect(said.filter((text) => text === "")).toHaveLength(10);
    expect(set.stored.get("q")?.status?.used).toEqual({ pods: "10" });
    expect(set.writes.length).toBe(2);
  });

  it("are reckoned anew when somebody else was faster", async () => {
    const set = setUp(quota("q", { pods: "3" }, { pods: "0" }));
    let others = 1;
    set.hooks.beforeWrite = () => {
      if (others-- > 0) set.change("q", { pods: "2" });
    };
    const said = await Promise.all(
      Array.from({ length: 3 }, () => refusal(set, attributes(pod()))),
    );
    expect(said.filter((text) => text === "")).toHaveLength(1);
    expect(set.stored.get("q")?.status?.used).toEqual({ pods: "3" });
  });

  it("are told of the conflict when that goes on", async () => {
    const set = setUp(quota("q", { pods: "9" }, { pods: "0" }));
    set.hooks.beforeWrite = () => set.change("q", { pods: "0" });
    await expect(set.plugin.validate?.(attributes(pod()))).rejects.toMatchObject({
      reason: "Conflict",
    });
  });

  it("are not charged twice where one of two quotas has been written", async () => {
    const set = setUp(
      quota("a", { pods: "5" }, { pods: "0" }),
      quota("b", { pods: "5" }, { pods: "0" }),
    );
    let others = 1;
    set.hooks.beforeWrite = (name) => {
      if (name === "b" && others-- > 0) set.change("b", { pods: "1" });
    };
    expect(await refusal(set, attributes(pod()))).toBe("");
    expect(set.stored.get("a")?.status?.used).toEqual({ pods: "1" });
    expect(set.stored.get("b")?.status?.used).toEqual({ pods: "2" });
  });

  it("get in when their quota goes", async () => {
    const set = setUp(quota("q", { pods: "9" }, { pods: "0" }));
    set.hooks.beforeWrite = () => set.stored.clear();
    expect(await refusal(set, attributes(pod()))).toBe("");
  });
});
