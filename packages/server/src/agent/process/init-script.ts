import { TOOLS_MOUNT } from "./container-mounts.ts";
import { STATUS_FD, STDERR_FD } from "./setup-script.ts";
import { quote, quoteAll } from "./shell-text.ts";

/** Environment variables are handed over in pieces: the kernel takes none above 128 KiB. */
const PIECE_CHARACTERS = 30_000;
const PIECE_NAME = "POD_INIT_";

/** The path that programs are looked up in where the container names none. @see containerd pkg/oci */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface InitProcess {
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly workingDirectory: string;
  readonly tty: boolean;
}

/**
 * The last thing before a container's command: a shell, which has the container's rights already,
 * takes on its environment and its working directory, looks for the command and becomes it. It gets
 * its text from the environment, because everybody may read arguments of processes.
 * @returns the shell's arguments, and variables for its environment
 */
export function initScript(process: InitProcess): {
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
} {
  const whole = wholeText(process);
  const variables: Record<string, string> = {};
  for (let at = 0; at < whole.length; at += PIECE_CHARACTERS) {
    variables[`${PIECE_NAME}${Object.keys(variables).length}`] = whole.slice(
      at,
      at + PIECE_CHARACTERS,
    );
  }
  const names = Object.keys(variables);
  const own = [...names, "LD_LIBRARY_PATH", "LC_ALL", "SHELL", "PWD", "OLDPWD", "SHLVL"];
  // What is read is read as a whole before the first line of it runs.
  const text = `eval "unset ${own.join(" ")}
${names.map((name) => `$${name}`).join("")}"`;
  return { text, variables };
}

function wholeText({ command, environment, workingDirectory, tty }: InitProcess): string {
  const path = environment.findLast(({ name }) => name === "PATH")?.value ?? DEFAULT_PATH;
  const easy = environment.filter(({ name }) => isPlain(name));
  const hard = environment.filter(({ name }) => !isPlain(name));
  return [
    `fail() { echo "error $1" >&${STATUS_FD}; exit 127; }`,
    `cd -- ${quote(workingDirectory)} || fail "chdir to cwd (${inMessage(JSON.stringify(workingDirectory))}) failed"`,
    "unset PWD OLDPWD",
    `set -- ${quoteAll(command)}`,
    lookUp(command[0] ?? "", path),
    ...easy.map(({ name, value }) => `export ${name}=${quote(value)}`),
    `echo started >&${STATUS_FD}`,
    tty ? "" : `exec 2>&${STDERR_FD}`,
    `exec ${STATUS_FD}>&- ${STDERR_FD}>&-`,
    hard.length === 0 ? 'exec "$@"' : execWithTool(hard, environment),
    "",
  ].join("\n");
}

/**
 * Names that a shell cannot export, or that mean something to it: what has them goes through `env`,
 * which needs our libraries and must not pass that on.
 */
function isPlain(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !SPECIAL.has(name);
}

const SPECIAL: ReadonlySet<string> = new Set([
  "BASHOPTS",
  "BASHPID",
  "BASH_VERSINFO",
  "EUID",
  "IFS",
  "LINENO",
  "OLDPWD",
  "OPTIND",
  "PPID",
  "PS4",
  "PWD",
  "RANDOM",
  "SECONDS",
  "SHELLOPTS",
  "UID",
  "_",
]);

function execWithTool(
  hard: InitProcess["environment"],
  environment: InitProcess["environment"],
): string {
  const libraries = environment.findLast(({ name }) => name === "LD_LIBRARY_PATH");
  const assignments = [...hard, ...(libraries === undefined ? [] : [libraries])].map(
    ({ name, value }) => `${name}=${value}`,
  );
  return [
    `export LD_LIBRARY_PATH=${TOOLS_MOUNT}`,
    `exec ${TOOLS_MOUNT}/env -u LD_LIBRARY_PATH ${quoteAll(assignments)} "$@"`,
  ].join("\n");
}

/**
 * Says what is wrong with a command as Go's `os/exec`, and so runc, does.
 * @see go os/exec/lp_unix.go (LookPath, findExecutable)
 */
function lookUp(name: string, path: string): string {
  const shown = inMessage(`exec: ${JSON.stringify(name)}: `);
  if (!name.includes("/")) {
    return [
      // Only what comes of a variable is split.
      `found= PATH=${quote(path)}`,
      "set -f; IFS=:; for directory in $PATH; do",
      `  if [ -f "$directory/$1" ] && [ -x "$directory/$1" ]; then found=1; break; fi`,
      "done; unset IFS; set +f",
      `[ -n "$found" ] || fail "${shown}executable file not found in \\$PATH"`,
      "unset found directory",
    ].join("\n");
  }
  return [
    `[ -e "$1" ] || fail "${shown}stat ${inMessage(name)}: no such file or directory"`,
    `[ -d "$1" ] && fail "${shown}is a directory"`,
    `[ -x "$1" ] || fail "${shown}permission denied"`,
  ].join("\n");
}

/** For a text in double quotes. */
function inMessage(text: string): string {
  return text.replaceAll(/["$`\\]/g, "\\$&").replaceAll("\n", " ");
}
