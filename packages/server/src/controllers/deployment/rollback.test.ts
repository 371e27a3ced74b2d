import { describe, expect, it } from "vitest";
import { decideRollback, rollbackRevision } from "./rollback.ts";
import { deployment, sets } from "./sets.fixture.ts";

const REVISION = "deployment.kubernetes.io/revision";
const WISH = "deprecated.deployment.rollback.to";
const all = sets(
  [
    { name: "a", replicas: 0, annotations: { [REVISION]: "1", cause: "create" } },
    { name: "b", replicas: 0, annotations: { [REVISION]: "2" } },
  ],
  { replicas: 1, annotations: { [REVISION]: "3" } },
);

const asking = (revision: string) =>
  deployment({ replicas: 1, annotations: { [WISH]: revision, [REVISION]: "3", cause: "edit" } });

describe("an undo by annotation", () => {
  it("is asked for by a number", () => {
    const found = ["0", "2", "x", ""].map((text) => rollbackRevision(asking(text)));
    expect(found).toEqual([0, 2, undefined, undefined]);
    expect(rollbackRevision(deployment({ replicas: 1 }))).toBeUndefined();
  });

  it.each<[string, number, string | undefined, string]>([
    [
      "to a revision",
      1,
      "a",
      'Normal DeploymentRollback Rolled back deployment "web" to revision 1',
    ],
    ["to the last", 0, "b", 'Normal DeploymentRollback Rolled back deployment "web" to revision 2'],
    [
      "to what it is",
      3,
      "new",
      'Warning DeploymentRollbackTemplateUnchanged The rollback revision contains the same template as current deployment "web"',
    ],
    [
      "to what is not there",
      9,
      "new",
      "Warning DeploymentRollbackRevisionNotFound Unable to find the revision to rollback to.",
    ],
  ])("goes %s", (_case, revision, image, told) => {
    const rollback = decideRollback(asking(String(revision)), all, revision);
    expect(`${rollback.type} ${rollback.reason} ${rollback.message}`).toBe(told);
    const { metadata, spec } = rollback.deployment;
    expect(spec?.template.spec?.containers?.[0]?.image).toBe(image);
    expect(spec?.template.metadata?.labels).toEqual({ app: "web" });
    expect(metadata.annotations).not.toHaveProperty([WISH]);
    expect(metadata.annotations?.[REVISION]).toBe("3");
    expect(metadata.annotations?.cause).toBe(
      image === "new" ? "edit" : image === "a" ? "create" : undefined,
    );
  });

  it("finds nothing where there is no history", () => {
    const rollback = decideRollback(asking("0"), sets([], { replicas: 1 }), 0);
    expect(rollback.message).toBe("Unable to find last revision.");
  });
});
