import { describe, expect, it } from "vitest";
import {
  annotationsOfRollback,
  lastRevision,
  maxRevision,
  newestAnnotations,
  revisionOf,
} from "./revisions.ts";
import { deployment, replicaSet } from "./sets.fixture.ts";

const REVISION = "deployment.kubernetes.io/revision";
const HISTORY = "deployment.kubernetes.io/revision-history";
const APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const withRevision = (revision: string) =>
  replicaSet({ name: revision, replicas: 0, annotations: { [REVISION]: revision } });

describe("revisions", () => {
  it("are numbers of rollouts", () => {
    const all = ["3", "x", "7", "5"].map(withRevision);
    expect(all.map(revisionOf)).toEqual([3, undefined, 7, 5]);
    expect(revisionOf({ metadata: {} })).toBe(0);
    expect([maxRevision(all), lastRevision(all)]).toEqual([7, 5]);
    expect([maxRevision([]), lastRevision([]), lastRevision([withRevision("4")])]).toEqual([
      0, 0, 0,
    ]);
  });
});

describe("annotations of the newest set", () => {
  const wanted = deployment({
    replicas: 1,
    annotations: { cause: "edit", [REVISION]: "9", [APPLIED]: "{}" },
  });

  it("are those of the deployment that do not say something about itself, and its number", () => {
    expect(newestAnnotations(wanted, undefined, 2)).toEqual({ cause: "edit", [REVISION]: "2" });
    const current = { cause: "create", own: "kept", [REVISION]: "2" };
    expect(newestAnnotations(wanted, current, 2)).toEqual({ ...current, cause: "edit" });
  });

  it("never get a lower number", () => {
    expect(newestAnnotations(wanted, { [REVISION]: "5" }, 3)?.[REVISION]).toBe("5");
  });

  it("keep the numbers that the set had before it was rolled back to", () => {
    const once = newestAnnotations(wanted, { [REVISION]: "1" }, 3);
    expect(once).toMatchObject({ [REVISION]: "3", [HISTORY]: "1" });
    expect(newestAnnotations(wanted, once, 5)).toMatchObject({
      [REVISION]: "5",
      [HISTORY]: "1,3",
    });
  });

  it("forget the oldest numbers when there are too many", () => {
    const long = Array.from({ length: 400 }, (_, index) => 1000 + index).join(",");
    const next = newestAnnotations(wanted, { [REVISION]: "2000", [HISTORY]: long }, 3000);
    const history = next?.[HISTORY] ?? "";
    expect(history.length).toBeLessThanOrEqual(2000);
    expect(history).toMatch(/^1001,.*,1399,2000$/);
  });

  it("are left alone when the set's number is none", () => {
    expect(newestAnnotations(wanted, { [REVISION]: "x" }, 3)).toBeUndefined();
  });
});

it("a rollback takes the set's annotations and keeps the deployment's own", () => {
  const wanted = deployment({
    replicas: 1,
    annotations: { cause: "edit", more: "x", [REVISION]: "2" },
  });
  const set = replicaSet({
    name: "old",
    replicas: 0,
    annotations: { cause: "create", [REVISION]: "1", [HISTORY]: "0" },
  });
  expect(annotationsOfRollback(wanted, set)).toEqual({ cause: "create", [REVISION]: "2" });
});
