import { expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { dropDuplicateOwners } from "./owner-references.ts";
import type { WriteContext } from "./write-context.ts";

type Owner = NonNullable<KubeObject["metadata"]["ownerReferences"]>[number];

function owner(parts: Partial<Owner>): Owner {
  return { apiVersion: "v1", kind: "Pod", name: "p", uid: "u", ...parts };
}

function dropped(owners: readonly Owner[]): {
  readonly kept: readonly Owner[] | undefined;
  readonly warnings: readonly string[];
} {
  const object: KubeObject = { metadata: { name: "a", ownerReferences: [...owners] } };
  const warnings: string[] = [];
  dropDuplicateOwners(
    object,
    { warn: (text: string) => warnings.push(text) } as unknown as WriteContext,
    "sent",
  );
  return { kept: object.metadata.ownerReferences, warnings };
}

test.each<[string, readonly Owner[], readonly number[]]>([
  ["equal in all", [owner({}), owner({}), owner({})], [0]],
  ["of another name", [owner({}), owner({ name: "q" })], [0, 1]],
  ["of another uid", [owner({}), owner({ uid: "v" }), owner({})], [0, 1]],
  [
    "one the controller",
    [owner({}), owner({ controller: true }), owner({ controller: true })],
    [0, 1],
  ],
])("owners %s", (_how, owners, kept) => {
  const result = dropped(owners);
  expect(result.kept).toEqual(kept.map((index) => owners[index]));
  expect(result.warnings).toHaveLength(kept.length === owners.length ? 0 : 1);
});

test("ten thousand owners take no time", () => {
  const owners = Array.from({ length: 10_000 }, (_, index) => owner({ name: `p${index}` }));
  const start = performance.now();
  expect(dropped([...owners, ...owners]).kept).toHaveLength(10_000);
  expect(performance.now() - start).toBeLessThan(2_000);
});
