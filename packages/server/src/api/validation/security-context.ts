/** Security contexts of containers and pods, on Linux. @see windows-security-context.ts */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { checkId, checkSupported, type FieldErrors } from "./field-checks.ts";
import { rangeComplaint, utf8Length } from "./names.ts";
import { checkDescendingPath } from "./paths.ts";
import type {
  LocalhostProfile,
  PodSecurityContext,
  PodSpec,
  SecurityContext,
} from "./pod-shapes.ts";
import { checkWindowsOptions } from "./windows-security-context.ts";

const MAX_INT32 = 2 ** 31 - 1;
/** PATH_MAX less the final zero byte. */
const APPARMOR_PROFILE_MAX_BYTES = 4095;
const SYSCTL_FORMAT = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
const SYSCTL = new RegExp(SYSCTL_FORMAT);
const SYSCTL_MAX_BYTES = 253;
const PROFILE_TYPES = ["Localhost", "RuntimeDefault", "Unconfined"];

function checkSeccompProfile(
  profile: LocalhostProfile | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (profile == null) return;
  const { type = "", localhostProfile } = profile;
  if (type === "") {
    errors.push(required(path.child("type"), "type is required when seccompProfile is set"));
  } else if (!PROFILE_TYPES.includes(type)) {
    errors.push(notSupported(path.child("type"), type, PROFILE_TYPES));
  }
  const field = path.child("localhostProfile");
  if (type === "Localhost") {
    if (localhostProfile == null) {
      errors.push(required(field, "must be set when seccomp type is Localhost"));
    } else checkDescendingPath(localhostProfile, field, errors);
  } else if (localhostProfile != null) {
    const shown = { Type: type, LocalhostProfile: localhostProfile };
    errors.push(invalidValue(field, shown, "can only be set when seccomp type is Localhost"));
  }
}

export function checkAppArmorProfile(
  profile: LocalhostProfile | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (profile == null) return;
  const { type = "", localhostProfile } = profile;
  const field = path.child("localhostProfile");
  if (type === "") {
    errors.push(required(path.child("type"), "type is required when appArmorProfile is set"));
  } else if (!PROFILE_TYPES.includes(type)) {
    errors.push(notSupported(path.child("type"), type, PROFILE_TYPES));
  } else if (type !== "Localhost") {
    if (localhostProfile == null) return;
    const detail = "can only be set when AppArmor type is Localhost";
    errors.push(invalidValue(field, localhostProfile, detail));
  } else if (localhostProfile == null) {
    errors.push(required(field, "must be set when AppArmor type is Localhost"));
  } else {
    const trimmed = localhostProfile.trim();
    if (trimmed !== localhostProfile) {
      errors.push(invalidValue(field, localhostProfile, "must not be padded with whitespace"));
    } else if (trimmed === "") {
      errors.push(required(field, "must be set when AppArmor type is Localhost"));
    }
    if (utf8Length(localhostProfile) > APPARMOR_PROFILE_MAX_BYTES) {
      errors.push(tooLong(field, APPARMOR_PROFILE_MAX_BYTES));
    }
  }
}

function checkEscalation(context: SecurityContext, path: FieldPath, errors: FieldErrors): void {
  if (context.allowPrivilegeEscalation !== false) return;
  if (context.privileged === true) {
    const detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
    errors.push(invalidValue(path, internalForm("core.v1.SecurityContext", context), detail));
  }
  for (const capability of context.capabilities?.add ?? []) {
    if (capability !== "CAP_SYS_ADMIN") continue;
    const detail =
      "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
    errors.push(invalidValue(path, internalForm("core.v1.SecurityContext", context), detail));
  }
}

/** @param hostUsers - false for a pod in a user namespace of its own. */
export function checkSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (context == null) return;
  checkId(context.runAsUser, path, "runAsUser", errors);
  checkId(context.runAsGroup, path, "runAsGroup", errors);
  const { procMount } = context;
  if (procMount != null) {
    checkSupported(procMount, ["Default", "Unmasked"], path.child("procMount"), errors);
    if (hostUsers && procMount === "Unmasked") {
      const detail = "`hostUsers` must be false to use `Unmasked`";
      errors.push(invalidValue(path.child("procMount"), procMount, detail));
    }
  }
  checkSeccompProfile(context.seccompProfile, path.child("seccompProfile"), errors);
  checkEscalation(context, path, errors);
  checkWindowsOptions(context.windowsOptions, path.child("windowsOptions"), errors);
  checkAppArmorProfile(context.appArmorProfile, path.child("appArmorProfile"), errors);
}

const IPC_SYSCTLS = new Set(["kernel.sem"]);
const IPC_PREFIXES = ["kernel.shm", "kernel.msg", "fs.mqueue."];

function checkSysctls(
  context: PodSecurityContext,
  spec: PodSpec,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  context.sysctls?.forEach(({ name = "" }, index) => {
    const field = path.index(index).child("name");
    if (name === "") errors.push(required(field));
    else if (name.length > SYSCTL_MAX_BYTES || !SYSCTL.test(name)) {
      const detail = `must have at most ${SYSCTL_MAX_BYTES} characters and match regex ${SYSCTL_FORMAT}`;
      errors.push(invalidValue(field, name, detail));
    } else if (seen.has(name)) {
      errors.push({
        field: field.toString(),
        reason: "FieldValueDuplicate",
        message: `Duplicate value: ${JSON.stringify(name)}`,
      });
    }
    seen.add(name);
    const dotted = name.replaceAll("/", ".");
    if (spec.hostNetwork === true && dotted.startsWith("net.")) {
      errors.push(invalidValue(field, name, "may not be specified when 'hostNetwork' is true"));
    } else if (
      spec.hostIPC === true &&
      (IPC_SYSCTLS.has(dotted) || IPC_PREFIXES.some((prefix) => dotted.startsWith(prefix)))
    ) {
      errors.push(invalidValue(field, name, "may not be specified when 'hostIPC' is true"));
    }
  });
}

/** `spec.securityContext` of a pod. */
export function checkPodSecurityContext(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  const context = spec.securityContext ?? {};
  checkId(context.fsGroup, path, "fsGroup", errors);
  checkId(context.runAsUser, path, "runAsUser", errors);
  checkId(context.runAsGroup, path, "runAsGroup", errors);
  context.supplementalGroups?.forEach((group, index) => {
    if (group >= 0 && group <= MAX_INT32) return;
    const field = path.child("supplementalGroups").index(index);
    errors.push(invalidValue(field, group, rangeComplaint(0, MAX_INT32)));
  });
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const detail = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalidValue(path.child("shareProcessNamespace"), true, detail));
  }
  if (context.sysctls != null) checkSysctls(context, spec, path.child("sysctls"), errors);
  checkChoice(context, "fsGroupChangePolicy", ["Always", "OnRootMismatch"], path, errors);
  checkSeccompProfile(context.seccompProfile, path.child("seccompProfile"), errors);
  checkWindowsOptions(context.windowsOptions, path.child("windowsOptions"), errors);
  checkAppArmorProfile(context.appArmorProfile, path.child("appArmorProfile"), errors);
  checkChoice(context, "supplementalGroupsPolicy", ["Merge", "Strict"], path, errors);
  checkChoice(context, "seLinuxChangePolicy", ["Recursive"], path, errors);
}

function checkChoice(
  context: PodSecurityContext,
  name: "fsGroupChangePolicy" | "supplementalGroupsPolicy" | "seLinuxChangePolicy",
  choices: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  const value = context[name];
  if (value != null) checkSupported(value, choices, path.child(name), errors);
}

/** Rules of a pod that lives in a user namespace of its own. @param path - of the spec */
export function checkHostUsers(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  if (spec.hostUsers !== false) return;
  const detail = "when `hostUsers` is false";
  if (spec.hostNetwork) errors.push(forbiddenField(path.child("hostNetwork"), detail));
  if (spec.hostPID) errors.push(forbiddenField(path.child("HostPID"), detail));
  if (spec.hostIPC) errors.push(forbiddenField(path.child("HostIPC"), detail));
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const) {
    spec[list]?.forEach((container, index) => {
      if ((container.volumeDevices ?? []).length === 0) return;
      const field = path.child(list).index(index).child("volumeDevices");
      errors.push(forbiddenField(field, detail));
    });
  }
}
