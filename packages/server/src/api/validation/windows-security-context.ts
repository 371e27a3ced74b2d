/** What differs between pods of Linux and of Windows. */
import { type FieldPath, forbiddenField, invalidValue } from "../field-error.ts";
import { checkComplaints, type FieldErrors } from "./field-checks.ts";
import { dnsSubdomainComplaints, utf8Length } from "./names.ts";
import type { Container, PodSpec, WindowsOptions } from "./pod-shapes.ts";

const CREDENTIAL_SPEC_MAX_KIB = 64;
const DOMAIN_MAX_BYTES = 256;
const USER_MAX_BYTES = 104;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\x00-\x1f\x7f]/;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DOMAIN_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const DOMAIN = new RegExp(`^${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*$`);
const BAD_USER_CHARACTERS = /["/\\:;|=,+*?<>@[\]]/;
const ONLY_DOTS_AND_SPACES = /^[. ]+$/;

function userNameProblems(name: string): string[] {
  if (name === "") return ["runAsUserName cannot be an empty string"];
  if (CONTROL.test(name)) return ["runAsUserName cannot contain control characters"];
  const parts = name.split("\\");
  if (parts.length > 2) return ["runAsUserName cannot contain more than one backslash"];
  const domain = parts.length === 2 ? parts[0] : undefined;
  const user = parts.at(-1) ?? "";
  const problems: string[] = [];
  if (domain !== undefined && utf8Length(domain) >= DOMAIN_MAX_BYTES) {
    problems.push(`runAsUserName's Domain length must be under ${DOMAIN_MAX_BYTES} characters`);
  }
  if (domain !== undefined && !NET_BIOS.test(domain) && !DOMAIN.test(domain)) {
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === "") problems.push("runAsUserName's User cannot be empty");
  else if (utf8Length(user) > USER_MAX_BYTES) {
    const text = `runAsUserName's User length must not be longer than ${USER_MAX_BYTES} characters`;
    problems.push(text);
  }
  if (ONLY_DOTS_AND_SPACES.test(user)) {
    problems.push("runAsUserName's User cannot contain only periods or spaces");
  }
  if (BAD_USER_CHARACTERS.test(user)) {
    problems.push(
      "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]",
    );
  }
  return problems;
}

export function checkWindowsOptions(
  options: WindowsOptions | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (options == null) return;
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  if (gmsaCredentialSpecName != null) {
    const complaints = dnsSubdomainComplaints(gmsaCredentialSpecName);
    const field = path.child("gmsaCredentialSpecName");
    checkComplaints(gmsaCredentialSpecName, complaints, field, errors);
  }
  if (gmsaCredentialSpec != null) {
    const field = path.child("gmsaCredentialSpec");
    if (gmsaCredentialSpec === "") {
      const detail = "gmsaCredentialSpec cannot be an empty string";
      errors.push(invalidValue(field, gmsaCredentialSpec, detail));
    } else if (utf8Length(gmsaCredentialSpec) > CREDENTIAL_SPEC_MAX_KIB * 1024) {
      const detail = `gmsaCredentialSpec size must be under ${CREDENTIAL_SPEC_MAX_KIB} KiB`;
      errors.push(invalidValue(field, gmsaCredentialSpec, detail));
    }
  }
  if (runAsUserName == null) return;
  const problems = userNameProblems(runAsUserName);
  checkComplaints(runAsUserName, problems, path.child("runAsUserName"), errors);
}

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Visits every container of a pod, in upstream's order, with its path. */
export function forEachContainer(
  spec: PodSpec,
  path: FieldPath,
  visit: (container: Container, path: FieldPath) => void,
): void {
  for (const list of CONTAINER_LISTS) {
    const containers = spec[list];
    if (containers == null || containers.length === 0) continue;
    const at = path.child(list);
    containers.forEach((container, index) => {
      visit(container, at.index(index));
    });
  }
}

function hasHostProcessOption(spec: PodSpec): boolean {
  return CONTAINER_LISTS.some((list) =>
    spec[list]?.some((container) => container.securityContext?.windowsOptions != null),
  );
}

/** HostProcess is for all containers of a pod or for none. @param path - of the spec */
export function checkHostProcess(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  const wanted = spec.securityContext?.windowsOptions?.hostProcess;
  if (wanted == null && !hasHostProcessOption(spec)) return;
  let containers = 0;
  let hostProcesses = 0;
  forEachContainer(spec, path, (container, at) => {
    containers++;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (wanted != null && own != null && wanted !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${wanted}`;
      const field = at.child("securityContext", "windowsOptions", "hostProcess");
      errors.push(invalidValue(field, own, detail));
    }
    if (own ?? wanted) hostProcesses++;
  });
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers) {
    const detail =
      "If pod contains any hostProcess containers then all containers must be HostProcess containers";
    errors.push(invalidValue(path, "", detail));
  }
  if (spec.hostNetwork !== true) {
    const detail = "hostNetwork must be true if pod contains any hostProcess containers";
    errors.push(invalidValue(path.child("hostNetwork"), false, detail));
  }
}

/** A Linux pod has no Windows options. */
function checkLinux(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  const detail = "windows options cannot be set for a linux pod";
  if (spec.securityContext?.windowsOptions != null) {
    errors.push(forbiddenField(path.child("securityContext", "windowsOptions"), detail));
  }
  forEachContainer(spec, path, (container, at) => {
    if (container.securityContext?.windowsOptions == null) return;
    errors.push(forbiddenField(at.child("securityContext", "windowsOptions"), detail));
  });
}

const LINUX_CONTEXT_FIELDS = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
] as const;

/** A Windows pod has nothing that only Linux knows. */
function checkWindows(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  const refuse = (value: unknown, ...names: string[]) => {
    if (value == null || value === false) return;
    errors.push(forbiddenField(path.child(...names), "cannot be set for a windows pod"));
  };
  const context = spec.securityContext ?? {};
  const refuseOwn = (name: keyof typeof context) => {
    if (context[name] == null) return;
    const field = path.child("securityContext", name);
    errors.push(forbiddenField(field, "cannot be set for a windows pod"));
  };
  refuseOwn("appArmorProfile");
  refuseOwn("seLinuxOptions");
  if (spec.hostUsers != null) refuse(true, "hostUsers");
  refuse(spec.hostPID, "hostPID");
  refuse(spec.hostIPC, "hostIPC");
  refuseOwn("seccompProfile");
  refuseOwn("fsGroup");
  refuseOwn("fsGroupChangePolicy");
  if ((context.sysctls ?? []).length > 0) refuseOwn("sysctls");
  if (spec.shareProcessNamespace != null) refuse(true, "shareProcessNamespace");
  refuseOwn("runAsUser");
  refuseOwn("runAsGroup");
  refuseOwn("supplementalGroups");
  refuseOwn("supplementalGroupsPolicy");
  refuseOwn("seLinuxChangePolicy");
  forEachContainer(spec, path, ({ securityContext }, at) => {
    for (const name of LINUX_CONTEXT_FIELDS) {
      if (securityContext?.[name] == null) continue;
      const field = at.child("securityContext", name);
      errors.push(forbiddenField(field, "cannot be set for a windows pod"));
    }
  });
}

/** `spec.os`, and what may not be set for it. @param path - of the spec */
export function checkOperatingSystem(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  if (spec.os == null) return;
  const { name = "" } = spec.os;
  const field = path.child("os");
  if (name === "linux") checkLinux(spec, path, errors);
  else if (name === "windows") checkWindows(spec, path, errors);
  else if (name === "") {
    errors.push({
      field: field.child("name").toString(),
      reason: "FieldValueRequired",
      message: "Required value",
    });
  } else {
    errors.push({
      field: field.toString(),
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(name)}: supported values: "linux", "windows"`,
    });
  }
}
