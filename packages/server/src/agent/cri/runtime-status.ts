/**
 * What a CRI server says of itself.
 * @see kubernetes staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto
 */
import type { CriClient } from "./cri-client.ts";
import { boolean, map, message, messages, type Shape, text } from "./protobuf-shape.ts";

interface RuntimeCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

interface Conditions {
  readonly conditions: readonly RuntimeCondition[];
}

interface RuntimeStatus {
  readonly status?: Conditions;
  /** What a server tells when it is asked for more than it must say. */
  readonly info: Readonly<Record<string, string>>;
}

const STATUS = {
  name: "RuntimeService/Status",
  request: { verbose: boolean(1) } satisfies Shape<{ verbose: boolean }>,
  response: {
    status: message<Conditions>(1, {
      conditions: messages<RuntimeCondition>(1, {
        type: text(1),
        status: boolean(2),
        reason: text(3),
        message: text(4),
      }),
    }),
    info: map(2),
  } satisfies Shape<RuntimeStatus>,
};

/**
 * Why pods cannot run, in a kubelet's words; empty when they can.
 * @see kubernetes pkg/kubelet/kubelet.go (updateRuntimeUp)
 */
export async function statusProblems(client: CriClient): Promise<readonly string[]> {
  const { status } = await client.call(STATUS, {});
  const problemOf = (type: string, words: string): readonly string[] => {
    const condition = status?.conditions.find((each) => each.type === type);
    return condition?.status === true ? [] : [`${words} not ready: ${textOf(condition)}`];
  };
  return [
    ...problemOf("RuntimeReady", "container runtime"),
    ...problemOf("NetworkReady", "container runtime network"),
  ];
}

/** As Go prints one, or none. */
function textOf(condition: RuntimeCondition | undefined): string {
  if (condition === undefined) return "<nil>";
  const { type, status, reason, message: words } = condition;
  return `${type}=${status} reason:${reason} message:${words}`;
}

/**
 * The image that the server makes pods of, where it tells: older ones of containerd do not pin it.
 * @see containerd pkg/cri/server/status.go
 */
export async function sandboxImage(client: CriClient): Promise<string | undefined> {
  const { info } = await client.call(STATUS, { verbose: true });
  try {
    const { sandboxImage: image } = JSON.parse(info.config ?? "{}") as { sandboxImage?: unknown };
    return typeof image === "string" && image !== "" ? image : undefined;
  } catch {
    return undefined;
  }
}
