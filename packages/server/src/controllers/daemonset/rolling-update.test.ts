import { describe, expect, it } from "vitest";
import type { Pod, RollingUpdateDaemonSet } from "../../api/types.ts";
import { daemonPod, daemonSet, HASH, NOW, namesOf } from "./daemon-set.fixture.ts";
import { nextUpdateStep } from "./rolling-update.ts";

/** The pods of node 1, node 2 …; nodes in `unwanted` should not run one any more. */
function step(
  rollingUpdate: RollingUpdateDaemonSet,
  pods: readonly (readonly Pod[])[],
  unwanted: readonly number[] = [],
) {
  const podsOfNodes = new Map(pods.map((each, index) => [`n${index + 1}`, each] as const));
  const wanted = [...podsOfNodes.keys()].filter((_, index) => !unwanted.includes(index + 1));
  const set = daemonSet({ strategy: { type: "RollingUpdate", rollingUpdate } });
  const { deletions, nodes } = nextUpdateStep({
    ...{ set, hash: HASH, now: NOW, wanted: new Set(wanted), podsOfNodes },
  });
  return [...namesOf(deletions), ...nodes];
}

const old = (name: string, isReady = true): Pod[] => [daemonPod(name, { old: true, isReady })];
const fresh = (name: string, isReady = true): Pod[] => [daemonPod(name, { isReady })];
const both = (name: string, isReady = true): Pod[] => [
  daemonPod(`${name}-new`, { isReady }),
  daemonPod(`${name}-old`, { old: true }),
];

describe("an update that replaces pods", () => {
  const one = { maxUnavailable: 1 };
  it.each<[string, readonly unknown[], readonly string[]]>([
    ["takes one after another", step(one, [old("a"), old("b"), old("c")]), ["a"]],
    [
      "takes as many as it may",
      step({ maxUnavailable: 2 }, [old("a"), old("b"), old("c")]),
      ["a", "b"],
    ],
    [
      "counts in percent, rounded up",
      step({ maxUnavailable: "34%" }, [old("a"), old("b"), old("c")]),
      ["a", "b"],
    ],
    ["waits for the new one", step(one, [fresh("a", false), old("b")]), []],
    ["waits for one that is not there yet", step(one, [[], old("b")]), []],
    ["goes on when it is ready", step(one, [fresh("a"), old("b"), old("c")]), ["b"]],
    [
      "takes all that are of no use",
      step(one, [old("a", false), old("b", false), old("c")]),
      ["a", "b"],
    ],
    [
      "leaves a node alone that has too many",
      step(one, [[...old("a"), ...old("b")], old("c")]),
      [],
    ],
    ["has nothing to do in the end", step(one, [fresh("a"), fresh("b")]), []],
    [
      "takes one where nothing is allowed at all",
      step({ maxUnavailable: 0 }, [old("a"), old("b")]),
      ["a"],
    ],
    [
      "does not count those that are going as new ones",
      step(one, [[daemonPod("a", { isGoing: true })], old("b")]),
      [],
    ],
  ])("%s", (_name, taken, wanted) => {
    expect(taken).toEqual(wanted);
  });
});

describe("an update that adds pods first", () => {
  const one = { maxSurge: 1 };
  it.each<[string, readonly unknown[], readonly string[]]>([
    ["adds one after another", step(one, [old("a"), old("b")]), ["n1"]],
    ["waits for the new one", step(one, [both("a", false), old("b")]), []],
    [
      "takes the old one when the new one is ready",
      step(one, [both("a"), old("b")]),
      ["a-old", "n2"],
    ],
    [
      "adds at once where the old one is of no use",
      step(one, [old("a", false), old("b")]),
      ["n1", "n2"],
    ],
    ["has nothing to do in the end", step(one, [fresh("a"), fresh("b")]), []],
    [
      "takes those of no use where none should be",
      step(one, [old("a", false), fresh("b")], [1]),
      ["a"],
    ],
    [
      "keeps one that serves while others do not",
      step(one, [old("a"), fresh("b", false)], [1]),
      [],
    ],
    ["takes it when enough others serve", step(one, [old("a"), fresh("b")], [1]), ["a"]],
  ])("%s", (_name, taken, wanted) => {
    expect(taken).toEqual(wanted);
  });
});
