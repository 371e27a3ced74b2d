import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { ClusterState } from "./cluster-state.ts";
import { placedPod } from "./node-info.ts";
import { node, pod } from "./pods.fixture.ts";

const name = fc.constantFrom("a", "b", "c");
const step = fc.oneof(
  fc.record({ do: fc.constant("node" as const), name }),
  fc.record({ do: fc.constant("no-node" as const), name }),
  fc.record({
    do: fc.constant("place" as const),
    pod: fc.constantFrom("p", "q", "r", "s"),
    cpu: fc.integer({ min: 1, max: 5 }),
    controller: fc.constantFrom("x", "y"),
    name,
  }),
  fc.record({ do: fc.constant("remove" as const), pod: fc.constantFrom("p", "q", "r", "s") }),
);

describe("the state of a cluster", () => {
  it("has the sums of what is there, however it came about", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const state = new ClusterState();
        const nodes = new Set<string>();
        const places = new Map<string, { readonly on: string; readonly pod: Pod; cpu: number }>();
        for (const each of steps) {
          if (each.do === "node") {
            nodes.add(each.name);
            state.setNode(node(each.name));
          } else if (each.do === "no-node") {
            nodes.delete(each.name);
            state.deleteNode(each.name);
          } else if (each.do === "place") {
            const { cpu, controller } = each;
            const made = pod({ name: each.pod, requests: { cpu: String(cpu) }, controller });
            places.set(each.pod, { on: each.name, pod: made, cpu });
            state.place(placedPod(made), each.name);
          } else {
            places.delete(each.pod);
            state.remove(each.pod);
          }
        }
        expect(state.nodes.map((info) => info.name).sort()).toEqual([...nodes].sort());
        for (const info of state.nodes) {
          const here = [...places.values()].filter(({ on }) => on === info.name);
          expect(info.podCount).toBe(here.length);
          const cpu = here.reduce((sum, each) => sum + each.cpu, 0);
          expect(info.requested("cpu")).toBe(BigInt(cpu * 1000));
          for (const uid of ["x", "y"]) {
            const own = here.filter((each) => placedPod(each.pod).controllerUid === uid);
            expect(info.countOf(uid)).toBe(own.length);
          }
        }
      }),
    );
  });
});
