import type { Countersign } from "./processes.ts";

type Caller = Pick<Countersign, "call">;

/** A pod or a node, as far as it says how it is. */
export interface Conditioned {
  readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
}

/** How long a row waits for something, and how often it looks. */
export interface Patience {
  readonly totalMs: number;
  readonly lookMs: number;
}

/** As it is sent. */
export interface NewPod {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

export function isReady({ status }: Conditioned): boolean {
  return (
    status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true
  );
}

/** @throws when it takes longer than anybody waits */
export async function until(
  what: string,
  { totalMs, lookMs }: Patience,
  look: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + totalMs;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`${what} took more than ${totalMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Until some node is ready. */
export async function untilNodeReady(server: Caller, patience: Patience): Promise<void> {
  await until("the node", patience, async () => {
    const { items } = (await server.call("GET", "/api/v1/nodes")) as {
      items: readonly Conditioned[];
    };
    return items.some(isReady);
  });
}

/**
 * Creates a pod whose process says `token` once it has read it.
 * @param pods - path of the collection
 * @returns milliseconds from the request to what the process said
 */
export async function timeToToken(
  server: Caller,
  pods: string,
  pod: NewPod,
  patience: Patience,
): Promise<number> {
  const { name } = pod.metadata;
  const startedAt = Date.now();
  await server.call("POST", pods, pod);
  await until(`pod ${name}`, patience, async () =>
    isReady((await server.call("GET", `${pods}/${name}`)) as Conditioned),
  );
  // A container is ready as soon as it runs, and its first line may take a moment.
  let text = "";
  await until(`the token of pod ${name}`, patience, async () => {
    const answer = await server.call("GET", `${pods}/${name}/log?timestamps=true`);
    ({ text = "" } = answer as { text?: string });
    return text.includes(" token");
  });
  const [time = ""] = text.split(" ", 1);
  return Date.parse(time) - startedAt;
}
