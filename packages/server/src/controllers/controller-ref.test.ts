import { describe, expect, it } from "vitest";
import type { ConfigMap, ObjectMeta } from "../api/types.ts";
import { Client } from "../client/client.ts";
import { CONFIG_MAPS } from "../client/resource-type.ts";
import { type ScriptedAnswer, ScriptedTransport } from "../client/scripted-transport.fixture.ts";
import {
  type Claim,
  claimObjects,
  controllerOf,
  decideClaim,
  isControlledBy,
  newControllerRef,
} from "./controller-ref.ts";

const KIND = { apiVersion: "v1", kind: "ConfigMap" };
const OWNER: ObjectMeta = { namespace: "n", name: "owner", uid: "o" };
const OWN_REF = newControllerRef(KIND, { metadata: OWNER });
const OTHER_REF = { ...OWN_REF, uid: "other" };
const NOW = "2026-01-01T00:00:00Z";

function object(more: Partial<ObjectMeta> = {}): ConfigMap {
  return { metadata: { namespace: "n", name: "a", uid: "a", ...more } };
}

describe("who controls an object", () => {
  it("is the one owner that says so, by uid", () => {
    const { controller: _controller, ...plain } = OWN_REF;
    expect(controllerOf(object({ ownerReferences: [plain, OTHER_REF] }))).toBe(OTHER_REF);
    expect(controllerOf(object({ ownerReferences: [plain] }))).toBeUndefined();
    expect(isControlledBy(object({ ownerReferences: [OWN_REF] }), { metadata: OWNER })).toBe(true);
    expect(isControlledBy(object({ ownerReferences: [OTHER_REF] }), { metadata: OWNER })).toBe(
      false,
    );
    expect(isControlledBy(object(), { metadata: {} })).toBe(false);
  });
});

describe("what an owner does about an object", () => {
  const owned = { ownerReferences: [OWN_REF] };
  it.each<[string, Partial<ObjectMeta>, Partial<ObjectMeta>, boolean, Claim]>([
    ["its own, which matches", {}, owned, true, "own"],
    ["its own, while the owner goes", { deletionTimestamp: NOW }, owned, true, "own"],
    ["its own, which matches no longer", {}, owned, false, "release"],
    ["the same, while the owner goes", { deletionTimestamp: NOW }, owned, false, "ignore"],
    ["somebody else's", {}, { ownerReferences: [OTHER_REF] }, true, "ignore"],
    ["an orphan that matches", {}, {}, true, "adopt"],
    ["an orphan that does not", {}, {}, false, "ignore"],
    ["an orphan, while the owner goes", { deletionTimestamp: NOW }, {}, true, "ignore"],
    ["an orphan that goes", {}, { deletionTimestamp: NOW }, true, "ignore"],
    ["an orphan elsewhere", {}, { namespace: "m" }, true, "ignore"],
  ])("%s", (_case, owner, metadata, matches, claim) => {
    expect(decideClaim({ ...OWNER, ...owner }, object(metadata), matches)).toBe(claim);
  });
});

async function claim(candidates: readonly ConfigMap[], answers: readonly ScriptedAnswer[]) {
  const transport = new ScriptedTransport(answers);
  const client = new Client(transport.send, { userAgent: "test" }).resource(CONFIG_MAPS);
  const claimed = claimObjects(candidates, {
    kind: KIND,
    owner: { metadata: OWNER },
    owners: client,
    objects: client,
    matches: ({ metadata }) => metadata.labels?.app === "x",
    finalizers: ["f"],
    signal: new AbortController().signal,
  });
  const names = await claimed.then(
    (found) => found.map(({ metadata }) => metadata.name),
    (error: Error) => error.message,
  );
  const bodies = transport.requests.map(({ body }) =>
    body === undefined ? undefined : JSON.parse(new TextDecoder().decode(body)),
  );
  return { names, lines: transport.lines, bodies };
}

const MATCHING = { labels: { app: "x" } };
const LIVE: ScriptedAnswer = { body: { metadata: OWNER } };
const GONE: ScriptedAnswer = { status: 404, body: "" };

describe("claiming", () => {
  it("adopts by a patch that names the uid, after one look at the live owner", async () => {
    const { names, lines, bodies } = await claim(
      [object(MATCHING), object({ ...MATCHING, name: "b", uid: "b" })],
      [LIVE, {}, {}],
    );
    expect(names).toEqual(["a", "b"]);
    expect(lines).toEqual([
      "GET /api/v1/namespaces/n/configmaps/owner",
      "PATCH /api/v1/namespaces/n/configmaps/a",
      "PATCH /api/v1/namespaces/n/configmaps/b",
    ]);
    expect(bodies[1]).toEqual({
      metadata: {
        uid: "a",
        ownerReferences: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            name: "owner",
            uid: "o",
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
        finalizers: ["f"],
      },
    });
  });

  it("releases what matches no longer", async () => {
    const { names, bodies } = await claim([object({ ownerReferences: [OWN_REF] })], [{}]);
    expect(names).toEqual([]);
    expect(bodies[0]).toEqual({
      metadata: {
        uid: "a",
        ownerReferences: [{ $patch: "delete", uid: "o" }],
        "$deleteFromPrimitiveList/finalizers": ["f"],
      },
    });
  });

  it.each<[string, Partial<ObjectMeta>, ScriptedAnswer[], readonly string[] | string]>([
    ["an orphan that is gone", MATCHING, [LIVE, GONE], []],
    ["an object to release that is gone", { ownerReferences: [OWN_REF] }, [GONE], []],
    [
      "an object to release that is another one",
      { ownerReferences: [OWN_REF] },
      [{ status: 422, body: { kind: "Status", reason: "Invalid", code: 422 } }],
      [],
    ],
    ["an owner that is gone", MATCHING, [GONE], []],
    [
      "an owner that was made anew",
      MATCHING,
      [{ body: { metadata: { ...OWNER, uid: "new" } } }],
      "original ConfigMap n/owner is gone: got uid new, wanted o",
    ],
    [
      "an owner that goes",
      MATCHING,
      [{ body: { metadata: { ...OWNER, deletionTimestamp: NOW } } }],
      `n/owner has just been deleted at ${NOW}`,
    ],
    ["a server that refuses", MATCHING, [LIVE, { status: 403, body: "no" }], "no"],
  ])("meets %s", async (_case, metadata, answers, names) => {
    expect((await claim([object(metadata)], answers)).names).toEqual(names);
  });
});
