import type { Container, PodSpec, ServiceAccount } from "../api/types.ts";

/**
 * First Secret of a pod that its account does not list, as the text of a refusal. Secrets in
 * projected volumes are not looked at, as upstream.
 * @see kubernetes plugin/pkg/admission/serviceaccount/admission.go (limitSecretReferences)
 */
export function mountableSecretViolation(
  account: ServiceAccount,
  spec: PodSpec,
): string | undefined {
  const name = account.metadata?.name ?? "";
  const mountable = new Set((account.secrets ?? []).map((each) => each.name));
  for (const { secret } of spec.volumes ?? []) {
    if (secret !== undefined && !mountable.has(secret.secretName)) {
      return `volume with secret.secretName="${secret.secretName ?? ""}" is not allowed because service account ${name} does not reference that secret`;
    }
  }
  return (
    firstViolation("init container", spec.initContainers, mountable, name) ??
    firstViolation("container", spec.containers, mountable, name) ??
    pullSecretViolation(account, spec)
  );
}

/** The same for ephemeral containers. */
export function ephemeralSecretViolation(
  account: ServiceAccount,
  spec: PodSpec,
): string | undefined {
  const mountable = new Set((account.secrets ?? []).map((each) => each.name));
  const name = account.metadata?.name ?? "";
  return firstViolation("ephemeral container", spec.ephemeralContainers, mountable, name);
}

function firstViolation(
  what: string,
  containers: readonly Pick<Container, "name" | "env" | "envFrom">[] | undefined,
  mountable: ReadonlySet<string | undefined>,
  account: string,
): string | undefined {
  for (const container of containers ?? []) {
    const tail = `is not allowed because service account ${account} does not reference that secret`;
    for (const { name, valueFrom } of container.env ?? []) {
      const secret = valueFrom?.secretKeyRef;
      if (secret !== undefined && !mountable.has(secret.name)) {
        return `${what} ${container.name} with envVar ${name} referencing secret.secretName="${secret.name ?? ""}" ${tail}`;
      }
    }
    for (const { secretRef } of container.envFrom ?? []) {
      if (secretRef !== undefined && !mountable.has(secretRef.name)) {
        return `${what} ${container.name} with envFrom referencing secret.secretName="${secretRef.name ?? ""}" ${tail}`;
      }
    }
  }
  return undefined;
}

function pullSecretViolation(account: ServiceAccount, spec: PodSpec): string | undefined {
  const allowed = new Set((account.imagePullSecrets ?? []).map((each) => each.name));
  for (const [position, { name = "" }] of (spec.imagePullSecrets ?? []).entries()) {
    if (!allowed.has(name)) {
      return `imagePullSecrets[${position}].name="${name}" is not allowed because service account ${account.metadata?.name ?? ""} does not reference that imagePullSecret`;
    }
  }
  return undefined;
}
