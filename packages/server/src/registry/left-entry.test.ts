import { expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { resourceOf } from "../api/schema/resources.ts";
import type { Entry } from "../storage/storage.ts";
import { asLeft } from "./left-entry.ts";
import { ResourceStore } from "./resource-store.ts";

const definition = resourceOf("", "v1", "configmaps");
if (definition === undefined) throw new Error("config maps are not served");
const strategy = { group: "", resource: "configmaps" };
const store = new ResourceStore(definition, strategy, { freeze: true });

it("has the revision of leaving for every reader, when both versions are of one commit too", () => {
  const object: KubeObject = {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { name: "a", namespace: "n" },
  };
  const bytes = store.encodeAt(object, "7");
  const previous: Entry = {
    key: store.key("n", "a"),
    bytes,
    createRevision: 7,
    modRevision: 7,
    written: object,
  };
  const left = asLeft(store, previous, 8);
  const revisions = [store.peek(left), store.written(left), store.served(left)].map(
    ({ metadata }) => metadata.resourceVersion,
  );
  expect(revisions).toEqual(["8", "8", "8"]);
  expect(left).toMatchObject({ key: previous.key, createRevision: 7, modRevision: 8 });
});
