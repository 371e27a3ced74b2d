import type { Authorizer } from "../authorization/authorizer.ts";
import type { EscalationDependencies, RbacWrite } from "../authorization/escalation-check.ts";
import { forbiddenRequest } from "../authorization/forbidden-message.ts";
import type { PolicyRuleResolver } from "../authorization/rbac.ts";
import type { ResourceStore } from "../registry/resource-store.ts";
import { checkClusterRoleBindingEscalation } from "../registry/resources/cluster-role-bindings.ts";
import { checkClusterRoleEscalation } from "../registry/resources/cluster-roles.ts";
import { checkRoleBindingEscalation } from "../registry/resources/role-bindings.ts";
import { checkRoleEscalation } from "../registry/resources/roles.ts";
import type { WriteContext, WriteGuard } from "../registry/write-context.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";

const RBAC_GROUP = "rbac.authorization.k8s.io";

type Check = (write: RbacWrite, dependencies: EscalationDependencies) => MaybePromise<void>;

const CHECKS: Readonly<Record<string, Check>> = {
  roles: checkRoleEscalation,
  clusterroles: checkClusterRoleEscalation,
  rolebindings: checkRoleBindingEscalation,
  clusterrolebindings: checkClusterRoleBindingEscalation,
};

/** Keeps writers from giving away rights that they do not hold, and from creating by update. */
export function createWriteGuard(authorizer: Authorizer, rules: PolicyRuleResolver): WriteGuard {
  const dependencies: EscalationDependencies = { authorizer, rules };
  return {
    write: ({ definition }, write) => {
      if (definition.group !== RBAC_GROUP) return;
      return CHECKS[definition.resource]?.(write, dependencies);
    },
    createByUpdate: (store, context) => authorizeCreate(authorizer, store, context),
  };
}

/** @see apiserver pkg/endpoints/handlers/update.go (withAuthorization) */
function authorizeCreate(
  authorizer: Authorizer,
  { definition, apiVersion }: ResourceStore,
  { user, namespace, name }: WriteContext,
): MaybePromise<void> {
  const attributes = {
    user,
    verb: "create",
    resourceRequest: true,
    apiGroup: definition.group,
    apiVersion: definition.version,
    resource: definition.resource,
    subresource: "",
    name,
    namespace,
    path: `/${definition.group === "" ? "api" : "apis"}/${apiVersion}`,
  };
  const verdict = authorizer.authorize(attributes);
  if (verdict instanceof Promise) {
    return verdict.then(({ decision, reason }) => {
      if (decision !== "allow") throw forbiddenRequest(attributes, reason);
    });
  }
  if (verdict.decision !== "allow") throw forbiddenRequest(attributes, verdict.reason);
}
