/** @see kubernetes pkg/registry/core/serviceaccount/strategy.go, pkg/api/serviceaccount/warnings.go */
import type { KubeObject } from "../../api/object.ts";
import type { Strategy } from "../strategy.ts";

const ENFORCE_SECRETS = "kubernetes.io/enforce-mountable-secrets";
const ENFORCE_SECRETS_WARNING = `metadata.annotations[${ENFORCE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`;

/** References to secrets are names; whatever else an object reference can say is dropped. */
function reduceSecretReferences(account: KubeObject): void {
  const secrets = account.secrets as { name?: string }[] | null | undefined;
  if (secrets == null || secrets.length === 0) return;
  account.secrets = secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

function enforcesSecrets(account: KubeObject): boolean {
  return account.metadata.annotations?.[ENFORCE_SECRETS] !== undefined;
}

export const serviceAccountsStrategy: Strategy = {
  group: "",
  resource: "serviceaccounts",
  prepareForCreate: reduceSecretReferences,
  prepareForUpdate: reduceSecretReferences,
  updateChecks: ["change", "whole"],
  warningsOnCreate: (account) => (enforcesSecrets(account) ? [ENFORCE_SECRETS_WARNING] : []),
  warningsOnUpdate: (account, old) =>
    enforcesSecrets(account) && !enforcesSecrets(old) ? [ENFORCE_SECRETS_WARNING] : [],
};
