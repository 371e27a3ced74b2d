import { RBAC_API_GROUP, rbacNameComplaints, validateRole } from "../../api/validation/rbac.ts";
import {
  checkRoleWrite,
  type EscalationDependencies,
  type RbacWrite,
} from "../../authorization/escalation-check.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import type { Strategy } from "../strategy.ts";

/** Roles: what may be done in their namespace. @see kubernetes pkg/registry/rbac/role */
export const roleStrategy: Strategy = {
  group: RBAC_API_GROUP,
  resource: "roles",
  createOnUpdate: true,
  validateName: rbacNameComplaints,

  validateCreate: (object) => validateRole(object),
  updateChecks: ["whole", "own", "change"],
  validateUpdate: (object) => validateRole(object),
};

/**
 * Whether the writer may give away what is written; to be asked after admission and before
 * validation, on create and update.
 * @throws StatusError 403
 */
export function checkRoleEscalation(
  write: RbacWrite,
  dependencies: EscalationDependencies,
): MaybePromise<void> {
  return checkRoleWrite("roles", write, dependencies);
}
