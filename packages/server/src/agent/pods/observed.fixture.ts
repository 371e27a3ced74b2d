import type { ContainerState, PodSandbox } from "../pod-runtime.ts";
import { type ObservedPod, observePods } from "./observed-pod.ts";

const UID = "uid-of-p";

/**
 * What a runtime shows, in few words: `observed("ready", "c running", "c/1 exited 3")`. The first word
 * is the sandbox's state, or `none`; a later container is newer.
 */
export function observed(sandbox: string, ...containers: readonly string[]): ObservedPod {
  const pods: PodSandbox[] =
    sandbox === "none"
      ? []
      : [
          {
            id: "sandbox",
            namespace: "ns",
            name: "p",
            uid: UID,
            attempt: 0,
            state: sandbox as PodSandbox["state"],
            createdAt: 0,
            ips: ["10.0.0.1"],
          },
        ];
  const listed = { pods, containers: containers.map(containerState) };
  return observePods(listed).get(UID) ?? { sandboxes: [], containers: [] };
}

function containerState(text: string, index: number): ContainerState {
  const [title = "", state = "", exitCode, reason] = text.split(" ");
  const [name = "", attempt = "0"] = title.split("/");
  return {
    id: `id-of-${title}`,
    podId: "sandbox",
    podUid: UID,
    name,
    attempt: Number(attempt),
    image: "image",
    imageId: "image-id",
    state: state as ContainerState["state"],
    createdAt: 1000 * (index + 1),
    logPath: `${name}/${attempt}.log`,
    ...(state === "created" ? {} : { startedAt: 1000 * (index + 1) }),
    ...(exitCode === undefined
      ? {}
      : { exitCode: Number(exitCode), finishedAt: 1000 * (index + 2) }),
    ...(reason === undefined ? {} : { reason }),
  };
}
