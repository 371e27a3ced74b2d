import {
  defaultBinding,
  RBAC_API_GROUP,
  rbacNameComplaints,
  validateRoleBinding,
} from "../../api/validation/rbac.ts";
import {
  checkBindingWrite,
  type EscalationDependencies,
  type RbacWrite,
} from "../../authorization/escalation-check.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import type { Strategy } from "../strategy.ts";

/** RoleBindings: who has a role in their namespace. @see kubernetes pkg/registry/rbac/rolebinding */
export const roleBindingStrategy: Strategy = {
  group: RBAC_API_GROUP,
  resource: "rolebindings",
  createOnUpdate: true,
  validateName: rbacNameComplaints,
  defaults: defaultBinding,
  validateCreate: (object) => validateRoleBinding(object),
  updateChecks: ["whole", "own", "change"],
  validateUpdate: (object, old) => validateRoleBinding(object, old),
};

/**
 * Whether the writer may give away what is written; to be asked after admission and before
 * validation, on create and update.
 * @throws StatusError 403, 404 for a role that is not there
 */
export function checkRoleBindingEscalation(
  write: RbacWrite,
  dependencies: EscalationDependencies,
): MaybePromise<void> {
  return checkBindingWrite("rolebindings", write, dependencies);
}
