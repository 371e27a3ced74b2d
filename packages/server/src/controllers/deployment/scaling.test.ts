import { describe, expect, it } from "vitest";
import { replicasOf } from "./replica-counts.ts";
import { proportionalSizes } from "./scaling.ts";
import { deployment, replicaSet } from "./sets.fixture.ts";

const MAX = "deployment.kubernetes.io/max-replicas";

/** Sizes after scaling; the newest set is the first. */
function scaled(
  to: number,
  surge: number,
  before: readonly number[],
  max: string | undefined,
  statusReplicas = 0,
): readonly number[] {
  const [newest, ...old] = before.map((replicas, index) =>
    replicaSet({
      name: `set-${index}`,
      replicas,
      createdAt: before.length - index,
      ...(max === undefined ? {} : { annotations: { [MAX]: max } }),
    }),
  );
  const wanted = deployment({
    replicas: to,
    maxSurge: surge,
    status: { replicas: statusReplicas },
  });
  const steps = proportionalSizes(wanted, { newest, old: old.toReversed() });
  const sizes = new Map(steps.map(({ set, replicas }) => [set, replicas]));
  return [newest, ...old].map((set) =>
    set === undefined ? -1 : (sizes.get(set) ?? replicasOf(set)),
  );
}

describe("a deployment that is scaled during a rollout", () => {
  it.each<[string, number, number, number[], string, number[]]>([
    ["spreads what is more", 20, 0, [5, 5], "10", [10, 10]],
    ["spreads what is less", 5, 0, [8, 2], "10", [4, 1]],
    ["gives the rest to the largest", 12, 0, [8, 2], "10", [10, 2]],
    ["gives the rest to the newest of equals", 11, 0, [5, 5], "10", [6, 5]],
    ["takes the rest from the oldest of equals", 9, 0, [5, 5], "10", [5, 4]],
    ["counts the surge", 10, 2, [3, 3], "6", [6, 6]],
    ["leaves sets without pods alone", 20, 0, [10, 0], "10", [20, 0]],
    ["goes down to nothing", 0, 2, [5, 5], "12", [0, 0]],
    ["changes nothing when it was not scaled", 10, 0, [5, 5], "10", [5, 5]],
    ["keeps three in proportion", 50, 0, [10, 10, 10], "30", [17, 17, 16]],
  ])("%s", (_case, to, surge, before, max, after) => {
    expect(scaled(to, surge, before, max)).toEqual(after);
  });

  it.each<[string | undefined, number, number[]]>([
    [undefined, 10, [10, 10]],
    ["x", 10, [10, 10]],
    ["-1", 10, [10, 10]],
    ["99999999999", 10, [10, 10]],
    ["0", 0, [15, 5]],
  ])("goes by its own size where annotations say %j", (max, statusReplicas, after) => {
    expect(scaled(20, 0, [5, 5], max, statusReplicas)).toEqual(after);
  });
});
