import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { servedGroups } from "../../api/schema/resources.ts";
import { GROUP_STRATEGIES } from "./group-strategies.ts";
import { runCreate, runUpdate } from "./strategy-run.fixture.ts";

type Body = Readonly<Record<string, unknown>>;

/** What a create without anything wrong looks like, by resource. */
const GOOD: Readonly<Record<string, Body>> = {
  "admissionregistration.k8s.io/v1/mutatingadmissionpolicies": {
    spec: {
      matchConstraints: {
        resourceRules: [
          { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
        ],
      },
      reinvocationPolicy: "Never",
      mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: "[]" } }],
    },
  },
  "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings": { spec: { policyName: "p" } },
  "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": {
    webhooks: [
      {
        name: "a.example.com",
        clientConfig: { service: { namespace: "n", name: "s", path: "/p" } },
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        rules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }],
      },
    ],
  },
  "admissionregistration.k8s.io/v1/validatingadmissionpolicies": {
    spec: {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      matchConstraints: {
        resourceRules: [
          { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
        ],
      },
      validations: [{ expression: "true" }],
    },
  },
  "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings": {
    spec: { policyName: "p", validationActions: ["Deny"] },
  },
  "admissionregistration.k8s.io/v1/validatingwebhookconfigurations": { webhooks: [] },
  "autoscaling/v1/horizontalpodautoscalers": {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" },
      maxReplicas: 3,
    },
  },
  "autoscaling/v2/horizontalpodautoscalers": {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" },
      maxReplicas: 3,
    },
  },
  "discovery.k8s.io/v1/endpointslices": {
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.1.1.1"] }],
    ports: [{ port: 80 }],
  },
  "flowcontrol.apiserver.k8s.io/v1/flowschemas": {
    spec: {
      priorityLevelConfiguration: { name: "l" },
      rules: [
        {
          subjects: [{ kind: "ServiceAccount", serviceAccount: { namespace: "n", name: "*" } }],
          nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/healthz/*"] }],
        },
      ],
    },
  },
  "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations": {
    spec: { type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } },
  },
  "networking.k8s.io/v1/ingressclasses": {
    spec: { controller: "example.com/c", parameters: { kind: "K", name: "n" } },
  },
  "networking.k8s.io/v1/ingresses": {
    spec: {
      rules: [
        {
          host: "*.example.com",
          http: {
            paths: [
              {
                path: "/a",
                pathType: "Prefix",
                backend: { service: { name: "s", port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
  "networking.k8s.io/v1/ipaddresses": {
    metadata: { name: "10.1.1.1" },
    spec: { parentRef: { resource: "services", namespace: "n", name: "s" } },
  },
  "networking.k8s.io/v1/networkpolicies": {
    spec: {
      podSelector: {},
      ingress: [
        {
          ports: [{ port: 80 }],
          from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }],
        },
      ],
    },
  },
  "networking.k8s.io/v1/servicecidrs": { spec: { cidrs: ["10.0.0.0/16", "2001:db8::/64"] } },
  "node.k8s.io/v1/runtimeclasses": {
    handler: "runc",
    scheduling: { tolerations: [{ key: "k", operator: "Exists" }] },
  },
  "policy/v1/poddisruptionbudgets": {
    spec: { minAvailable: "50%", selector: { matchLabels: { a: "b" } } },
  },
  "resource.k8s.io/v1/deviceclasses": { spec: { selectors: [{ cel: { expression: "true" } }] } },
  "resource.k8s.io/v1/resourceclaims": {
    spec: { devices: { requests: [{ name: "r", exactly: { deviceClassName: "c" } }] } },
  },
  "resource.k8s.io/v1/resourceclaimtemplates": {
    spec: {
      spec: {
        devices: {
          requests: [{ name: "r", firstAvailable: [{ name: "s", deviceClassName: "c" }] }],
        },
      },
    },
  },
  "resource.k8s.io/v1/resourceslices": {
    spec: {
      driver: "d.example.com",
      nodeName: "n",
      pool: { name: "p", resourceSliceCount: 1 },
      devices: [{ name: "d" }],
    },
  },
  "scheduling.k8s.io/v1/priorityclasses": { value: 7 },
  "storage.k8s.io/v1/csidrivers": { spec: { tokenRequests: [{ audience: "a" }] } },
  "storage.k8s.io/v1/csinodes": {
    spec: { drivers: [{ name: "d", nodeID: "x", allocatable: { count: 3 } }] },
  },
  "storage.k8s.io/v1/csistoragecapacities": { storageClassName: "c", capacity: "1Gi" },
  "storage.k8s.io/v1/storageclasses": { provisioner: "example.com/p", parameters: { a: "b" } },
  "storage.k8s.io/v1/volumeattachments": {
    spec: { attacher: "example.com", nodeName: "n", source: { persistentVolumeName: "v" } },
  },
  "storage.k8s.io/v1/volumeattributesclasses": {
    driverName: "example.com",
    parameters: { a: "b" },
  },
};

function good(at: string): Body {
  const body = GOOD[at];
  if (body === undefined) throw new Error(`no good body for ${at}`);
  return body;
}

describe("a good object", () => {
  it.each(Object.keys(GOOD))("%s", (at) => {
    const { made, errors } = runCreate(at, good(at));
    expect(errors).toBe("");
    const again = runUpdate(at, good(at), made);
    expect([again.errors, again.grows]).toEqual(["", false]);
    expect(again.made).toEqual(made);
  });
});

it("covers every kind of its groups", () => {
  const covered = new Set(Object.keys(GOOD).map((at) => at.replace(/\/v[12]\//, "/")));
  const elsewhere = ["apps", "batch", "certificates.k8s.io"];
  for (const { group, resource } of GROUP_STRATEGIES) {
    if (!elsewhere.includes(group)) expect(covered).toContain(`${group}/${resource}`);
  }
  const served = servedGroups().filter(({ group }) =>
    GROUP_STRATEGIES.some((strategy) => strategy.group === group),
  );
  const names = new Set(GROUP_STRATEGIES.map(({ group, resource }) => `${group}/${resource}`));
  for (const { resources } of served.flatMap(({ versions }) => versions)) {
    for (const { group, resource } of resources) expect(names).toContain(`${group}/${resource}`);
  }
});

describe("defaults", () => {
  it.each<[string, Body]>([
    [
      "autoscaling/v2/horizontalpodautoscalers",
      {
        minReplicas: 1,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
          },
        ],
      },
    ],
    ["networking.k8s.io/v1/networkpolicies", { policyTypes: ["Ingress"] }],
    ["networking.k8s.io/v1/ingressclasses", { parameters: { scope: "Cluster" } }],
    [
      "storage.k8s.io/v1/csidrivers",
      {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: "ReadWriteOnceWithFSType",
        volumeLifecycleModes: ["Persistent"],
        requiresRepublish: false,
        seLinuxMount: false,
      },
    ],
    ["flowcontrol.apiserver.k8s.io/v1/flowschemas", { matchingPrecedence: 1000 }],
    [
      "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations",
      {
        limited: {
          nominalConcurrencyShares: 30,
          lendablePercent: 0,
          limitResponse: { queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
        },
      },
    ],
    [
      "resource.k8s.io/v1/resourceclaims",
      { devices: { requests: [{ exactly: { allocationMode: "ExactCount", count: 1 } }] } },
    ],
  ])("%s", (at, spec) => {
    expect(runCreate(at, good(at)).made.spec).toMatchObject(spec);
  });

  it("of behaviour", () => {
    const at = "autoscaling/v2/horizontalpodautoscalers";
    const spec = { ...(good(at).spec as object), behavior: { scaleDown: { selectPolicy: "Min" } } };
    expect(runCreate(at, { spec }).made).toMatchObject({
      spec: {
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 0,
            selectPolicy: "Max",
            policies: [{ value: 4 }, { value: 100 }],
          },
          scaleDown: {
            selectPolicy: "Min",
            policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
          },
        },
      },
    });
  });

  it("of webhooks", () => {
    const at = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    const [hook] = runCreate(at, good(at)).made.webhooks as object[];
    expect(hook).toMatchObject({
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      reinvocationPolicy: "Never",
      clientConfig: { service: { port: 443 } },
      rules: [{ scope: "*" }],
    });
  });

  it("of classes and ports", () => {
    const classes = "storage.k8s.io/v1/storageclasses";
    expect(runCreate(classes, good(classes)).made).toMatchObject({
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
    });
    const slices = "discovery.k8s.io/v1/endpointslices";
    expect(runCreate(slices, good(slices)).made.ports).toEqual([
      { name: "", protocol: "TCP", port: 80 },
    ]);
    const priorities = "scheduling.k8s.io/v1/priorityclasses";
    expect(runCreate(priorities, good(priorities)).made).toMatchObject({
      preemptionPolicy: "PreemptLowerPriority",
    });
  });
});

/** Resource, what replaces members of the good object, and what is said of it. */
const BAD: readonly [string, Body, string][] = [
  [
    "autoscaling/v2/horizontalpodautoscalers",
    { spec: { scaleTargetRef: { kind: "Deployment", name: "d" }, minReplicas: 4, maxReplicas: 3 } },
    '[spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`, spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group]',
  ],
  [
    "autoscaling/v2/horizontalpodautoscalers",
    {
      spec: {
        scaleTargetRef: { kind: "ReplicationController", name: "d" },
        minReplicas: 0,
        maxReplicas: 3,
      },
    },
    "[spec.minReplicas: Invalid value: 0: must be greater than or equal to 1, spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas]",
  ],
  [
    "autoscaling/v1/horizontalpodautoscalers",
    { spec: { scaleTargetRef: { apiVersion: "a/b", kind: "K", name: "d" }, maxReplicas: 0 } },
    "[spec.maxReplicas: Required value: must be set and greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]",
  ],
  [
    "autoscaling/v2/horizontalpodautoscalers",
    {
      spec: {
        scaleTargetRef: { apiVersion: "a/b", kind: "K", name: "d" },
        maxReplicas: 1,
        metrics: [{ type: "Pods", resource: { name: "cpu", target: { type: "Value" } } }],
      },
    },
    "[spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization, spec.metrics[0].pods: Required value: must populate information for the given metric source]",
  ],
  [
    "policy/v1/poddisruptionbudgets",
    { spec: { minAvailable: 1, maxUnavailable: "200%" } },
    '[spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"200%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set, spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%]',
  ],
  [
    "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    {
      webhooks: [
        {
          name: "a.example.com",
          clientConfig: { service: { namespace: "n" } },
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
        },
      ],
    },
    "webhooks[0].clientConfig.service.namespace: Required value",
  ],
  [
    "admissionregistration.k8s.io/v1/mutatingadmissionpolicies",
    {
      spec: {
        matchConstraints: {
          resourceRules: [
            { operations: ["DELETE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
          ],
        },
        reinvocationPolicy: "Never",
        mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: "[]" } }],
      },
    },
    'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
  ],
  [
    "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings",
    {
      spec: {
        policyName: "p",
        matchResources: {
          resourceRules: [
            { operations: ["DELETE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
          ],
        },
      },
    },
    'spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
  ],
  [
    "networking.k8s.io/v1/ingresses",
    { spec: {} },
    "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified",
  ],
  [
    "networking.k8s.io/v1/ingresses",
    {
      spec: {
        rules: [
          { host: "10.0.0.1", http: { paths: [{ path: "a", pathType: "Exact", backend: {} }] } },
        ],
      },
    },
    '[spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address, spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path, spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required]',
  ],
  [
    "networking.k8s.io/v1/ingressclasses",
    { spec: { controller: "c", parameters: { kind: "K", name: "n", namespace: "x" } } },
    '[spec.controller: Invalid value: "c": must be a domain-prefixed path (such as "acme.io/foo"), spec.parameters.namespace: Forbidden: `parameters.scope` is set to \'Cluster\']',
  ],
  [
    "networking.k8s.io/v1/networkpolicies",
    { spec: { podSelector: {}, egress: [{ ports: [{ port: 5, endPort: 4 }], to: [{}] }] } },
    "[spec.egress[0].ports[0].endPort: Invalid value: 5: must be greater than or equal to `port`, spec.egress[0].to[0]: Required value: must specify a peer]",
  ],
  [
    "networking.k8s.io/v1/networkpolicies",
    {
      spec: {
        podSelector: {},
        ingress: [{ from: [{ ipBlock: { cidr: "10.1.0.0/16", except: ["10.0.0.0/8"] } }] }],
      },
    },
    'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
  ],
  [
    "networking.k8s.io/v1/ipaddresses",
    { spec: { parentRef: { name: "s" } } },
    "spec.parentRef.resource: Required value",
  ],
  [
    "networking.k8s.io/v1/servicecidrs",
    { spec: { cidrs: ["10.0.0.0/16", "10.1.0.0/16"] } },
    'spec.cidrs: Invalid value: ["10.0.0.0/16","10.1.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
  ],
  [
    "discovery.k8s.io/v1/endpointslices",
    {
      addressType: "IPv4",
      endpoints: [{ addresses: ["2001:db8::1"] }, { addresses: [] }],
      ports: [],
    },
    '[endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address, endpoints[1].addresses: Required value: must contain at least 1 address]',
  ],
  [
    "discovery.k8s.io/v1/endpointslices",
    { addressType: "x", ports: [{ name: "a" }, { name: "a", protocol: "x" }], endpoints: [] },
    '[addressType: Unsupported value: "x": supported values: "FQDN", "IPv4", "IPv6", ports[1].name: Duplicate value: "a", ports[1].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"]',
  ],
  [
    "scheduling.k8s.io/v1/priorityclasses",
    { value: 1_000_000_001 },
    "value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
  ],
  [
    "scheduling.k8s.io/v1/priorityclasses",
    { metadata: { name: "system-x" }, value: 1 },
    "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
  ],
  ["node.k8s.io/v1/runtimeclasses", { handler: "" }, "handler: Required value"],
  [
    "storage.k8s.io/v1/storageclasses",
    { provisioner: "", reclaimPolicy: "Recycle", volumeBindingMode: "x" },
    '[provisioner: Required value, reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain", volumeBindingMode: Unsupported value: "x": supported values: "Immediate", "WaitForFirstConsumer"]',
  ],
  [
    "storage.k8s.io/v1/csidrivers",
    { spec: { serviceAccountTokenInSecrets: true, tokenRequests: [] } },
    "spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is set but no tokenRequests are specified",
  ],
  [
    "storage.k8s.io/v1/csinodes",
    {
      spec: {
        drivers: [
          { name: "d", nodeID: "" },
          { name: "d", nodeID: "x" },
        ],
      },
    },
    '[spec.drivers[0].nodeID: Required value, spec.drivers[1].name: Duplicate value: "d"]',
  ],
  [
    "storage.k8s.io/v1/volumeattachments",
    { spec: { attacher: "example.com", nodeName: "n", source: {} } },
    "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName",
  ],
  [
    "storage.k8s.io/v1/volumeattachments",
    {
      spec: {
        attacher: "example.com",
        nodeName: "n",
        source: {
          inlineVolumeSpec: {
            capacity: { storage: "1Gi" },
            accessModes: ["ReadWriteOnce"],
            persistentVolumeReclaimPolicy: "Delete",
            volumeMode: "Block",
            storageClassName: "c",
            hostPath: { path: "/a" },
          },
        },
      },
    },
    "[spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes, spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes, spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes, spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes, spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes]",
  ],
  [
    "storage.k8s.io/v1/volumeattributesclasses",
    { driverName: "example.com", parameters: {} },
    "parameters: Required value: must contain at least one key/value pair",
  ],
  [
    "storage.k8s.io/v1/csistoragecapacities",
    { capacity: "-1" },
    'capacity: Invalid value: "-1": must be greater than or equal to 0',
  ],
  [
    "flowcontrol.apiserver.k8s.io/v1/flowschemas",
    {
      spec: {
        matchingPrecedence: 1,
        priorityLevelConfiguration: {},
        rules: [{ subjects: [{ kind: "User" }], resourceRules: [] }],
      },
    },
    "[spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1, spec.priorityLevelConfiguration.name: Required value: must reference a priority level, spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User', spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty]",
  ],
  [
    "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations",
    {
      spec: {
        type: "Limited",
        limited: { limitResponse: { type: "Queue", queuing: { queues: 4 } } },
      },
    },
    "spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)",
  ],
  [
    "admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    {
      webhooks: [
        { name: "a", clientConfig: { url: "http://u@h/p?q#f" }, admissionReviewVersions: ["v2"] },
      ],
    },
    '[webhooks[0].name: Invalid value: "a": should be a domain with at least three segments separated by dots, webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun, webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path], webhooks[0].clientConfig.url: Invalid value: "u": user information is not permitted in the URL, webhooks[0].clientConfig.url: Invalid value: "f": fragments are not permitted in the URL, webhooks[0].clientConfig.url: Invalid value: "q": query parameters are not permitted in the URL, webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1]',
  ],
  [
    "admissionregistration.k8s.io/v1/validatingadmissionpolicies",
    { spec: { matchConstraints: {} } },
    "[spec.matchConstraints.resourceRules: Required value, spec.validations: Required value: validations or auditAnnotations must contain at least one item, spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item]",
  ],
  [
    "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
    { spec: { policyName: "", paramRef: {}, validationActions: ["Deny", "Warn"] } },
    '[spec.policyName: Required value, spec.paramRef: Required value: one of name or selector must be specified, spec.paramRef.parameterNotFoundAction: Required value, spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)]',
  ],
  [
    "resource.k8s.io/v1/resourceclaims",
    {
      spec: {
        devices: {
          requests: [
            { name: "r" },
            { name: "r", exactly: { deviceClassName: "", allocationMode: "All", count: 2 } },
          ],
        },
      },
    },
    "[spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required, spec.devices.requests[1].exactly.deviceClassName: Required value, spec.devices.requests[1].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All', spec.devices.requests[1]: Duplicate value: \"r\"]",
  ],
  [
    "resource.k8s.io/v1/resourceslices",
    { spec: { driver: "d", pool: { name: "p" }, nodeName: "n", allNodes: true } },
    '[spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero, spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set]',
  ],
];

describe("refused", () => {
  it.each(BAD)("%s %#", (at, body, errors) => {
    expect(runCreate(at, { ...good(at), ...body }).errors).toBe(errors);
  });
});

/** Resource, what replaces members on an update, and what is said of it. */
const FIXED: readonly [string, Body, string][] = [
  [
    "scheduling.k8s.io/v1/priorityclasses",
    { value: 8 },
    "value: Forbidden: may not be changed in an update.",
  ],
  [
    "node.k8s.io/v1/runtimeclasses",
    { handler: "other" },
    'handler: Invalid value: "other": field is immutable',
  ],
  [
    "storage.k8s.io/v1/storageclasses",
    { parameters: { a: "c" } },
    'parameters: Invalid value: {"a":"c"}: field is immutable',
  ],
  [
    "storage.k8s.io/v1/volumeattributesclasses",
    { driverName: "other.com" },
    "driverName: Forbidden: updates to driverName are forbidden.",
  ],
  [
    "networking.k8s.io/v1/servicecidrs",
    { spec: { cidrs: ["10.0.0.0/16"] } },
    'spec.cidrs: Invalid value: ["10.0.0.0/16"]: field is immutable',
  ],
  [
    "networking.k8s.io/v1/ingressclasses",
    { spec: { controller: "example.com/d" } },
    'spec.controller: Invalid value: "example.com/d": field is immutable',
  ],
  [
    "discovery.k8s.io/v1/endpointslices",
    { addressType: "FQDN", endpoints: [] },
    'addressType: Invalid value: "FQDN": field is immutable',
  ],
];

describe("fixed", () => {
  it.each(FIXED)("%s", (at, body, errors) => {
    const old = runCreate(at, good(at)).made;
    expect(runUpdate(at, { ...good(at), ...body }, old).errors).toBe(errors);
  });
});

describe("warnings", () => {
  it.each<[string, Body, string]>([
    [
      "storage.k8s.io/v1/csidrivers",
      {},
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes",
    ],
    [
      "discovery.k8s.io/v1/endpointslices",
      { addressType: "FQDN" },
      "spec.addressType: FQDN endpoints are deprecated",
    ],
    [
      "networking.k8s.io/v1/ingresses",
      { metadata: { annotations: { "kubernetes.io/ingress.class": "x" } } },
      "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead",
    ],
    [
      "node.k8s.io/v1/runtimeclasses",
      { scheduling: { nodeSelector: { "beta.kubernetes.io/os": "linux" } } },
      'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
    ],
  ])("%s", (at, body, warning) => {
    expect(runCreate(at, { ...good(at), ...body }).warnings).toEqual([warning]);
  });
});

it("a status endpoint keeps what is wanted", () => {
  const at = "policy/v1/poddisruptionbudgets";
  const old = runCreate(at, good(at)).made;
  const status = { disruptionsAllowed: -1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
  const { made, errors } = runUpdate(at, { spec: { minAvailable: 9 }, status }, old, "status");
  expect(made.spec).toEqual(old.spec);
  expect(errors).toBe(
    "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0",
  );
});

describe("certificate signing requests", () => {
  const at = "certificates.k8s.io/v1/certificatesigningrequests";
  const FILE = new URL(
    "../../../../../../shared/golden/scenarios/identity/csr-validation.json",
    import.meta.url,
  );
  interface Step {
    readonly name: string;
    readonly method?: string;
    readonly path?: string;
    readonly body?: unknown;
    readonly expect: { readonly status: number; readonly body: { readonly message?: string } };
  }
  const steps = existsSync(FILE)
    ? (JSON.parse(readFileSync(FILE, "utf8")) as { steps: Step[] }).steps.filter(
        ({ method, path, body, expect: expected }) =>
          method === "POST" &&
          path?.endsWith("/certificatesigningrequests") === true &&
          typeof body === "object" &&
          (expected.status === 201 || expected.status === 422),
      )
    : [];

  it.skipIf(steps.length === 0).each(steps)("recorded: $name", ({ body, expect: expected }) => {
    const { errors, made } = runCreate(at, body as Body);
    const { message = "" } = expected.body;
    expect(errors).toBe(message.replace(/^.*? is invalid: /, ""));
    if (expected.status === 201) {
      expect(made.spec).toMatchObject({
        username: "jane",
        uid: "u-1",
        groups: ["system:authenticated"],
        extra: { scopes: ["a"] },
      });
    }
  });

  const [valid] = steps.filter(({ expect: expected }) => expected.status === 201);
  const condition = (type: string) => ({ type, status: "True", reason: "r" });

  it.skipIf(valid === undefined)("is decided by one endpoint, and issued by another", () => {
    const body = valid?.body as Body;
    const old = runCreate(at, body).made;
    const decide = (types: string[], endpoint: string) =>
      runUpdate(at, { ...body, status: { conditions: types.map(condition) } }, old, endpoint);
    const approved = decide(["Approved"], "approval");
    expect(approved.errors).toBe("");
    expect(approved.made.status).toEqual({
      conditions: [
        {
          ...condition("Approved"),
          lastUpdateTime: "2026-01-02T03:04:05Z",
          lastTransitionTime: "2026-01-02T03:04:05Z",
        },
      ],
    });
    expect(decide(["Approved"], "status").errors).toBe(
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    );
    expect(decide(["Approved", "Denied"], "approval").errors).toBe(
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    );
    expect(decide(["Approved"], "").made.status).toEqual({});
    const undone = runUpdate(at, { ...body, status: {} }, approved.made, "approval");
    expect(undone.errors).toBe(
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    );
    const certificate = Buffer.from("none").toString("base64");
    expect(runUpdate(at, { ...body, status: { certificate } }, old, "status").errors).toBe(
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    );
  });
});
