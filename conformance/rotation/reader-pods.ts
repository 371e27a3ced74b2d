import { fileURLToPath } from "node:url";
import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type V1Pod,
} from "@kubernetes/client-node";
import type { MountedToken, SentRequest } from "./judge.ts";
import { parseRequests, parseTokens, WATCH_SCRIPT } from "./logs.ts";

const NAMESPACE = "rotation";
const ACCOUNT = "reader";
const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

/** What a pod's containers have seen and done so far. */
export interface Observed {
  readonly tokens: readonly MountedToken[];
  readonly requests: readonly SentRequest[];
}

/** Pods that read pods with an account of their own. */
export class ReaderPods {
  readonly #core: CoreV1Api;
  readonly #rbac: RbacAuthorizationV1Api;
  readonly #kubeconfig: string;

  constructor(kubeconfig: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#core = config.makeApiClient(CoreV1Api);
    this.#rbac = config.makeApiClient(RbacAuthorizationV1Api);
    this.#kubeconfig = kubeconfig;
  }

  /** Namespace, account, and what it is allowed. */
  async prepare(): Promise<void> {
    const namespace = NAMESPACE;
    const metadata = { name: ACCOUNT };
    await this.#core.createNamespace({ body: { metadata: { name: namespace } } });
    await this.#core.createNamespacedServiceAccount({ namespace, body: { metadata } });
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }];
    await this.#rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: ACCOUNT };
    const subjects = [{ kind: "ServiceAccount", name: ACCOUNT, namespace }];
    await this.#rbac.createNamespacedRoleBinding({
      namespace,
      body: { metadata, roleRef, subjects },
    });
  }

  async start(name: string, command: readonly string[]): Promise<void> {
    await this.#core.createNamespacedPod({ namespace: NAMESPACE, body: podOf(name, command) });
  }

  /** @throws Error when the pod has ended, with its last words */
  async observe(name: string): Promise<Observed> {
    const { status } = await this.#core.readNamespacedPod({ namespace: NAMESPACE, name });
    const phase = status?.phase ?? "Pending";
    if (phase === "Pending") return { tokens: [], requests: [] };
    const requests = await this.#log(name, "reader");
    if (phase !== "Running") throw new Error(`the pod has ${phase}:\n${requests.slice(-2000)}`);
    const tokens = await this.#log(name, "watch");
    return { tokens: parseTokens(tokens), requests: parseRequests(requests) };
  }

  /** A token that is bound to a pod, as the agent gets them. */
  async tokenOf(pod: string): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const { status } = await this.#core.createNamespacedServiceAccountToken({
      namespace: NAMESPACE,
      name: ACCOUNT,
      body: {
        spec: {
          audiences: [],
          boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod },
        },
      },
    });
    return { token: status?.token ?? "", expiresAt: status?.expirationTimestamp?.getTime() ?? 0 };
  }

  /** What listing pods with this token is answered with. */
  async statusWith(token: string): Promise<number> {
    const config = new KubeConfig();
    config.loadFromFile(this.#kubeconfig);
    config.users = config.users.map(({ name }) => ({ name, token }));
    try {
      await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: NAMESPACE });
      return 200;
    } catch (error) {
      if (error instanceof ApiException) return error.code;
      throw error;
    }
  }

  async #log(name: string, container: string): Promise<string> {
    return await this.#core.readNamespacedPodLog({ namespace: NAMESPACE, name, container });
  }
}

function podOf(name: string, command: readonly string[]): V1Pod {
  // Where the programs are: below /tmp, for instance, containers have files of their own.
  const checkout = { name: "checkout", mountPath: CHECKOUT, readOnly: true };
  return {
    metadata: { name },
    spec: {
      serviceAccountName: ACCOUNT,
      restartPolicy: "Never",
      volumes: [{ name: "checkout", hostPath: { path: CHECKOUT } }],
      containers: [
        {
          name: "reader",
          image: "host",
          command: [...command],
          // No kubeconfig of this machine's user: it would count more than the pod's own files.
          env: [{ name: "HOME", value: "/tmp" }],
          volumeMounts: [checkout],
        },
        { name: "watch", image: "host", command: ["sh", "-c", WATCH_SCRIPT] },
      ],
    },
  };
}
