/**
 * An object that every cluster has, made when it is missing and then left to its users, but for what
 * the server itself has to say in it.
 */
export interface SystemObject {
  /** Collection that it is created in. */
  readonly url: string;
  readonly name: string;
  readonly object: Record<string, unknown>;
  /** The condition that the API server itself tells of it, and the name under which it does. */
  readonly condition?: SystemCondition;
  /** Whether `data` is put right at every start: what it tells of may have changed meanwhile. */
  readonly keepsData?: boolean;
}

export interface SystemCondition {
  readonly fieldManager: string;
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** @see kubernetes pkg/controlplane/controller/systemnamespaces */
const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** @see kubernetes pkg/apis/scheduling/v1/helpers.go */
const PRIORITY_CLASSES: readonly (readonly [name: string, value: number])[] = [
  ["system-node-critical", 2_000_001_000],
  ["system-cluster-critical", 2_000_000_000],
];

export interface SystemAddresses {
  /** `--service-cluster-ip-range`. */
  readonly serviceRange: string;
  /** First address of the service range: `kubernetes.default`. */
  readonly apiServiceIp: string;
  /** Port that the server listens on. */
  readonly apiPort: number;
  /** PEM of the authority that signs client certificates. */
  readonly clientCa: string;
  readonly requestHeader: {
    readonly clientCa: string;
    readonly allowedNames: readonly string[];
    readonly usernameHeaders: readonly string[];
    readonly uidHeaders: readonly string[];
    readonly groupHeaders: readonly string[];
    readonly extraHeadersPrefix: readonly string[];
  };
}

export function systemNamespaces(): readonly SystemObject[] {
  return NAMESPACES.map((name) => ({
    url: "/api/v1/namespaces",
    name,
    object: { metadata: { name } },
  }));
}

export function systemObjects(addresses: SystemAddresses): readonly SystemObject[] {
  return [
    ...PRIORITY_CLASSES.map(([name, value]) => ({
      url: "/apis/scheduling.k8s.io/v1/priorityclasses",
      name,
      object: { metadata: { name }, value, description: `Built-in priority class ${name}.` },
    })),
    serviceCidr(addresses),
    kubernetesService(addresses),
    clientAuthentication(addresses),
  ];
}

/** @see kubernetes pkg/controlplane/controller/defaultservicecidr */
function serviceCidr({ serviceRange }: SystemAddresses): SystemObject {
  return {
    url: "/apis/networking.k8s.io/v1/servicecidrs",
    name: "kubernetes",
    object: { metadata: { name: "kubernetes" }, spec: { cidrs: [serviceRange] } },
    condition: {
      fieldManager: "kubernetes-service-cidr-controller",
      type: "Ready",
      status: "True",
      reason: "",
      message: "Kubernetes Service CIDR is ready",
    },
  };
}

/** @see kubernetes pkg/controlplane/controller/kubernetesservice */
function kubernetesService({ apiServiceIp, apiPort }: SystemAddresses): SystemObject {
  return {
    url: "/api/v1/namespaces/default/services",
    name: "kubernetes",
    object: {
      metadata: {
        name: "kubernetes",
        labels: { provider: "kubernetes", component: "apiserver" },
      },
      spec: {
        type: "ClusterIP",
        clusterIP: apiServiceIp,
        ipFamilyPolicy: "SingleStack",
        internalTrafficPolicy: "Cluster",
        sessionAffinity: "None",
        ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: apiPort }],
      },
    },
  };
}

/**
 * What extension API servers read to authenticate as we do.
 * @see kubernetes pkg/controlplane/controller/clusterauthenticationtrust
 */
function clientAuthentication({ clientCa, requestHeader }: SystemAddresses): SystemObject {
  const headers = {
    "requestheader-allowed-names": requestHeader.allowedNames,
    "requestheader-username-headers": requestHeader.usernameHeaders,
    "requestheader-uid-headers": requestHeader.uidHeaders,
    "requestheader-group-headers": requestHeader.groupHeaders,
    "requestheader-extra-headers-prefix": requestHeader.extraHeadersPrefix,
  };
  return {
    url: "/api/v1/namespaces/kube-system/configmaps",
    name: "extension-apiserver-authentication",
    keepsData: true,
    object: {
      metadata: { name: "extension-apiserver-authentication" },
      data: {
        "client-ca-file": clientCa,
        ...(requestHeader.clientCa === ""
          ? {}
          : {
              "requestheader-client-ca-file": requestHeader.clientCa,
              ...Object.fromEntries(
                Object.entries(headers).map(([key, value]) => [key, JSON.stringify(value)]),
              ),
            }),
      },
    },
  };
}
