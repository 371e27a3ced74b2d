import {
  RBAC_API_GROUP,
  rbacNameComplaints,
  validateClusterRole,
} from "../../api/validation/rbac.ts";
import {
  checkRoleWrite,
  type EscalationDependencies,
  type RbacWrite,
} from "../../authorization/escalation-check.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import type { Strategy } from "../strategy.ts";

/** ClusterRoles: what may be done anywhere, to cluster scoped objects and to paths. @see kubernetes pkg/registry/rbac/clusterrole */
export const clusterRoleStrategy: Strategy = {
  group: RBAC_API_GROUP,
  resource: "clusterroles",
  createOnUpdate: true,
  validateName: rbacNameComplaints,

  validateCreate: (object) => validateClusterRole(object),
  updateChecks: ["whole", "own", "change"],
  validateUpdate: (object, old) => validateClusterRole(object, old),
};

/**
 * Whether the writer may give away what is written; to be asked after admission and before
 * validation, on create and update.
 * @throws StatusError 403
 */
export function checkClusterRoleEscalation(
  write: RbacWrite,
  dependencies: EscalationDependencies,
): MaybePromise<void> {
  return checkRoleWrite("clusterroles", write, dependencies);
}
