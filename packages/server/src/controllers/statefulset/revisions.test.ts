import { describe, expect, it } from "vitest";
import type { ControllerRevision, StatefulSet } from "../../api/types.ts";
import {
  atRevision,
  byRevision,
  decideUpdateRevision,
  newRevision,
  revisionsToDelete,
  revisionText,
} from "./revisions.ts";

function set(image: string, more: Partial<StatefulSet["status"]> = {}): StatefulSet {
  return {
    metadata: { namespace: "default", name: "test", uid: "u" },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 1,
      selector: { matchLabels: { app: "foo" } },
      template: {
        metadata: { labels: { app: "foo" }, annotations: { test: "value" } },
        spec: {
          containers: [
            {
              name: "test",
              image,
              imagePullPolicy: "Always",
              resources: {},
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "File",
            },
          ],
          dnsPolicy: "ClusterFirst",
          restartPolicy: "Always",
          schedulerName: "default-scheduler",
          securityContext: {},
          terminationGracePeriodSeconds: 30,
        },
      },
    },
    status: { replicas: 0, ...more },
  };
}

const revision = (image: string, number: number): ControllerRevision =>
  newRevision(set(image), number, 0);

describe("a revision of a StatefulSet", () => {
  it("is what Kubernetes makes of the same template", () => {
    const made = newRevision(set("test"), 2, 0);
    expect(revisionText(set("test"))).toMatch(
      /^\{"spec":\{"template":\{"\$patch":"replace","metadata":\{"annotations":\{"test":"value"\},"labels":/,
    );
    // Name and hash of a revision that a StatefulSet of level 1.34 has.
    expect(made.metadata).toEqual({
      name: "test-776999688b",
      namespace: "default",
      labels: { app: "foo", "controller.kubernetes.io/hash": "776999688b" },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "StatefulSet",
          name: "test",
          uid: "u",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    expect(newRevision(set("test"), 2, 1).metadata.name).toBe("test-776999688c");
  });

  it("brings its template back", () => {
    const back = atRevision(set("two"), revision("one", 1));
    expect(back).toEqual(set("one"));
  });
});

describe("the revision of the template", () => {
  const one = revision("one", 1);
  const two = revision("two", 2);
  it.each<[string, string, ControllerRevision[], string]>([
    ["is made when there is none", "one", [], "create 1"],
    ["is the newest when that is it", "two", [one, two], "none 2"],
    ["is raised when it is an older one", "one", [one, two], "raise 1 to 3"],
    ["is made when it is another", "three", [one, two], "create 3"],
  ])("%s", (_case, image, revisions, expected) => {
    const decision = decideUpdateRevision(set(image), revisions);
    const to = decision.action === "raise" ? ` to ${decision.to}` : "";
    expect(`${decision.action} ${decision.revision.revision}${to}`).toBe(expected);
  });

  it("is the newest when it is only written otherwise", () => {
    const { data } = one;
    const template = (data as { spec: { template: object } }).spec.template;
    const wordy = { ...one, data: { spec: { template: { ...template, metadata: undefined } } } };
    const bare = set("one");
    if (bare.spec !== undefined) bare.spec.template = { ...bare.spec.template, metadata: {} };
    expect(decideUpdateRevision(bare, [wordy]).action).toBe("none");
  });
});

it("old revisions go when nobody uses them", () => {
  const all = [1, 2, 3, 4, 5].map((number) => revision(String(number), number));
  const [first, second, third, , fifth] = all;
  if (first === undefined || second === undefined || fifth === undefined) throw new Error("none");
  const pod = { metadata: { labels: { "controller-revision-hash": first.metadata.name ?? "" } } };
  const gone = revisionsToDelete(set("x"), all, [fifth], [pod]);
  expect(gone).toEqual([second, third]);
  expect(all.toReversed().sort(byRevision)).toEqual(all);
});
