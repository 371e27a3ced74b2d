import { expect, it } from "vitest";
import { KNOWN_EVALUATORS } from "../../api/quota/evaluators.ts";
import { Client } from "../../client/client.ts";
import { CONFIG_MAPS } from "../../client/resource-type.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { CountedCollections } from "./counted-collections.ts";
import type { CountedResource } from "./counted-resources.ts";

const LOGGER = { debug() {}, info() {}, warn() {}, error() {} };

it("nobody waits for what is followed no longer", async () => {
  const clock = new FakeClock();
  // A server that does not answer.
  const never = new Promise<never>(() => {});
  const collections = new CountedCollections({
    ...{ clock, logger: LOGGER, random: { fraction: () => 0 } as never, onChange: () => {} },
    reader: new Client(() => never, { userAgent: "test" }),
  });
  const [evaluator] = KNOWN_EVALUATORS;
  const configMaps = { type: CONFIG_MAPS, evaluator } as CountedResource;
  const { signal } = new AbortController();
  const waiting = collections.synced([configMaps], signal);
  // Its quota is deleted, and another one may be there already.
  collections.keepOnly([]);
  await expect(waiting).rejects.toThrow("no quota named it any more");
  expect(clock.pending()).toBe(0);
});
