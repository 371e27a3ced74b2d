import type { Container, Pod } from "../../api/types.ts";
import type { ContainerConfig, Image, Mount } from "../pod-runtime.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import { containerMounts, type SubPathResolver } from "./container-mounts.ts";
import { containerResources } from "./container-resources.ts";
import { containerSecurity } from "./container-security.ts";
import type { Variables } from "./environment.ts";
import { expandVariables } from "./expansion.ts";
import type { PodFiles } from "./pod-files.ts";

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly attempt: number;
  readonly image: Image;
  readonly variables: Variables;
  readonly volumes: readonly MountedVolume[];
  readonly files: PodFiles;
  readonly resolveSubPath: SubPathResolver;
  readonly targetContainerId: string | undefined;
}

/**
 * What a runtime is asked to make of a container.
 * @throws ContainerConfigError
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (generateContainerConfig)
 */
export async function containerConfig(input: ContainerConfigInput): Promise<ContainerConfig> {
  const { pod, container, attempt, image, variables, volumes, files, resolveSubPath } = input;
  const { targetContainerId } = input;
  const expand = (text: string): string => expandVariables(text, (name) => variables.get(name));
  const mounts = await containerMounts(container, volumes, variables, resolveSubPath);
  return {
    name: container.name,
    attempt,
    image,
    command: (container.command ?? []).map(expand),
    args: (container.args ?? []).map(expand),
    workingDir: container.workingDir ?? "",
    env: [...variables].map(([name, value]) => ({ name, value })),
    mounts: [...mounts, ...lastWordsMount(input)],
    logPath: files.logPath(container.name, attempt),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    security: containerSecurity(pod, container, image),
    resources: containerResources(pod, container),
    ...(targetContainerId === undefined ? {} : { targetContainerId }),
    annotations: { "io.kubernetes.container.restartCount": String(attempt) },
  };
}

function lastWordsMount({ pod, container, attempt, files }: ContainerConfigInput): Mount[] {
  const path = container.terminationMessagePath ?? "";
  if (path === "") return [];
  const { uid = "" } = pod.metadata;
  return [
    {
      hostPath: files.lastWordsPath(uid, container.name, attempt),
      containerPath: path.startsWith("/") ? path : `/${path}`,
      readOnly: false,
      propagation: "None",
    },
  ];
}
