import { expect, it } from "vitest";
import type { ConfigMap } from "../api/types.ts";
import type { Informer, InformerHandler } from "../informer/informer.ts";
import { ControlledObjects } from "./controlled-objects.ts";

function object(name: string, controllerUid?: string, namespace = "n"): ConfigMap {
  const owner = { apiVersion: "v1", kind: "X", name: "x", uid: controllerUid ?? "" };
  return {
    metadata: {
      namespace,
      name,
      ...(controllerUid === undefined ? {} : { ownerReferences: [{ ...owner, controller: true }] }),
    },
  };
}

it("knows objects by their controller, and those without one by their namespace", () => {
  let handler: InformerHandler<ConfigMap> = {};
  const informer = {
    addHandler: (added: InformerHandler<ConfigMap>) => {
      handler = added;
    },
  } as Informer<ConfigMap>;
  const controlled = new ControlledObjects(informer);
  const names = (objects: readonly Readonly<ConfigMap>[]): string =>
    objects.map(({ metadata }) => metadata.name).join(" ");
  const [free, owned, moved] = [object("free"), object("owned", "u"), object("free", "u")];
  handler.added?.(free);
  handler.added?.(owned);
  handler.added?.(object("elsewhere", undefined, "m"));
  expect(names(controlled.of("u"))).toBe("owned");
  expect(names(controlled.orphans("n"))).toBe("free");
  handler.updated?.(moved, free);
  expect(names(controlled.of("u"))).toBe("owned free");
  expect(names(controlled.orphans("n"))).toBe("");
  // The last state of an object need not have the owner that was known.
  handler.deleted?.(free, moved);
  handler.deleted?.(owned, owned);
  expect(names(controlled.of("u"))).toBe("");
  expect(names(controlled.orphans("m"))).toBe("elsewhere");
});
