import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { StatusError } from "../../api/status-error.ts";
import type { UserInfo } from "../../authentication/authenticator.ts";
import type { AuthorizationAttributes, Authorizer } from "../../authorization/authorizer.ts";
import { answerLocalSubjectAccessReview } from "./local-subject-access-review.ts";
import { answerSelfSubjectAccessReview } from "./self-subject-access-review.ts";
import { answerSelfSubjectRulesReview } from "./self-subject-rules-review.ts";
import { answerSubjectAccessReview } from "./subject-access-review.ts";

const jane: UserInfo = { username: "jane", uid: "1", groups: ["devs"], extra: {} };
const seen: AuthorizationAttributes[] = [];
const authorizer: Authorizer = {
  authorize: (wish) => {
    seen.push(wish);
    if (wish.verb === "get") return { decision: "allow", reason: "because" };
    if (wish.verb === "deny") return { decision: "deny", reason: "", error: "broken" };
    return { decision: "no-opinion", reason: "" };
  },
};

function review(spec: object, metadata: KubeObject["metadata"] = {}): KubeObject {
  return { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", metadata, spec };
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "";
}

const PODS = { verb: "list", resource: "pods", namespace: "ns" };
const HEAD = '422 .authorization.k8s.io "" is invalid: ';

describe("evaluation", () => {
  test.each([
    ["get", { allowed: true, reason: "because" }],
    ["deny", { allowed: false, denied: true, evaluationError: "broken" }],
    ["list", { allowed: false }],
  ])("%s", (verb, status) => {
    const body = review({ user: "u", resourceAttributes: { verb } });
    expect(answerSubjectAccessReview(body, authorizer)).toEqual({ ...body, status });
    expect(body.status).toBeUndefined();
  });
  test("the subject is what the review says", async () => {
    const body = review({
      user: "u",
      groups: ["g"],
      uid: "7",
      extra: { K: ["v"] },
      resourceAttributes: {
        verb: "x",
        group: "apps",
        resource: "deployments",
        subresource: "scale",
        name: "d",
        namespace: "n",
      },
    });
    await answerSubjectAccessReview(body, authorizer);
    expect(seen.at(-1)).toEqual({
      user: { username: "u", uid: "7", groups: ["g"], extra: { K: ["v"] } },
      verb: "x",
      resourceRequest: true,
      apiGroup: "apps",
      apiVersion: "*",
      resource: "deployments",
      subresource: "scale",
      name: "d",
      namespace: "n",
      path: "",
    });
  });
  test("oneself, about a path", () => {
    const body = review({ nonResourceAttributes: { verb: "get", path: "/x" } });
    expect(answerSelfSubjectAccessReview(body, jane, authorizer)).toMatchObject({
      status: { allowed: true },
    });
    expect(seen.at(-1)).toMatchObject({
      user: jane,
      resourceRequest: false,
      path: "/x",
      verb: "get",
    });
  });
  test("an authorizer that takes its time", async () => {
    const slow: Authorizer = { authorize: async (wish) => authorizer.authorize(wish) };
    const body = review({ resourceAttributes: { verb: "get" } });
    expect(await answerSelfSubjectAccessReview(body, jane, slow)).toMatchObject({
      status: { allowed: true },
    });
  });
});

describe("what a review must hold", () => {
  const both = { resourceAttributes: PODS, nonResourceAttributes: { verb: "get", path: "/" } };
  const NEITHER =
    "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified";
  const BOTH =
    'spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":"get"}: cannot be specified in combination with resourceAttributes';
  const NOBODY = 'spec.user: Invalid value: "": at least one of user or group must be specified';
  test.each([
    [{}, {}, `[${NEITHER}, ${NOBODY}]`],
    [{ user: "u" }, {}, NEITHER],
    [{ ...both, uid: "1" }, {}, `[${BOTH}, ${NOBODY}]`],
    [{ ...both, groups: ["g"] }, {}, BOTH],
    [
      { user: "u", resourceAttributes: PODS },
      { labels: { b: "2", a: "1" }, name: "n", managedFields: [{ time: "t", manager: "m" }] },
      'metadata: Invalid value: {"name":"n","labels":{"a":"1","b":"2"},"managedFields":[{"manager":"m","time":"t"}]}: must be empty',
    ],
  ])("%j", (spec, metadata, text) => {
    expect(refusal(() => answerSubjectAccessReview(review(spec, metadata), authorizer))).toBe(
      HEAD + text,
    );
  });
  test("the status has neither kind nor name", async () => {
    try {
      await answerSelfSubjectAccessReview(review({}), jane, authorizer);
      expect.unreachable();
    } catch (error) {
      const details = error instanceof StatusError ? error.status.details : undefined;
      expect(Object.keys(details ?? {})).toEqual(["group", "causes"]);
    }
  });
  test("what the server sets is dropped, managers stay", () => {
    const metadata = {
      namespace: "x",
      uid: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      managedFields: [{ manager: "m" }],
    };
    expect(
      answerSubjectAccessReview(
        review({ user: "u", resourceAttributes: PODS }, metadata),
        authorizer,
      ),
    ).toMatchObject({
      metadata: { managedFields: [{ manager: "m" }] },
    });
  });
});

describe("selectors", () => {
  const ask = (selectors: object): KubeObject =>
    review({ user: "u", resourceAttributes: { ...PODS, ...selectors } });
  const requirement = (operator: string, ...values: string[]): object => ({
    key: "k",
    operator,
    values,
  });
  const field = (...requirements: object[]): object => ({ fieldSelector: { requirements } });
  const label = (...requirements: object[]): object => ({ labelSelector: { requirements } });
  test.each([
    [
      field(requirement("In", "a")),
      { fieldSelector: [{ key: "k", operator: "=", values: ["a"] }] },
      undefined,
    ],
    [
      field(requirement("NotIn", "a")),
      { fieldSelector: [{ key: "k", operator: "!=", values: ["a"] }] },
      undefined,
    ],
    [
      field(requirement("In", "a", "b")),
      { fieldSelector: [] },
      "spec.resourceAttributes.fieldSelector ignored due to parse error",
    ],
    [
      field(requirement("Exists")),
      { fieldSelector: [] },
      "spec.resourceAttributes.fieldSelector ignored due to parse error",
    ],
    [
      field(requirement("Near", "a"), requirement("In", "a")),
      { fieldSelector: [{ key: "k", operator: "=", values: ["a"] }] },
      "spec.resourceAttributes.fieldSelector partially ignored due to parse error",
    ],
    [
      { fieldSelector: { rawSelector: "a==b" } },
      { fieldSelector: [{ key: "a", operator: "=", values: ["b"] }] },
      undefined,
    ],
    [
      { fieldSelector: { rawSelector: "a" } },
      { fieldSelector: [] },
      "spec.resourceAttributes.fieldSelector ignored due to parse error",
    ],
    [
      label(requirement("In", "a", "b"), requirement("DoesNotExist")),
      {
        labelSelector: [
          { key: "k", operator: "in", values: ["a", "b"] },
          { key: "k", operator: "!", values: [] },
        ],
      },
      undefined,
    ],
    [
      { ...label(requirement("Gt", "1")), ...field(requirement("Exists")) },
      { labelSelector: [], fieldSelector: [] },
      "spec.resourceAttributes.fieldSelector ignored due to parse error; spec.resourceAttributes.labelSelector ignored due to parse error",
    ],
    [
      { labelSelector: { rawSelector: "app in (a)" } },
      { labelSelector: [{ key: "app", operator: "in", values: ["a"] }] },
      undefined,
    ],
  ])("%j", (selectors, attributes, evaluationError) => {
    const answer = answerSubjectAccessReview(ask(selectors), authorizer);
    const status = answer instanceof Promise ? undefined : answer.status;
    expect(status).toEqual({
      allowed: false,
      ...(evaluationError === undefined ? {} : { evaluationError }),
    });
    expect(seen.at(-1)).toMatchObject(attributes);
  });
  test.each([
    [
      field(requirement("In")),
      "fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
    [
      field({ operator: "In", values: ["x"] }),
      "fieldSelector.requirements[0].key: Required value: must be specified",
    ],
    [
      label(requirement("Exists", "x")),
      "labelSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
    [
      { labelSelector: { rawSelector: "a=b", requirements: [requirement("In", "a")] } },
      'labelSelector.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements',
    ],
    [
      { fieldSelector: {} },
      "fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required",
    ],
  ])("%j is refused", (selectors, text) => {
    const refused = refusal(() => answerSubjectAccessReview(ask(selectors), authorizer));
    expect(refused).toBe(`${HEAD}spec.resourceAttributes.${text}`);
  });
});

describe("local reviews", () => {
  const spec = { user: "u", resourceAttributes: PODS };
  test("the namespace is filled in", () => {
    expect(answerLocalSubjectAccessReview(review(spec), "ns", authorizer)).toMatchObject({
      metadata: { namespace: "ns" },
    });
  });
  test.each([
    [
      review(spec, { namespace: "other" }),
      "400 the namespace of the provided object does not match the namespace sent on the request",
    ],
    [
      review({ user: "u", resourceAttributes: { verb: "get", namespace: "x" } }),
      `${HEAD}spec.resourceAttributes.namespace: Invalid value: "x": must match metadata.namespace`,
    ],
    [
      review({ user: "u", nonResourceAttributes: { verb: "get", path: "/" } }),
      `${HEAD}spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":"get"}: disallowed on this kind of request`,
    ],
    [
      review(spec, { name: "n" }),
      `${HEAD}metadata: Invalid value: {"name":"n","namespace":"ns"}: must be empty except for namespace`,
    ],
  ])("%#", (body, text) => {
    expect(refusal(() => answerLocalSubjectAccessReview(body, "ns", authorizer))).toBe(text);
  });
});

describe("rules reviews", () => {
  const resolution = {
    resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"], resourceNames: [] }],
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }],
    incomplete: false,
    error: "gone",
  };
  const expected = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: {},
    status: {
      resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }],
      nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }],
      incomplete: false,
      evaluationError: "gone",
    },
  };
  const body = review({ namespace: "ns" }, { name: "n" });
  test("answered at once and later", async () => {
    expect(answerSelfSubjectRulesReview(body, jane, { rulesFor: () => resolution })).toEqual(
      expected,
    );
    expect(
      await answerSelfSubjectRulesReview(body, jane, { rulesFor: async () => resolution }),
    ).toEqual(expected);
  });
  test("a namespace is needed", () => {
    const action = (): unknown =>
      answerSelfSubjectRulesReview(review({}), jane, { rulesFor: () => resolution });
    expect(refusal(action)).toBe("400 no namespace on request");
  });
});
