/**
 * What no pod may do that does not have the run of its node.
 * @see kubernetes pod-security-admission/policy
 */
import { quoteGo } from "../../api/go-quote.ts";
import type { Container, LifecycleHandler, Probe, SELinuxOptions } from "../../api/types.ts";
import { named, namesOf, type PodCheck, plural, quoted, settersText, sorted } from "./pod-check.ts";

const APP_ARMOR_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

export const appArmorProfile: PodCheck = ({ metadata, spec, containers }) => {
  const typeOf = (context: Container["securityContext"] | typeof spec.securityContext) =>
    context?.appArmorProfile?.type;
  const isBad = (type: string | undefined) =>
    type !== undefined && type !== "RuntimeDefault" && type !== "Localhost";
  const podType = typeOf(spec.securityContext);
  const bad = containers.filter(({ securityContext }) => isBad(typeOf(securityContext)));
  const annotations = Object.entries(metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(APP_ARMOR_PREFIX) && !isAppArmorAllowed(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const types = [podType, ...bad.map(({ securityContext }) => typeOf(securityContext))];
  const values = [...sorted(types.filter(isBad).map(String)), ...annotations];
  if (values.length === 0) return undefined;
  const setters = [
    settersText(
      isBad(podType),
      bad.map(({ name }) => name),
    ),
  ];
  if (annotations.length > 0) setters.push(plural(annotations.length, "annotation", "annotations"));
  const who = setters.filter((setter) => setter !== "").join(" and ");
  return {
    reason: plural(values.length, "forbidden AppArmor profile", "forbidden AppArmor profiles"),
    detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

function isAppArmorAllowed(value: string): boolean {
  return value === "" || value === "runtime/default" || value.startsWith("localhost/");
}

const CAPABILITIES: ReadonlySet<string> = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
    " ",
  ),
);

export const capabilities: PodCheck = ({ containers }) => {
  const added = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name));
  const bad = namesOf(containers, (container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const list = quoted(sorted(containers.flatMap(added)));
  const detail = `${named("container", bad)} must not include ${list} in securityContext.capabilities.add`;
  return { reason: "non-default capabilities", detail };
};

export const hostNamespaces: PodCheck = ({ spec }) => {
  const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter(
    (name) => spec[name] === true,
  );
  if (shared.length === 0) return undefined;
  return { reason: "host namespaces", detail: shared.map((name) => `${name}=true`).join(", ") };
};

export const hostPathVolumes: PodCheck = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(({ hostPath }) => hostPath != null);
  if (bad.length === 0) return undefined;
  return {
    reason: "hostPath volumes",
    detail: named(
      "volume",
      bad.map(({ name }) => name),
    ),
  };
};

export const hostPorts: PodCheck = ({ containers }) => {
  const portsOf = ({ ports }: Container) =>
    (ports ?? []).map(({ hostPort }) => hostPort ?? 0).filter((port) => port !== 0);
  const bad = namesOf(containers, (container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sorted(containers.flatMap(portsOf).map(String));
  const what = plural(ports.length, "hostPort", "hostPorts");
  const use = plural(bad.length, "uses", "use");
  return {
    reason: "hostPort",
    detail: `${named("container", bad)} ${use} ${what} ${ports.join(", ")}`,
  };
};

/** Since 1.34: probes and hooks that reach out of the pod. */
export const hostProbes: PodCheck = ({ containers }, minor) => {
  if (minor < 34) return undefined;
  const bad = sorted(namesOf(containers, (container) => hostsOf(container).length > 0));
  if (bad.length === 0) return undefined;
  const hosts = sorted(containers.flatMap(hostsOf));
  const what = plural(hosts.length, "probe or lifecycle host", "probe or lifecycle hosts");
  const use = plural(bad.length, "uses", "use");
  return {
    reason: "probe or lifecycle host",
    detail: `${named("container", bad)} ${use} ${what} ${quoted(hosts)}`,
  };
};

function hostsOf(container: Container): readonly string[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const handlers: (Probe | LifecycleHandler | undefined)[] = [
    livenessProbe,
    readinessProbe,
    startupProbe,
    lifecycle?.postStart,
    lifecycle?.preStop,
  ];
  return handlers
    .flatMap((handler) => [handler?.httpGet?.host ?? "", handler?.tcpSocket?.host ?? ""])
    .filter((host) => host !== "");
}

export const privileged: PodCheck = ({ containers }) => {
  const bad = namesOf(containers, ({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  const detail = `${named("container", bad)} must not set securityContext.privileged=true`;
  return { reason: "privileged", detail };
};

/** @see restricted-checks.ts: there pods with users of their own are no exception */
export const procMount: PodCheck = (pod, minor) =>
  minor >= 35 && pod.ownUsers ? undefined : anyProcMount(pod, minor);

export const anyProcMount: PodCheck = ({ containers }) => {
  const typeOf = ({ securityContext }: Container) => securityContext?.procMount ?? "Default";
  const bad = namesOf(containers, (container) => typeOf(container) !== "Default");
  if (bad.length === 0) return undefined;
  const types = sorted(containers.map(typeOf).filter((type) => type !== "Default"));
  const detail = `${named("container", bad)} must not set securityContext.procMount to ${quoted(types)}`;
  return { reason: "procMount", detail };
};

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t"];

export const seLinuxOptions: PodCheck = ({ spec, containers }, minor) => {
  const allowed = minor >= 31 ? [...SELINUX_TYPES, "container_engine_t"] : SELINUX_TYPES;
  const isBad = (options: SELinuxOptions | undefined | null) =>
    options != null &&
    (!allowed.includes(options.type ?? "") ||
      (options.user ?? "") !== "" ||
      (options.role ?? "") !== "");
  const own = spec.securityContext?.seLinuxOptions;
  const bad = containers.filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const setters = settersText(
    isBad(own),
    bad.map(({ name }) => name),
  );
  if (setters === "") return undefined;
  const all = [own, ...containers.map(({ securityContext }) => securityContext?.seLinuxOptions)];
  const types = sorted(
    all.map((each) => each?.type ?? "").filter((type) => !allowed.includes(type)),
  );
  const data =
    types.length === 0 ? [] : [`${plural(types.length, "type", "types")} ${quoted(types)}`];
  for (const field of ["user", "role"] as const) {
    if (all.some((each) => (each?.[field] ?? "") !== "")) data.push(`${field} may not be set`);
  }
  const detail = `${setters} set forbidden securityContext.seLinuxOptions: ${data.join("; ")}`;
  return { reason: "seLinuxOptions", detail };
};

const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
/** Since then profiles are a field. */
const SECCOMP_FIELD = 19;

export const seccompProfile: PodCheck = (pod, minor) => {
  if (minor < SECCOMP_FIELD) return seccompAnnotations(pod, minor);
  const { spec, containers } = pod;
  const typeOf = (context: Container["securityContext"] | typeof spec.securityContext) =>
    context?.seccompProfile?.type;
  const isBad = (type: string | undefined) =>
    type !== undefined && type !== "Localhost" && type !== "RuntimeDefault";
  const own = typeOf(spec.securityContext);
  const bad = containers.filter(({ securityContext }) => isBad(typeOf(securityContext)));
  const setters = settersText(
    isBad(own),
    bad.map(({ name }) => name),
  );
  if (setters === "") return undefined;
  const types = [own, ...bad.map(({ securityContext }) => typeOf(securityContext))];
  const list = quoted(sorted(types.filter(isBad).map(String)));
  const detail = `${setters} must not set securityContext.seccompProfile.type to ${list}`;
  return { reason: "seccompProfile", detail };
};

const seccompAnnotations: PodCheck = ({ metadata, containers }) => {
  const { annotations = {} } = metadata;
  const keys = [SECCOMP_POD, ...containers.map(({ name }) => `${SECCOMP_CONTAINER}${name}`)];
  const bad = keys.flatMap((key) => {
    const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    return value === undefined || isSeccompAllowed(value) ? [] : [`${key}=${quoteGo(value)}`];
  });
  if (bad.length === 0) return undefined;
  const list = sorted(bad);
  const what = plural(list.length, "annotation", "annotations");
  return { reason: "seccompProfile", detail: `forbidden ${what} ${list.join(", ")}` };
};

function isSeccompAllowed(value: string): boolean {
  return (
    value === "runtime/default" || value === "docker/default" || value.startsWith("localhost/")
  );
}

/** From which version on a pod may set them. */
const SYSCTLS: ReadonlyMap<string, number> = new Map([
  ["kernel.shm_rmid_forced", 0],
  ["net.ipv4.ip_local_port_range", 0],
  ["net.ipv4.tcp_syncookies", 0],
  ["net.ipv4.ping_group_range", 0],
  ["net.ipv4.ip_unprivileged_port_start", 0],
  ["net.ipv4.ip_local_reserved_ports", 27],
  ["net.ipv4.tcp_keepalive_time", 29],
  ["net.ipv4.tcp_fin_timeout", 29],
  ["net.ipv4.tcp_keepalive_intvl", 29],
  ["net.ipv4.tcp_keepalive_probes", 29],
  ["net.ipv4.tcp_rmem", 32],
  ["net.ipv4.tcp_wmem", 32],
]);

export const sysctls: PodCheck = ({ spec }, minor) => {
  const bad = (spec.securityContext?.sysctls ?? [])
    .map(({ name }) => name)
    .filter((name) => minor < (SYSCTLS.get(name) ?? Number.POSITIVE_INFINITY));
  return bad.length === 0 ? undefined : { reason: "forbidden sysctls", detail: bad.join(", ") };
};

export const windowsHostProcess: PodCheck = ({ spec, containers }) => {
  const bad = namesOf(
    containers,
    ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true,
  );
  const setters = settersText(spec.securityContext?.windowsOptions?.hostProcess === true, bad);
  if (setters === "") return undefined;
  const detail = `${setters} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: "hostProcess", detail };
};
