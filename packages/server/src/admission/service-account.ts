import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import { bareError } from "../api/status-error.ts";
import type { Container, Pod, PodSpec, ServiceAccount } from "../api/types.ts";
import { pathSegmentComplaints } from "../api/validation/names.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { Random } from "../runtime/random.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";
import { mirrorPodViolation } from "./mirror-pods.ts";
import { ephemeralSecretViolation, mountableSecretViolation } from "./mountable-secrets.ts";

/** Where every container finds its token, the CA bundle and the namespace. */
export const TOKEN_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
/** An hour and seven seconds: how the token endpoint knows a token that may be extended. */
export const INJECTED_EXPIRATION_SECONDS = 3607;

const DEFAULT_NAME = "default";
const VOLUME_PREFIX = "kube-api-access-";
const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
const ENFORCE_ANNOTATION = "kubernetes.io/enforce-mountable-secrets";
/** Only the default account is waited for: its controller may be about to make it. */
const DEFAULT_ATTEMPTS = 10;
const RETRY_MIN_MS = 100;
const RETRY_SPREAD_MS = 100;
const DEFAULT_MODE = 0o644;
/** Go's strconv.ParseBool. */
const TRUE_TEXTS: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);

export interface ServiceAccountAdmissionDependencies {
  /** Reads the newest state. */
  readonly serviceAccountOf: (namespace: string, name: string) => Readonly<KubeObject> | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Gives every pod its service account and mounts the account's token.
 * @see kubernetes plugin/pkg/admission/serviceaccount/admission.go
 */
export function createServiceAccountAdmission(
  dependencies: ServiceAccountAdmissionDependencies,
): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    mutate: (attributes) => {
      if (attributes.operation !== "CREATE" || !isPod(attributes)) return;
      return mutatePod(dependencies, attributes, podOf(attributes));
    },
    validate: (attributes) => {
      if (!isPod(attributes)) return;
      return validatePod(dependencies, attributes, podOf(attributes));
    },
  };
}

function isPod({ group, resource, subresource, object }: AdmissionAttributes): boolean {
  return (
    object !== undefined &&
    group === "" &&
    resource === "pods" &&
    (subresource === "" || subresource === "ephemeralcontainers")
  );
}

function podOf(attributes: AdmissionAttributes): Pod & { spec: PodSpec } {
  const pod = attributes.object as (KubeObject & Pod) | undefined;
  if (pod === undefined) throw new Error("no pod to admit");
  pod.spec ??= { containers: [] };
  return pod as Pod & { spec: PodSpec };
}

function isMirror(pod: Pod): boolean {
  return pod.metadata?.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

function mutatePod(
  dependencies: ServiceAccountAdmissionDependencies,
  attributes: AdmissionAttributes,
  pod: Pod & { spec: PodSpec },
): MaybePromise<void> {
  if (isMirror(pod)) return refuseMirror(attributes, pod);
  if ((pod.spec.serviceAccountName ?? "") === "") pod.spec.serviceAccountName = DEFAULT_NAME;
  return withAccount(dependencies, attributes, pod.spec.serviceAccountName ?? "", (account) => {
    if (shouldAutomount(account, pod)) mountToken(dependencies.random, pod.spec);
    if ((pod.spec.imagePullSecrets?.length ?? 0) === 0 && account.imagePullSecrets !== undefined) {
      pod.spec.imagePullSecrets = account.imagePullSecrets.map((each) => ({ ...each }));
    }
    enforceMountable(attributes, account, pod);
  });
}

function validatePod(
  dependencies: ServiceAccountAdmissionDependencies,
  attributes: AdmissionAttributes,
  pod: Pod & { spec: PodSpec },
): MaybePromise<void> {
  const name = pod.spec.serviceAccountName ?? "";
  if (attributes.operation === "UPDATE" && attributes.subresource === "ephemeralcontainers") {
    return validateEphemeral(dependencies, attributes, pod);
  }
  if (attributes.operation !== "CREATE") return;
  if (isMirror(pod)) return refuseMirror(attributes, pod);
  if (name === "") {
    throw admissionForbidden(
      attributes,
      `no service account specified for pod ${attributes.namespace}/${pod.metadata?.name ?? ""}`,
    );
  }
  return withAccount(dependencies, attributes, name, (account) =>
    enforceMountable(attributes, account, pod),
  );
}

function refuseMirror(attributes: AdmissionAttributes, pod: Pod & { spec: PodSpec }): void {
  const violation = mirrorPodViolation(pod.spec);
  if (violation !== undefined) throw admissionForbidden(attributes, violation);
}

function validateEphemeral(
  dependencies: ServiceAccountAdmissionDependencies,
  attributes: AdmissionAttributes,
  pod: Pod & { spec: PodSpec },
): MaybePromise<void> {
  const name = pod.spec.serviceAccountName ?? "";
  if (name === "") {
    throw admissionForbidden(
      attributes,
      `no service account specified for pod ${attributes.namespace}/${pod.metadata?.name ?? ""}`,
    );
  }
  return withAccount(dependencies, attributes, name, (account) => {
    if (!isEnforced(account)) return;
    const violation = ephemeralSecretViolation(account, pod.spec);
    // Upstream does not wrap this one: the client sees a bare 500.
    if (violation !== undefined) throw bareError(violation);
  });
}

function isEnforced(account: ServiceAccount): boolean {
  return TRUE_TEXTS.has(account.metadata?.annotations?.[ENFORCE_ANNOTATION] ?? "");
}

function enforceMountable(
  attributes: AdmissionAttributes,
  account: ServiceAccount,
  pod: Pod & { spec: PodSpec },
): void {
  if (!isEnforced(account)) return;
  const violation = mountableSecretViolation(account, pod.spec);
  if (violation !== undefined) throw admissionForbidden(attributes, violation);
}

/** Looks the account up, waiting a little for the default one, and goes on with it. */
function withAccount(
  dependencies: ServiceAccountAdmissionDependencies,
  attributes: AdmissionAttributes,
  name: string,
  next: (account: ServiceAccount) => void,
): MaybePromise<void> {
  const found = dependencies.serviceAccountOf(attributes.namespace, name);
  if (found !== undefined) return next(found as ServiceAccount);
  if (name !== DEFAULT_NAME) throw accountMissing(attributes, name);
  return awaitDefault(dependencies, attributes).then(next);
}

async function awaitDefault(
  { serviceAccountOf, clock, random }: ServiceAccountAdmissionDependencies,
  attributes: AdmissionAttributes,
): Promise<ServiceAccount> {
  const intervalMs = RETRY_MIN_MS + random.fraction() * RETRY_SPREAD_MS;
  for (let attempt = 1; attempt < DEFAULT_ATTEMPTS; attempt++) {
    await clock.sleep(intervalMs);
    const found = serviceAccountOf(attributes.namespace, DEFAULT_NAME);
    if (found !== undefined) return found as ServiceAccount;
  }
  throw accountMissing(attributes, DEFAULT_NAME);
}

function accountMissing(attributes: AdmissionAttributes, name: string): Error {
  return admissionForbidden(
    attributes,
    `error looking up service account ${attributes.namespace}/${name}: ${missing(name)}`,
  );
}

/** What cannot stand in a path is not even asked for. */
function missing(name: string): string {
  const complaints = pathSegmentComplaints(name, false);
  if (complaints.length === 0) return `serviceaccount "${name}" not found`;
  return `invalid resource name ${quoteGo(name)}: [${complaints.join(" ")}]`;
}

/** The pod's wish counts, then the account's; without either the token is mounted. */
function shouldAutomount(account: ServiceAccount, pod: Pod & { spec: PodSpec }): boolean {
  return pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

/** Mounts the API access volume into every container that has nothing at its path. */
function mountToken(random: Random, spec: PodSpec): void {
  const present = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX));
  const volumeName = present?.name ?? VOLUME_PREFIX + random.nameSuffix(5);
  let mounted = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    mounted = mountInto(container, volumeName) || mounted;
  }
  if (!mounted || present !== undefined) return;
  spec.volumes = [...(spec.volumes ?? []), apiAccessVolume(volumeName)];
}

function mountInto(container: Container, volumeName: string): boolean {
  const mounts = container.volumeMounts ?? [];
  if (mounts.some(({ mountPath }) => mountPath === TOKEN_MOUNT_PATH)) return false;
  container.volumeMounts = [
    ...mounts,
    { name: volumeName, readOnly: true, mountPath: TOKEN_MOUNT_PATH },
  ];
  return true;
}

function apiAccessVolume(name: string): NonNullable<PodSpec["volumes"]>[number] {
  return {
    name,
    projected: {
      sources: [
        {
          serviceAccountToken: {
            expirationSeconds: INJECTED_EXPIRATION_SECONDS,
            path: "token",
          },
        },
        {
          configMap: {
            name: "kube-root-ca.crt",
            items: [{ key: "ca.crt", path: "ca.crt" }],
          },
        },
        {
          downwardAPI: {
            items: [
              {
                path: "namespace",
                fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
              },
            ],
          },
        },
      ],
      defaultMode: DEFAULT_MODE,
    },
  };
}
