import type { ContainerConfig, PodSandboxConfig } from "../pod-runtime.ts";
import { TOOLS_MOUNT } from "./container-mounts.ts";
import type { ContainerUser } from "./container-user.ts";
import type { ResolvedImage } from "./images.ts";
import { DEFAULT_PATH, type InitProcess, initScript } from "./init-script.ts";

/** What a process in a container is started with, once it is where it belongs. */
export interface CommandLine {
  readonly parameters: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Gives up rights, then becomes the command; with a terminal, `script` makes one in between, as the
 * container's user, in the container's own file system of terminals.
 * @param privileges - Arguments of `setpriv`.
 */
export function commandLine(process: InitProcess, privileges: readonly string[]): CommandLine {
  const { text, variables } = initScript(process);
  const shell = `${TOOLS_MOUNT}/sh`;
  const terminal = [
    ...[`${TOOLS_MOUNT}/script`, "--quiet", "--flush", "--return", "--echo", "always"],
    ...["--command", text, "/dev/null"],
  ];
  return {
    parameters: [
      `${TOOLS_MOUNT}/setpriv`,
      ...privileges,
      ...(process.tty ? terminal : [shell, "-c", text]),
    ],
    variables: {
      ...variables,
      LD_LIBRARY_PATH: TOOLS_MOUNT,
      ...(process.tty ? { SHELL: shell } : {}),
    },
  };
}

/** @see containerd internal/cri/opts/spec_opts.go (WithProcessArgs) */
export function commandOf(
  config: Pick<ContainerConfig, "command" | "args">,
  image: Pick<ResolvedImage, "command" | "args">,
): readonly string[] {
  if (config.command.length > 0) return [...config.command, ...config.args];
  return [...image.command, ...(config.args.length > 0 ? config.args : image.args)];
}

/** The image's variables and those that every container has, below the pod's own. */
export function environmentOf(
  config: ContainerConfig,
  image: ResolvedImage,
  pod: PodSandboxConfig,
  user: ContainerUser,
): InitProcess["environment"] {
  const variables = new Map<string, string>([
    ["PATH", DEFAULT_PATH],
    ["HOSTNAME", pod.hostname],
    ...(config.tty ? [["TERM", "xterm"] as const] : []),
    ["HOME", user.home],
    ...Object.entries(image.environment),
    ...config.env.map(({ name, value }) => [name, value] as const),
  ]);
  return [...variables].map(([name, value]) => ({ name, value }));
}
