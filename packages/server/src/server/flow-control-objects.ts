import type { SystemCondition, SystemObject } from "./system-objects.ts";

/**
 * The priority levels and flow schemas that a fresh cluster has. They are stored and served; how
 * many requests run at once is bounded by `--max-requests-inflight` alone.
 * @see apiserver pkg/apis/flowcontrol/bootstrap/default.go
 */
export function flowControlObjects(): readonly SystemObject[] {
  return [
    ...PRIORITY_LEVELS.map(([name, spec]) =>
      flowControl("prioritylevelconfigurations", name, spec),
    ),
    ...FLOW_SCHEMAS.map(([name, spec]) => ({
      ...flowControl("flowschemas", name, spec),
      condition: found(spec.priorityLevelConfiguration.name),
    })),
  ];
}

/** @see apiserver pkg/util/flowcontrol/apf_controller.go (syncFlowSchemaStatus) */
function found(level: string): SystemCondition {
  return {
    fieldManager: "api-priority-and-fairness-config-consumer-v1",
    type: "Dangling",
    status: "False",
    reason: "Found",
    message: `This FlowSchema references the PriorityLevelConfiguration object named "${level}" and it exists`,
  };
}

function flowControl(resource: string, name: string, spec: object): SystemObject {
  const annotations = { "apf.kubernetes.io/autoupdate-spec": "true" };
  return {
    url: `/apis/flowcontrol.apiserver.k8s.io/v1/${resource}`,
    name,
    object: { metadata: { name, annotations }, spec },
  };
}

function queued(shares: number, lendable: number, queues: number, handSize: number): object {
  return {
    type: "Limited",
    limited: {
      nominalConcurrencyShares: shares,
      lendablePercent: lendable,
      limitResponse: { type: "Queue", queuing: { queues, handSize, queueLengthLimit: 50 } },
    },
  };
}

const PRIORITY_LEVELS: readonly (readonly [name: string, spec: object])[] = [
  ["exempt", { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }],
  [
    "catch-all",
    {
      type: "Limited",
      limited: {
        nominalConcurrencyShares: 5,
        lendablePercent: 0,
        limitResponse: { type: "Reject" },
      },
    },
  ],
  ["system", queued(30, 33, 64, 6)],
  ["node-high", queued(40, 25, 64, 6)],
  ["leader-election", queued(10, 0, 16, 4)],
  ["workload-high", queued(40, 50, 128, 6)],
  ["workload-low", queued(100, 90, 128, 6)],
  ["global-default", queued(20, 50, 128, 6)],
];

const groups = (...names: readonly string[]): readonly object[] =>
  names.map((name) => ({ kind: "Group", group: { name } }));
const users = (...names: readonly string[]): readonly object[] =>
  names.map((name) => ({ kind: "User", user: { name } }));
const KUBE_SYSTEM_ACCOUNTS: readonly object[] = [
  { kind: "ServiceAccount", serviceAccount: { namespace: "kube-system", name: "*" } },
];
const EVERYBODY = groups("system:unauthenticated", "system:authenticated");

function resources(
  verbs: readonly string[],
  apiGroup: string,
  names: readonly string[],
  clusterScope: boolean,
): object {
  return {
    verbs,
    apiGroups: [apiGroup],
    resources: names,
    namespaces: ["*"],
    ...(clusterScope ? { clusterScope } : {}),
  };
}

const LEASES = ["leases"];
const LEASES_GROUP = "coordination.k8s.io";

interface FlowSchemaSpec {
  readonly priorityLevelConfiguration: { readonly name: string };
  readonly matchingPrecedence: number;
  readonly distinguisherMethod?: { readonly type: string };
  readonly rules: readonly object[];
}

interface FlowSchema {
  readonly level: string;
  readonly precedence: number;
  readonly distinguishedBy?: "ByUser" | "ByNamespace";
  readonly rule: object;
}

function flowSchema({ level, precedence, distinguishedBy, rule }: FlowSchema): FlowSchemaSpec {
  return {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence: precedence,
    ...(distinguishedBy === undefined ? {} : { distinguisherMethod: { type: distinguishedBy } }),
    rules: [rule],
  };
}

/** A schema for every request of its subjects. */
function everythingOf(
  subjects: readonly object[],
  level: string,
  precedence: number,
  distinguishedBy?: "ByUser" | "ByNamespace",
): FlowSchemaSpec {
  return flowSchema({
    level,
    precedence,
    ...(distinguishedBy === undefined ? {} : { distinguishedBy }),
    rule: {
      subjects,
      resourceRules: [resources(["*"], "*", ["*"], true)],
      nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
    },
  });
}

const CONTROLLER_MANAGER = "system:kube-controller-manager";
const SCHEDULER = "system:kube-scheduler";
const NODES = groups("system:nodes");

/** In the order in which they are matched. */
const FLOW_SCHEMAS: readonly (readonly [name: string, spec: FlowSchemaSpec])[] = [
  ["exempt", everythingOf(groups("system:masters"), "exempt", 1)],
  [
    "probes",
    flowSchema({
      level: "exempt",
      precedence: 2,
      rule: {
        subjects: EVERYBODY,
        nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/healthz", "/readyz", "/livez"] }],
      },
    }),
  ],
  [
    "system-leader-election",
    flowSchema({
      level: "leader-election",
      precedence: 100,
      distinguishedBy: "ByUser",
      rule: {
        subjects: [...users(CONTROLLER_MANAGER, SCHEDULER), ...KUBE_SYSTEM_ACCOUNTS],
        resourceRules: [resources(["get", "create", "update"], LEASES_GROUP, LEASES, false)],
      },
    }),
  ],
  [
    "system-node-high",
    flowSchema({
      level: "node-high",
      precedence: 400,
      distinguishedBy: "ByUser",
      rule: {
        subjects: NODES,
        resourceRules: [
          resources(["*"], "", ["nodes", "nodes/status"], true),
          resources(["*"], LEASES_GROUP, LEASES, false),
        ],
      },
    }),
  ],
  ["system-nodes", everythingOf(NODES, "system", 500, "ByUser")],
  [
    "kube-controller-manager",
    everythingOf(users(CONTROLLER_MANAGER), "workload-high", 800, "ByNamespace"),
  ],
  ["kube-scheduler", everythingOf(users(SCHEDULER), "workload-high", 800, "ByNamespace")],
  [
    "kube-system-service-accounts",
    everythingOf(KUBE_SYSTEM_ACCOUNTS, "workload-high", 900, "ByNamespace"),
  ],
  [
    "service-accounts",
    everythingOf(groups("system:serviceaccounts"), "workload-low", 9000, "ByUser"),
  ],
  ["global-default", everythingOf(EVERYBODY, "global-default", 9900, "ByUser")],
  ["catch-all", everythingOf(EVERYBODY, "catch-all", 10_000, "ByUser")],
];
