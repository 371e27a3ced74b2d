import { describe, expect, it } from "vitest";
import type { ObjectMeta, OwnerReference } from "../../api/types.ts";
import { DependencyGraph } from "./dependency-graph.ts";
import { ownerIn, printReference, referenceTo } from "./object-reference.ts";

const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

/** `ns/name`, or the name alone of an object of the cluster; the name is the uid. */
function meta(path: string, more: ObjectMeta = {}): ObjectMeta {
  const [first = "", second] = path.split("/");
  const name = second ?? first;
  return { name, uid: name, ...(second === undefined ? {} : { namespace: first }), ...more };
}

function owner(name: string, more: Partial<OwnerReference> = {}): OwnerReference {
  return { ...CONFIG_MAP, name, uid: name, ...more };
}

function owned(path: string, ...owners: readonly (string | OwnerReference)[]): ObjectMeta {
  const ownerReferences = owners.map((each) => (typeof each === "string" ? owner(each) : each));
  return meta(path, { ownerReferences });
}

function deleting(metadata: ObjectMeta, ...finalizers: readonly string[]): ObjectMeta {
  return { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: [...finalizers] };
}

class World {
  /** What the graph has asked for since the last look. */
  #notes: string[] = [];
  readonly graph: DependencyGraph = new DependencyGraph({
    attemptToDelete: ({ identity }) => this.#notes.push(`delete ${identity.name}`),
    attemptToDeleteLater: ({ identity }) =>
      this.#notes.push(`later ${identity.namespace}/${identity.kind}/${identity.name}`),
    attemptToOrphan: ({ identity }) => this.#notes.push(`orphan ${identity.name}`),
    ownerIsAbsent: ({ namespace, name }) => this.#notes.push(`absent ${namespace}/${name}`),
    namespaceIsWrong: ({ identity }, reference) =>
      this.#notes.push(`wrong ${identity.name} ${printReference(reference)}`),
  });

  observe(...objects: readonly ObjectMeta[]): this {
    for (const each of objects) this.graph.observe(CONFIG_MAP, each);
    return this;
  }

  remove(metadata: ObjectMeta): this {
    this.graph.remove(CONFIG_MAP, metadata);
    return this;
  }

  notes(): readonly string[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }
}

/** A graph in which these objects are, after everything they asked for has been looked at. */
function worldOf(...objects: readonly ObjectMeta[]): World {
  const world = new World().observe(...objects);
  world.notes();
  return world;
}

describe("what the graph keeps", () => {
  it("nothing of objects that neither own nor are owned", () => {
    const world = new World().observe(meta("a/x"), deleting(meta("a/y"), "example.com/mine"));
    expect(world.graph.size).toBe(0);
    expect(world.notes()).toEqual([]);
  });

  it("an object with an owner, and the owner, which is to be looked for", () => {
    const world = new World().observe(owned("a/mid", "top"));
    expect(world.graph.get("top")?.isVirtual).toBe(true);
    expect(world.notes()).toEqual(["delete top"]);
  });

  it("an owner that is found, until the last dependent has gone", () => {
    const world = worldOf(owned("a/one", "top"), owned("a/two", "top"), meta("a/top"));
    expect(world.graph.get("top")).toMatchObject({ isVirtual: false, owners: [] });
    world.remove(meta("a/one"));
    expect(world.graph.get("top")?.dependents.size).toBe(1);
    world.remove(meta("a/two"));
    expect(world.graph.size).toBe(0);
    expect(world.notes()).toEqual([]);
  });

  it("an object that loses its owners is forgotten, and so are they", () => {
    const world = worldOf(owned("a/one", "top"), meta("a/top")).observe(meta("a/one"));
    expect(world.graph.size).toBe(0);
  });

  it("an object that waits for its dependents, though it has none", () => {
    const world = worldOf(deleting(meta("a/x"), "foregroundDeletion"));
    expect(world.graph.get("x")?.isDeletingDependents).toBe(true);
    expect(world.observe(deleting(meta("a/x"), "other")).graph.size).toBe(0);
  });
});

describe("what changes ask for", () => {
  const top = meta("a/top");
  const mid = owned("a/mid", "top");

  it.each<[string, readonly ObjectMeta[], (world: World) => World, readonly string[]]>([
    ["the owner goes", [mid, top], (w) => w.remove(top), ["absent a/top", "delete mid"]],
    ["the dependent goes", [mid, top], (w) => w.remove(mid), []],
    ["nothing changes", [mid, top], (w) => w.observe(mid, top), []],
    ["the owner is being deleted", [mid, top], (w) => w.observe(deleting(top, "other")), []],
    [
      "the owner is to orphan",
      [mid, top],
      (w) => w.observe(deleting(top, "orphan")),
      ["orphan top"],
    ],
    [
      "the owner waits for its dependents",
      [mid, top],
      (w) => w.observe(deleting(top, "foregroundDeletion")),
      ["delete mid", "delete top"],
    ],
    [
      "it goes on waiting",
      [mid, deleting(top, "foregroundDeletion")],
      (w) => w.observe(deleting(top, "foregroundDeletion")),
      [],
    ],
    [
      "a dependent that is waited for goes",
      [mid, deleting(top, "foregroundDeletion")],
      (w) => w.remove(mid),
      ["delete top"],
    ],
    [
      "a dependent no longer blocks",
      [owned("a/mid", owner("top", { blockOwnerDeletion: true })), top],
      (w) => w.observe(owned("a/mid", owner("top", { blockOwnerDeletion: false }))),
      ["delete top"],
    ],
    [
      "a dependent drops a blocked owner and keeps another",
      [owned("a/mid", owner("top", { blockOwnerDeletion: true }), "other"), top, meta("a/other")],
      (w) => w.observe(owned("a/mid", "other")),
      ["delete top"],
    ],
    [
      "a second owner is named",
      [mid, top],
      (w) => w.observe(owned("a/mid", "top", "new")),
      ["delete new"],
    ],
    ["a list does not have it", [mid, top], (w) => doubt(w, "top"), ["delete top"]],
  ])("%s", (_name, objects, change, notes) => {
    expect(change(worldOf(...objects)).notes()).toEqual(notes);
  });

  it("whether dependents block is read anew each time", () => {
    const { graph } = worldOf(owned("a/one", owner("top", { blockOwnerDeletion: true })), mid);
    const names = () =>
      graph
        .get("top")
        ?.blockingDependents()
        .map((each) => each.identity.name);
    expect(names()).toEqual(["one"]);
    graph.observe(CONFIG_MAP, owned("a/one", "top"));
    expect(names()).toEqual([]);
  });
});

function doubt(world: World, uid: string): World {
  const node = world.graph.get(uid);
  if (node !== undefined) world.graph.doubt(node);
  return world;
}

describe("references that lie", () => {
  it("a dependent in another namespace is looked into and told of, the owner known first", () => {
    const world = worldOf(owned("a/good", "top"), meta("a/top")).observe(owned("b/bad", "top"));
    expect(world.notes()).toEqual([
      "wrong bad [v1/ConfigMap, namespace: b, name: top, uid: top]",
      "delete bad",
    ]);
  });

  it("and the dependent known first", () => {
    const world = worldOf(owned("b/bad", "top")).observe(meta("a/top"));
    expect(world.notes()).toEqual([
      "wrong bad [v1/ConfigMap, namespace: b, name: top, uid: top]",
      "delete bad",
    ]);
    expect(world.graph.get("top")?.identity.namespace).toBe("a");
  });

  it("one of another kind is looked into", () => {
    const world = worldOf(owned("a/good", "top"), meta("a/top"));
    world.observe(owned("a/bad", owner("top", { kind: "Secret" })));
    expect(world.notes()).toEqual(["delete bad"]);
  });

  it("an owner of the cluster may be named from anywhere", () => {
    const world = worldOf(owned("a/one", "top"), meta("top")).observe(owned("b/two", "top"));
    expect(world.notes()).toEqual([]);
  });

  it("an owner that nobody has seen is doubtful from another namespace", () => {
    const world = worldOf(owned("a/one", "top")).observe(owned("b/two", "top"));
    expect(world.notes()).toEqual(["delete two"]);
  });
});

describe("an owner that the API does not know", () => {
  const absent = ownerIn("a", owner("top"));

  it("is dropped, and its dependents are looked into", () => {
    const world = worldOf(owned("a/one", "top"));
    world.graph.confirmAbsent(absent);
    expect(world.notes()).toEqual(["absent a/top", "delete one"]);
    expect(world.graph.get("top")).toBeUndefined();
  });

  it("stays when it was seen elsewhere", () => {
    const world = worldOf(owned("b/one", "top"), meta("a/top"));
    world.graph.confirmAbsent(ownerIn("b", owner("top")));
    expect(world.notes()).toEqual(["absent b/top", "delete one"]);
    expect(world.graph.get("top")?.isVirtual).toBe(false);
  });

  it("is looked for under every name that it is given, one after another", () => {
    const secret = owner("top", { kind: "Secret" });
    const world = worldOf(owned("a/one", "top"), owned("a/two", secret), owned("b/three", "top"));
    world.graph.confirmAbsent(absent);
    expect(world.notes()).toEqual(["absent a/top", "delete one", "later b/ConfigMap/top"]);
    world.graph.confirmAbsent(ownerIn("b", owner("top")));
    expect(world.notes()).toEqual(["absent b/top", "delete three", "later a/Secret/top"]);
    world.graph.confirmAbsent(ownerIn("a", secret));
    expect(world.notes()).toEqual(["absent a/top", "delete two", "later a/ConfigMap/top"]);
  });

  it("is not looked for in a namespace when its kind has none", () => {
    const other = owner("other", { uid: "top" });
    const world = worldOf(owned("a/one", "top"), owned("a/two", other));
    const node = world.graph.get("top");
    if (node !== undefined) node.identity = ownerIn("", owner("top"));
    world.graph.confirmAbsent(ownerIn("", owner("top")));
    expect(world.notes()).toEqual(["absent /top", "delete one", "later /ConfigMap/other"]);
  });

  it("of an identity that nobody knows is nothing to anybody", () => {
    const world = worldOf(owned("a/one", "top"), meta("a/top"));
    world.graph.confirmAbsent(referenceTo(CONFIG_MAP, meta("a/unheard")));
    expect(world.notes()).toEqual([]);
  });
});
