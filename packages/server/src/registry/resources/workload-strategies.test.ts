import { describe, expect, it } from "vitest";
import { runCreate, runUpdate } from "./strategy-run.fixture.ts";

const labels = { a: "b" };
const podSpec = { containers: [{ name: "c", image: "i:1" }] };
const template = { metadata: { labels }, spec: podSpec };
const selector = { matchLabels: labels };
const spec = { selector, template };

const DEPLOYMENTS = "apps/v1/deployments";
const REPLICA_SETS = "apps/v1/replicasets";
const DAEMON_SETS = "apps/v1/daemonsets";
const STATEFUL_SETS = "apps/v1/statefulsets";

describe("deployments", () => {
  it("has defaults", () => {
    const { made, errors } = runCreate(DEPLOYMENTS, { spec, status: { replicas: 3 } });
    expect(errors).toBe("");
    expect(made.status).toEqual({});
    expect(made.spec).toMatchObject({
      replicas: 1,
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" },
      },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: { spec: { restartPolicy: "Always", terminationGracePeriodSeconds: 30 } },
    });
  });

  const rolling = (rollingUpdate: object) => ({ ...spec, strategy: { rollingUpdate } });
  it.each([
    [
      "negative replicas",
      { ...spec, replicas: -1 },
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      "nothing",
      {},
      "[spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`, spec.template.spec.containers: Required value]",
    ],
    [
      "empty selector",
      { ...spec, selector: {} },
      "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
    ],
    [
      "other labels",
      { ...spec, selector: { matchLabels: { z: "y" } } },
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ],
    [
      "restart policy",
      { ...spec, template: { ...template, spec: { ...podSpec, restartPolicy: "Never" } } },
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      "no progress",
      rolling({ maxUnavailable: 0, maxSurge: "0%" }),
      "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
    ],
    [
      "too many unavailable",
      rolling({ maxUnavailable: "101%" }),
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
    [
      "no percentage",
      rolling({ maxSurge: "x" }),
      "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"x\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ],
    [
      "recreate and rolling",
      { ...spec, strategy: { type: "Recreate", rollingUpdate: {} } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      "unknown strategy",
      { ...spec, strategy: { type: "Magic" } },
      'spec.strategy: Unsupported value: {"Type":"Magic","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      "deadline",
      { ...spec, minReadySeconds: 5, progressDeadlineSeconds: 5 },
      "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
    ],
  ])("refuses %s", (_name, body, errors) => {
    expect(runCreate(DEPLOYMENTS, { spec: body }).errors).toBe(errors);
  });

  it("keeps its status and counts changes of specification and annotations", () => {
    const old = { ...runCreate(DEPLOYMENTS, { spec }).made, status: { replicas: 2 } };
    const same = runUpdate(DEPLOYMENTS, { spec, status: { replicas: 9 } }, old);
    expect([same.errors, same.grows, same.made.status]).toEqual(["", false, { replicas: 2 }]);
    expect(runUpdate(DEPLOYMENTS, { spec: { ...spec, replicas: 4 } }, old).grows).toBe(true);
    const annotated = { spec, metadata: { annotations: { k: "v" } } };
    expect(runUpdate(DEPLOYMENTS, annotated, old).grows).toBe(true);
    expect(runUpdate(DEPLOYMENTS, { spec, metadata: { labels } }, old).grows).toBe(false);
  });

  it("does not let go of its selector", () => {
    const old = runCreate(DEPLOYMENTS, { spec }).made;
    const other = { matchLabels: { a: "c" } };
    const changed = {
      selector: other,
      template: { ...template, metadata: { labels: { a: "c" } } },
    };
    expect(runUpdate(DEPLOYMENTS, { spec: changed }, old).errors).toBe(
      'spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable',
    );
  });

  it("takes a status alone", () => {
    const old = runCreate(DEPLOYMENTS, { spec, metadata: { labels } }).made;
    const body = { spec: { ...spec, replicas: 7 }, status: { replicas: 1, readyReplicas: 2 } };
    const { made, errors } = runUpdate(DEPLOYMENTS, body, old, "status");
    expect(made.spec).toEqual(old.spec);
    expect(made.metadata.labels).toEqual(labels);
    expect(errors).toBe(
      "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
    );
    const counted = { ...old, status: { collisionCount: 2 } };
    expect(
      runUpdate(DEPLOYMENTS, { status: { collisionCount: 1 } }, counted, "status").errors,
    ).toBe("status.collisionCount: Invalid value: 1: cannot be decremented");
    const annotated = { metadata: { annotations: { "deployment.kubernetes.io/revision": "2" } } };
    expect(runUpdate(DEPLOYMENTS, annotated, old, "status").grows).toBe(false);
    expect(runUpdate(DEPLOYMENTS, { ...old, ...annotated }, old).grows).toBe(true);
  });

  it("warns of names that are no labels", () => {
    const { warnings } = runCreate(DEPLOYMENTS, { spec, metadata: { name: "a.b" } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^metadata\.name: this is used in Pod names and hostnames.*must not contain dots\]$/,
    );
  });
});

describe("replica sets", () => {
  it("has defaults and a selectable count", () => {
    expect(runCreate(REPLICA_SETS, { spec }).made.spec).toMatchObject({ replicas: 1 });
  });

  it("compares its counters", () => {
    const old = runCreate(REPLICA_SETS, { spec }).made;
    const status = { replicas: 1, readyReplicas: 0, availableReplicas: 1 };
    expect(runUpdate(REPLICA_SETS, { spec, status }, old, "status").errors).toBe(
      "status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas",
    );
  });
});

describe("daemon sets", () => {
  const GENERATION = "deprecated.daemonset.template.generation";

  it("has defaults, and counts its templates in an annotation", () => {
    const { made, errors } = runCreate(DAEMON_SETS, { spec });
    expect(errors).toBe("");
    expect(made.metadata.annotations).toEqual({ [GENERATION]: "1" });
    expect(made.spec).toMatchObject({
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    });
  });

  it("counts a new template and nothing else", () => {
    const old = runCreate(DAEMON_SETS, { spec }).made;
    const slower = runUpdate(DAEMON_SETS, { spec: { ...spec, minReadySeconds: 3 } }, old);
    expect(slower.made.metadata.annotations).toEqual({ [GENERATION]: "1" });
    expect(slower.grows).toBe(true);
    const renewed = { ...template, spec: { containers: [{ name: "c", image: "i:2" }] } };
    const { made, grows } = runUpdate(DAEMON_SETS, { spec: { ...spec, template: renewed } }, old);
    expect([made.metadata.annotations, grows]).toEqual([{ [GENERATION]: "2" }, true]);
  });

  it.each([
    [
      "both amounts",
      { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
      "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
    ],
    [
      "no amount",
      { rollingUpdate: { maxUnavailable: 0 } },
      "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
    ],
  ])("refuses %s", (_name, updateStrategy, errors) => {
    expect(runCreate(DAEMON_SETS, { spec: { ...spec, updateStrategy } }).errors).toBe(errors);
  });
});

describe("stateful sets", () => {
  const claim = {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  const mounted = {
    metadata: { labels },
    spec: {
      containers: [{ ...podSpec.containers[0], volumeMounts: [{ name: "data", mountPath: "/d" }] }],
    },
  };
  const full = { selector, serviceName: "s", template: mounted, volumeClaimTemplates: [claim] };

  it("has defaults, and volumes from its claims", () => {
    const { made, errors } = runCreate(STATEFUL_SETS, { spec: full });
    expect(errors).toBe("");
    expect(made.spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: "OrderedReady",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: [
        {
          kind: "PersistentVolumeClaim",
          apiVersion: "v1",
          spec: { volumeMode: "Filesystem" },
          status: { phase: "Pending" },
        },
      ],
    });
  });

  it.each([
    [
      "an unknown policy",
      { ...full, podManagementPolicy: "x" },
      "spec.podManagementPolicy: Invalid value: \"x\": must be 'OrderedReady' or 'Parallel'",
    ],
    [
      "a bad service name",
      { ...full, serviceName: "A" },
      "spec.serviceName: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
    [
      "a rolling update on delete",
      { ...full, updateStrategy: { type: "OnDelete", rollingUpdate: { partition: 1 } } },
      'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
    ],
    [
      "a retention that is none",
      { ...full, persistentVolumeClaimRetentionPolicy: { whenScaled: "x" } },
      'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "x": supported values: "Retain", "Delete"',
    ],
  ])("refuses %s", (_name, body, errors) => {
    expect(runCreate(STATEFUL_SETS, { spec: body }).errors).toBe(errors);
  });

  it("changes in some fields only", () => {
    const old = runCreate(STATEFUL_SETS, { spec: full }).made;
    const allowed = {
      ...full,
      replicas: 3,
      minReadySeconds: 1,
      updateStrategy: { type: "OnDelete" },
    };
    expect(runUpdate(STATEFUL_SETS, { spec: allowed }, old).errors).toBe("");
    const renamed = runUpdate(STATEFUL_SETS, { spec: { ...full, serviceName: "t" } }, old);
    expect(renamed.errors).toMatch(
      /^spec: Forbidden: updates to statefulset spec for fields other than/,
    );
  });
});

describe("controller revisions", () => {
  const REVISIONS = "apps/v1/controllerrevisions";
  it.each([
    ["no data", { revision: 1 }, "data: Required value: data is mandatory"],
    ["a list", { revision: 1, data: [] }, "data: Required value: data must be a valid JSON object"],
    [
      "a negative number",
      { revision: -1, data: {} },
      "revision: Invalid value: -1: must be greater than or equal to 0",
    ],
    ["a whole one", { revision: 1, data: { a: 1 } }, ""],
  ])("%s", (_name, body, errors) => {
    expect(runCreate(REVISIONS, body).errors).toBe(errors);
  });

  it("never changes its data", () => {
    const old = runCreate(REVISIONS, { revision: 1, data: { a: 1 } }).made;
    expect(runUpdate(REVISIONS, { revision: 2, data: { a: 1 } }, old).errors).toBe("");
    expect(runUpdate(REVISIONS, { revision: 1, data: { a: 2 } }, old).errors).toBe(
      'data: Invalid value: {"a":2}: field is immutable',
    );
  });
});
