/**
 * What a pod has to do that follows today's practice.
 * @see kubernetes pod-security-admission/policy
 */
import type { Volume } from "../../api/types.ts";
import { seccompProfile } from "./baseline-checks.ts";
import { named, namesOf, type PodCheck, plural, quoted, settersText, sorted } from "./pod-check.ts";

/** Since then pods of Windows need not say what means nothing there. */
const WINDOWS_EXEMPT = 25;
/** Since then pods with users of their own may be root among them. */
const OWN_USERS_EXEMPT = 35;

export const privilegeEscalation: PodCheck = ({ containers, isWindows }, minor) => {
  if (isWindows && minor >= WINDOWS_EXEMPT) return undefined;
  const bad = namesOf(
    containers,
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (bad.length === 0) return undefined;
  const detail = `${named("container", bad)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: "allowPrivilegeEscalation != false", detail };
};

export const droppedCapabilities: PodCheck = ({ containers, isWindows }, minor) => {
  if (isWindows && minor >= WINDOWS_EXEMPT) return undefined;
  const keeping = namesOf(
    containers,
    ({ securityContext }) => securityContext?.capabilities?.drop?.includes("ALL") !== true,
  );
  const added = containers.map(({ name, securityContext }) => ({
    name,
    list: (securityContext?.capabilities?.add ?? []).filter((each) => each !== "NET_BIND_SERVICE"),
  }));
  const adding = added.filter(({ list }) => list.length > 0);
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(
      `${named("container", keeping)} must set securityContext.capabilities.drop=["ALL"]`,
    );
  }
  if (adding.length > 0) {
    const who = named(
      "container",
      adding.map(({ name }) => name),
    );
    const what = quoted(sorted(adding.flatMap(({ list }) => list)));
    details.push(`${who} must not include ${what} in securityContext.capabilities.add`);
  }
  if (details.length === 0) return undefined;
  return { reason: "unrestricted capabilities", detail: details.join("; ") };
};

const ALLOWED_VOLUMES: readonly string[] = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

export const volumeTypes: PodCheck = ({ spec }) => {
  const typesOf = (volume: Volume) =>
    Object.entries(volume).flatMap(([name, value]) =>
      name !== "name" && value != null ? [name] : [],
    );
  const bad = (spec.volumes ?? []).filter(
    (volume) => !typesOf(volume).some((type) => ALLOWED_VOLUMES.includes(type)),
  );
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map((volume) => typesOf(volume)[0] ?? "unknown"));
  const use = plural(bad.length, "uses", "use");
  const what = plural(types.length, "restricted volume type", "restricted volume types");
  return {
    reason: "restricted volume types",
    detail: `${named(
      "volume",
      bad.map(({ name }) => name),
    )} ${use} ${what} ${quoted(types)}`,
  };
};

export const runAsNonRoot: PodCheck = ({ spec, containers, ownUsers }, minor) => {
  if (ownUsers && minor >= OWN_USERS_EXEMPT) return undefined;
  const reason = "runAsNonRoot != true";
  const own = spec.securityContext?.runAsNonRoot;
  const root = namesOf(
    containers,
    ({ securityContext }) => securityContext?.runAsNonRoot === false,
  );
  const setters = settersText(own === false, root);
  if (setters !== "") {
    return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  }
  const silent = namesOf(
    containers,
    ({ securityContext }) => securityContext?.runAsNonRoot == null && own !== true,
  );
  if (silent.length === 0) return undefined;
  const detail = `pod or ${named("container", silent)} must set securityContext.runAsNonRoot=true`;
  return { reason, detail };
};

export const runAsUser: PodCheck = ({ spec, containers, ownUsers }, minor) => {
  if (minor < 23 || (ownUsers && minor >= OWN_USERS_EXEMPT)) return undefined;
  const isRoot = (context: { runAsUser?: number | bigint | null } | undefined | null) =>
    context?.runAsUser != null && Number(context.runAsUser) === 0;
  const root = namesOf(containers, ({ securityContext }) => isRoot(securityContext));
  const setters = settersText(isRoot(spec.securityContext), root);
  return setters === ""
    ? undefined
    : { reason: "runAsUser=0", detail: `${setters} must not set runAsUser=0` };
};

export const requiredSeccompProfile: PodCheck = (pod, minor) => {
  const { spec, containers, isWindows } = pod;
  if (minor < 19 || (isWindows && minor >= WINDOWS_EXEMPT)) return undefined;
  const forbidden = seccompProfile(pod, minor);
  if (forbidden !== undefined || spec.securityContext?.seccompProfile != null) return forbidden;
  const silent = namesOf(
    containers,
    ({ securityContext }) => securityContext?.seccompProfile == null,
  );
  if (silent.length === 0) return undefined;
  const detail = `pod or ${named("container", silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: "seccompProfile", detail };
};
