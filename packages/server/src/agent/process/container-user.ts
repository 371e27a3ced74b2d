import { type ContainerSecurity, RuntimeError } from "../pod-runtime.ts";

/** Who a container's processes are. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  /** Without `gid`. */
  readonly groups: readonly number[];
  readonly home: string;
}

export interface UserDatabase {
  /** Text of the root's `/etc/passwd` and `/etc/group`; empty where there is none. */
  readonly passwd: string;
  readonly group: string;
}

/**
 * User, group and supplementary groups: what the pod says, and what the image's tables add to it.
 * @param imageUser - `user` or `user:group`, names or numbers.
 * @throws RuntimeError `start-failed` for a name that the tables do not have
 * @see containerd pkg/oci/spec_opts.go (WithUser, WithUserID, WithAdditionalGIDs)
 */
export function containerUser(
  security: ContainerSecurity,
  imageUser: string | undefined,
  database: UserDatabase,
): ContainerUser {
  const [fromImage = "", groupOfImage] = (imageUser ?? "").split(":");
  const users = rows(database.passwd);
  const groups = rows(database.group);
  const wanted = security.runAsUser === undefined ? fromImage : String(security.runAsUser);
  const user = users.find(([name, , uid]) => name === wanted || (wanted !== "" && uid === wanted));
  const uid = wanted === "" ? 0 : numberOf(user?.[2] ?? wanted, `no users found for ${wanted}`);
  const known = user ?? users.find((row) => row[2] === String(uid));
  const named = security.runAsUser === undefined ? groupOfImage : undefined;
  const gid =
    security.runAsGroup ??
    (named === undefined
      ? Number(known?.[3] ?? 0)
      : numberOf(
          groups.find(([name]) => name === named)?.[2] ?? named,
          `no groups found for ${named}`,
        ));
  const memberOf = groups
    .filter(
      ([, , , members = ""]) => known !== undefined && members.split(",").includes(known[0] ?? ""),
    )
    .map(([, , id]) => Number(id));
  const all = new Set([...memberOf, ...security.supplementalGroups]);
  all.delete(gid);
  return { uid, gid, groups: [...all], home: known?.[5] || "/" };
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

function numberOf(text: string, message: string): number {
  if (!/^\d+$/.test(text)) throw new RuntimeError("start-failed", message);
  return Number(text);
}

/**
 * Arguments of `setpriv` that leave a process no more than a container's rights.
 * @param asRoot - Else there is one user, and its groups stay as they are.
 */
export function privilegeArguments(
  user: ContainerUser,
  capabilities: ReadonlySet<string>,
  noNewPrivileges: boolean,
  asRoot: boolean,
): readonly string[] {
  const identity = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    user.groups.length === 0 ? "--clear-groups" : `--groups=${user.groups.join(",")}`,
  ];
  const bounding = ["-all", ...[...capabilities].map((name) => `+${name.toLowerCase()}`)];
  return [
    ...(asRoot ? identity : []),
    `--bounding-set=${bounding.join(",")}`,
    "--inh-caps=-all",
    ...(noNewPrivileges ? ["--no-new-privs"] : []),
  ];
}

/**
 * What an ordinary user cannot do and must not pretend to.
 * @throws RuntimeError `unsupported`
 */
export function checkOrdinaryUser(security: ContainerSecurity, user: ContainerUser): void {
  const refuse = (what: string): never => {
    throw new RuntimeError("unsupported", `${what}: only an agent that runs as root can do that`);
  };
  if (security.privileged) refuse("privileged container");
  if (user.uid !== 0) refuse(`runAsUser ${user.uid}`);
  if (user.gid !== 0) refuse(`runAsGroup ${user.gid}`);
  const [group] = security.supplementalGroups.filter((each) => each !== 0);
  if (group !== undefined) refuse(`supplemental group ${group}`);
  const [capability] = security.addCapabilities.filter(
    (name) => !DEFAULT.has(name.toUpperCase().replace(/^CAP_/, "")),
  );
  if (capability !== undefined) refuse(`capability ${capability}`);
}

/** In a namespace of users of its own. */
const DEFAULT: ReadonlySet<string> = new Set([
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "SYS_CHROOT",
  "KILL",
]);
