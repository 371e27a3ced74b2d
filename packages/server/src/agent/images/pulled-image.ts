import { createHash } from "node:crypto";
import type { CredentialSource, RegistryCredential } from "../registry-credential.ts";

/** A secret with which an image was pulled, and which of its credentials. */
export interface PullSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** SHA-256 of the credential. */
  readonly credentialHash: string;
}

type Coordinates = Omit<PullSecret, "credentialHash">;

/** Who may use an image that is there: everybody on the node, or who has what it was pulled with. */
export interface PullCredentials {
  readonly nodePodsAccessible?: boolean;
  readonly kubernetesSecrets?: readonly PullSecret[];
  readonly kubernetesServiceAccounts?: readonly Coordinates[];
}

/** An image that this node has pulled. By its names, each as pods have named it, without tag and digest. */
export interface PulledImage {
  readonly imageRef: string;
  readonly credentialMapping: Readonly<Record<string, PullCredentials>>;
}

/** Which pull credentials a credential stands for; of the node's own it is anybody's. */
export function credentialsOf(credential: RegistryCredential | undefined): PullCredentials {
  const source = credential?.source;
  if (credential === undefined || source === undefined) return { nodePodsAccessible: true };
  const at = coordinatesOf(source);
  return source.kind === "secret"
    ? { kubernetesSecrets: [{ ...at, credentialHash: hashOf(credential) }] }
    : { kubernetesServiceAccounts: [at] };
}

function coordinatesOf({ namespace, name, uid }: CredentialSource): Coordinates {
  return { namespace, name, uid };
}

function hashOf({ username, password }: RegistryCredential): string {
  return createHash("sha256").update(JSON.stringify({ username, password })).digest("hex");
}

/** `r.example/app:1@sha256:…` is `r.example/app`. */
export function withoutTagAndDigest(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

/** What a pod's credentials say about an image that was pulled before. */
export type Verdict =
  | { readonly kind: "known" }
  /** It is, though as it was not known so far: worth a note. */
  | { readonly kind: "learnt"; readonly credentials: PullCredentials }
  | { readonly kind: "unknown" };

/** So many secrets are noted of one image while pods are only compared with it. */
const MAX_LEARNT = 100;

/**
 * Whether a pod may use an image without showing its credentials to the registry: it has one with
 * which the image was pulled, the same secret or the same content, or the same account.
 * @see kubernetes pkg/kubelet/images/pullmanager (MustAttemptImagePull) · KEP-2535
 */
export function compareCredentials(
  known: PullCredentials,
  ofPod: readonly RegistryCredential[],
): Verdict {
  if (known.nodePodsAccessible === true) return { kind: "known" };
  const { kubernetesSecrets: secrets = [], kubernetesServiceAccounts: accounts = [] } = known;
  const mayLearn = secrets.length < MAX_LEARNT;
  for (const credential of ofPod) {
    if (credential.source?.kind !== "secret") continue;
    const [own] = credentialsOf(credential).kubernetesSecrets ?? [];
    if (own === undefined) continue;
    for (const secret of secrets) {
      const isSame = sameObject(own, secret);
      const isEqual = own.credentialHash === secret.credentialHash;
      if (isSame && isEqual) return { kind: "known" };
      if (!isSame && !isEqual) continue;
      if (mayLearn) return { kind: "learnt", credentials: { kubernetesSecrets: [own] } };
      if (isEqual) return { kind: "known" };
    }
  }
  // Of several accounts the first counts: a pod has one.
  const account = ofPod.find(({ source }) => source?.kind === "service-account")?.source;
  const isKnown = account !== undefined && accounts.some((each) => sameObject(each, account));
  return { kind: isKnown ? "known" : "unknown" };
}

function sameObject(left: Coordinates, right: Coordinates): boolean {
  return left.uid === right.uid && left.namespace === right.namespace && left.name === right.name;
}

/** The record of an image with what it was pulled with now. @returns the very record if it holds that */
export function withCredentials(
  image: PulledImage,
  name: string,
  added: PullCredentials,
): PulledImage {
  const known = image.credentialMapping[name];
  const merged = known === undefined ? added : merge(known, added);
  if (merged === known) return image;
  return { ...image, credentialMapping: { ...image.credentialMapping, [name]: merged } };
}

function merge(known: PullCredentials, added: PullCredentials): PullCredentials {
  if (known.nodePodsAccessible === true) return known;
  if (added.nodePodsAccessible === true) return added;
  const { kubernetesSecrets: secrets = [], kubernetesServiceAccounts: accounts = [] } = known;
  const newSecrets = (added.kubernetesSecrets ?? []).filter(
    (each) =>
      !secrets.some(
        (secret) => sameObject(secret, each) && secret.credentialHash === each.credentialHash,
      ),
  );
  const newAccounts = (added.kubernetesServiceAccounts ?? []).filter(
    (each) => !accounts.some((account) => sameObject(account, each)),
  );
  if (newSecrets.length === 0 && newAccounts.length === 0) return known;
  const kept = secrets.filter((secret) => !newSecrets.some((each) => sameObject(each, secret)));
  const allSecrets = [...kept, ...newSecrets].sort(byPlace);
  const allAccounts = [...accounts, ...newAccounts].sort(byPlace);
  return {
    ...(allSecrets.length === 0 ? {} : { kubernetesSecrets: allSecrets }),
    ...(allAccounts.length === 0 ? {} : { kubernetesServiceAccounts: allAccounts }),
  };
}

function byPlace(left: Coordinates, right: Coordinates): number {
  const key = ({ namespace, name, uid }: Coordinates): string => `${namespace}/${name}/${uid}`;
  return key(left) < key(right) ? -1 : 1;
}
