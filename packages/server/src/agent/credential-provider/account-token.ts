import { createHash } from "node:crypto";
import type { Pod, ServiceAccount } from "../../api/types.ts";
import type { CredentialSource } from "../registry-credential.ts";
import type { PodTokenRequest } from "../token-request.ts";
import type { TokenAttributes } from "./provider-config.ts";

/** Whose credentials are asked for, where a provider goes by service accounts. */
export interface AccountToken {
  readonly token: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Tells answers apart that do not count for each other. Nothing in it is secret. */
  readonly cacheKey: readonly string[];
  readonly hash: string;
  readonly source: CredentialSource;
}

export interface AccountSource {
  /** @throws StatusError */
  readonly serviceAccount: (
    namespace: string,
    name: string,
    signal: AbortSignal,
  ) => Promise<ServiceAccount>;
  /** One that is bound to the pod. @throws PodTokenError */
  readonly token: (request: PodTokenRequest, signal: AbortSignal) => Promise<string>;
}

/** Which account a provider is told of: none, one, or the provider is not asked for this pod. */
export type AccountChoice =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly account: AccountToken }
  | { readonly kind: "skip"; readonly why: string };

/**
 * The token and the annotations that a provider is shown for a pod.
 * @throws Error with kubelet's text when they cannot be had
 * @see kubernetes pkg/credentialprovider/plugin/plugin.go (provide) · KEP-4412
 */
export async function chooseAccount(
  pod: Pod,
  attributes: TokenAttributes,
  accounts: AccountSource,
  signal: AbortSignal,
): Promise<AccountChoice> {
  const { namespace = "", name: podName = "", uid: podUid = "" } = pod.metadata;
  const name = pod.spec?.serviceAccountName ?? "";
  if (name === "") {
    if (attributes.requireServiceAccount !== true) return { kind: "none" };
    return { kind: "skip", why: "the pod has no service account" };
  }
  const account = await explained("failed to get service account", () =>
    accounts.serviceAccount(namespace, name, signal),
  );
  const annotations = chooseAnnotations(account.metadata.annotations ?? {}, attributes);
  if (typeof annotations === "string") {
    return { kind: "skip", why: `required annotation ${annotations} not found` };
  }
  const { uid = "" } = account.metadata;
  const token = await explained("failed to get service account token", () =>
    accounts.token(
      {
        ...{ namespace, name, accountUid: uid },
        audiences: [attributes.serviceAccountTokenAudience],
        pod: { name: podName, uid: podUid },
      },
      signal,
    ),
  );
  const hash = createHash("sha256").update(token).digest("hex");
  const cacheKey = [namespace, name, uid, ...Object.entries(annotations).flat()];
  if (attributes.cacheType === "Token") cacheKey.push("token", hash);
  const source = { kind: "service-account", namespace, name, uid } as const;
  return { kind: "token", account: { token, annotations, cacheKey, hash, source } };
}

/** @returns those that are wanted, by name; or the name of one that is missing */
function chooseAnnotations(
  all: Readonly<Record<string, string>>,
  {
    requiredServiceAccountAnnotationKeys: needed,
    optionalServiceAccountAnnotationKeys: wanted,
  }: TokenAttributes,
): Readonly<Record<string, string>> | string {
  const missing = needed.find((key) => !Object.hasOwn(all, key));
  if (missing !== undefined) return missing;
  const keys = [...needed, ...wanted].filter((key) => Object.hasOwn(all, key)).sort();
  return Object.fromEntries(keys.map((key) => [key, all[key] ?? ""]));
}

async function explained<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}: ${problem}`, { cause: error });
  }
}
