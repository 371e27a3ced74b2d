import { TOOLS_MOUNT } from "./container-mounts.ts";
import { POD_DIRECTORY } from "./root-layout.ts";

/**
 * Descriptor on which a container tells the runtime how its start goes. It is standard error to begin
 * with, for what programs have to say on the way.
 */
export const STATUS_FD = 3;
/** Descriptor of the container's standard error until its command has it. */
export const STDERR_FD: number = 4;

/**
 * Makes a pod's namespaces stay: the first process of them waits for one that waits for the end of
 * its input, which is when the runtime closes it, or is no more. With the first process the kernel
 * ends every other of the pod. Until then it takes in whom nobody else waits for.
 * Tells its process id, as the host sees it. `HOSTNAME_TOOL` is empty where the file will do, which
 * an ordinary user may not write.
 */
export const POD_SCRIPT: string = `
set -e
exec ${STATUS_FD}>&2
read -r pid rest </proc/self/stat
if [ -n "$HOSTNAME_TOOL" ]; then "$HOSTNAME_TOOL" "$POD_HOSTNAME"
else echo "$POD_HOSTNAME" >/proc/sys/kernel/hostname
fi
exec 2>/dev/null ${STDERR_FD}<&0
( while read -r line; do :; done ) <&${STDERR_FD} ${STATUS_FD}>&- &
echo "pid $pid" >&${STATUS_FD}
exec </dev/null ${STATUS_FD}>&- ${STDERR_FD}<&-
wait $!
`;

/**
 * Turns a process in a new mount namespace into a container: arguments are what is executed at last.
 * What the shell starts is the first process of a new namespace of processes, if there is one. The
 * shell waits for it and ends with its exit code, 128 + n after signal n: `unshare --fork` of
 * util-linux 2.38 does not tell when the signal was SIGKILL.
 *
 * - `STAGE`: empty directory for the new root; `TEMPLATE`, `OWN`: what is copied into it.
 * - `OLD`: name below `/.pod` for the old root. It is not to be guessed: a link in a
 *   volume that led there would let a mount make directories on the host.
 * - `TOOLS`: programs on the host; `STEPS`: files of fstab(5), and empty files to be made, each
 *   a line; `CGROUPS`: files that take the process in, one a line; `WORKING_DIRECTORY`.
 * - `READ_ONLY`: empty, unless the root itself may not be written.
 */
export const CONTAINER_SCRIPT: string = `
exec ${STATUS_FD}>&2 2>/dev/null
(
set -ef
exec 2>&${STATUS_FD}
read -r pid rest </proc/self/stat
echo "pid $pid" >&${STATUS_FD}
IFS='
'
for file in $CGROUPS; do echo 0 >"$file"; done
umask 0
mount -n -i -t tmpfs -o mode=755,nodev tmpfs "$STAGE"
cp -a "$OWN/." "$TEMPLATE/." "$STAGE"
cd "$STAGE"
pivot_root . ".${POD_DIRECTORY}/$OLD"
cd /
umask 022
old="${POD_DIRECTORY}/$OLD"
export LD_LIBRARY_PATH="$old$TOOLS"
mount="$LD_LIBRARY_PATH/mount"
loader="$LD_LIBRARY_PATH/ld.so"
for step in $STEPS; do
  case $step in
    fstab:*) "$loader" "$mount" -n -i -a -T "$old\${step#fstab:}" ;;
    file:*) step=\${step#file:}
      [ -e "$step" ] || { ${TOOLS_MOUNT}/mkdir -p "\${step%/*}/"; : >"$step"; } ;;
  esac
done
export LD_LIBRARY_PATH=${TOOLS_MOUNT}
[ -z "$WORKING_DIRECTORY" ] || [ -d "$WORKING_DIRECTORY" ] || ${TOOLS_MOUNT}/mkdir -p "$WORKING_DIRECTORY"
[ -z "$READ_ONLY" ] || ${TOOLS_MOUNT}/mount -n -i -o remount,bind,ro,nodev /
${TOOLS_MOUNT}/umount -n -i -l "$old"
unset IFS STAGE TEMPLATE OWN OLD TOOLS STEPS CGROUPS WORKING_DIRECTORY READ_ONLY
exec "$@"
)
exit $?
`;

/** Runs a command in namespaces that are there already: arguments are what is executed. */
export const EXEC_SCRIPT: string = `
set -ef
exec ${STATUS_FD}>&2
IFS='
'
for file in $CGROUPS; do echo 0 >"$file"; done
unset IFS CGROUPS
exec "$@"
`;
