import {
  defaultBinding,
  RBAC_API_GROUP,
  rbacNameComplaints,
  validateClusterRoleBinding,
} from "../../api/validation/rbac.ts";
import {
  checkBindingWrite,
  type EscalationDependencies,
  type RbacWrite,
} from "../../authorization/escalation-check.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import type { Strategy } from "../strategy.ts";

/** ClusterRoleBindings: who has a role everywhere. @see kubernetes pkg/registry/rbac/clusterrolebinding */
export const clusterRoleBindingStrategy: Strategy = {
  group: RBAC_API_GROUP,
  resource: "clusterrolebindings",
  createOnUpdate: true,
  validateName: rbacNameComplaints,
  defaults: defaultBinding,
  validateCreate: (object) => validateClusterRoleBinding(object),
  updateChecks: ["whole", "own", "change"],
  validateUpdate: (object, old) => validateClusterRoleBinding(object, old),
};

/**
 * Whether the writer may give away what is written; to be asked after admission and before
 * validation, on create and update.
 * @throws StatusError 403, 404 for a role that is not there
 */
export function checkClusterRoleBindingEscalation(
  write: RbacWrite,
  dependencies: EscalationDependencies,
): MaybePromise<void> {
  return checkBindingWrite("clusterrolebindings", write, dependencies);
}
