import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint, EndpointSlice, Service } from "../../api/types.ts";
import { EndpointSet } from "./endpoint-set.ts";
import { fillSlices, MAX_ENDPOINTS } from "./fill-slices.ts";
import { newSlice } from "./service-slice.ts";

const SERVICE: Service = { metadata: { namespace: "n", name: "web", uid: "u" } };

function endpoint(number: number, ready: boolean): Endpoint {
  return { addresses: [`10.0.${number >> 8}.${number & 255}`], conditions: { ready } };
}

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 350 });

describe("filling slices", () => {
  it("holds what is wanted, once, and no slice too much; what is the same is not written", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: MAX_ENDPOINTS }), { maxLength: 5 }),
        numbers,
        fc.integer({ min: 1, max: 7 }),
        (sizes, wanted, flip) => {
          let next = 0;
          const existing: EndpointSlice[] = sizes.map((size, index) => {
            const slice = newSlice(SERVICE, "IPv4", []);
            const endpoints = Array.from({ length: size }, () => endpoint(next++, true));
            return { ...slice, metadata: { ...slice.metadata, name: `s${index}` }, endpoints };
          });
          const set = new EndpointSet();
          const isReady = (number: number): boolean => number % flip !== 0;
          for (const number of wanted) set.add(endpoint(number, isReady(number)));
          const before = structuredClone(existing);
          const { create, update, remove } = fillSlices(SERVICE, existing, set, () =>
            newSlice(SERVICE, "IPv4", []),
          );
          expect(existing).toEqual(before);
          const touched = new Set([...update, ...remove].map(({ metadata }) => metadata.name));
          const untouched = existing.filter(({ metadata }) => !touched.has(metadata.name));
          const after = [...untouched, ...update, ...create];
          const held = after.flatMap(({ endpoints }) => endpoints ?? []);
          const text = (each: Endpoint): string => JSON.stringify(each);
          expect(held.map(text).sort()).toEqual(
            wanted.map((number) => text(endpoint(number, isReady(number)))).sort(),
          );
          for (const { endpoints } of after) {
            expect(endpoints?.length ?? 0).toBeLessThanOrEqual(MAX_ENDPOINTS);
          }
          const old = new Map(existing.map((slice) => [slice.metadata.name, slice]));
          for (const slice of update) {
            expect(slice.endpoints).not.toEqual(old.get(slice.metadata.name)?.endpoints);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
