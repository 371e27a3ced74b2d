import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { StatusError } from "../../api/status-error.ts";
import type { AuthenticationResult } from "../../authentication/authenticator.ts";
import { reviewSelf } from "./self-subject-review.ts";
import { reviewToken } from "./token-review.ts";

const user = {
  username: "system:serviceaccount:ns:app",
  uid: "u-1",
  groups: ["system:serviceaccounts", "system:authenticated"],
  extra: { z: ["1"], a: ["2"] },
};
const good: AuthenticationResult = { outcome: "authenticated", user, audiences: ["api"] };
const written = {
  username: "system:serviceaccount:ns:app",
  uid: "u-1",
  groups: ["system:serviceaccounts", "system:authenticated"],
  extra: { a: ["2"], z: ["1"] },
};

function review(
  body: Partial<KubeObject>,
  result: AuthenticationResult | Promise<AuthenticationResult> = good,
): { answer: KubeObject | Promise<KubeObject>; asked: unknown } {
  let asked: unknown;
  const reviewer = {
    reviewToken: (token: string, audiences: readonly string[]) => {
      asked = [token, audiences];
      return result;
    },
  };
  const answer = reviewToken({ metadata: {}, ...body }, { reviewer, apiAudiences: ["api"] });
  return { answer, asked };
}

describe("a token review", () => {
  it("is its own body with the verdict, as fast as the verdict", () => {
    const { answer, asked } = review({ spec: { token: "t" } });
    expect(asked).toEqual(["t", ["api"]]);
    expect(JSON.stringify(answer)).toBe(
      JSON.stringify({
        kind: "TokenReview",
        apiVersion: "authentication.k8s.io/v1",
        metadata: {},
        spec: { token: "t" },
        status: { user: written, authenticated: true, audiences: ["api"] },
      }),
    );
  });

  it("may take its time", async () => {
    const { answer } = review({ spec: { token: "t" } }, Promise.resolve(good));
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toMatchObject({ status: { authenticated: true } });
  });

  it.each([
    [undefined, ["api"]],
    [null, ["api"]],
    [[], ["api"]],
    [
      ["x", "api"],
      ["x", "api"],
    ],
  ])("asks for audiences %j", (audiences, wanted) => {
    expect(review({ spec: { token: "t", audiences } }).asked).toEqual(["t", wanted]);
  });

  it.each<[string, AuthenticationResult, unknown, unknown]>([
    ["a failure", { outcome: "failed", error: "why" }, undefined, { user: {}, error: "why" }],
    [
      "a failure of one who claims success",
      { outcome: "failed", error: "why" },
      { authenticated: true, user: { username: "me" }, audiences: ["mine"], error: "old" },
      { user: { username: "me" }, audiences: ["mine"], error: "why" },
    ],
    ["nobody", { outcome: "no-opinion" }, { authenticated: true }, { user: {} }],
    [
      "success, whatever was sent",
      good,
      { user: { username: "me", uid: "x" }, audiences: ["mine"] },
      { authenticated: true, user: written, audiences: ["api"] },
    ],
    [
      "the anonymous",
      {
        outcome: "authenticated",
        user: {
          username: "system:anonymous",
          uid: "",
          groups: ["system:unauthenticated"],
          extra: {},
        },
        audiences: ["api"],
      },
      undefined,
      {
        authenticated: true,
        user: { username: "system:anonymous", groups: ["system:unauthenticated"] },
        audiences: ["api"],
      },
    ],
  ])("tells of %s", async (_what, result, status, expected) => {
    const { answer } = review({ spec: { token: "t" }, ...(status ? { status } : {}) }, result);
    expect((await answer).status).toEqual(expected);
  });

  it("gives metadata back, but for what only stored objects have", async () => {
    const metadata = {
      name: "n",
      labels: { a: "b" },
      namespace: "default",
      uid: "x",
      creationTimestamp: "2000-01-01T00:00:00Z",
      managedFields: [{ manager: "m" }],
    };
    expect((await review({ metadata, spec: { token: "t" } }).answer).metadata).toEqual({
      name: "n",
      labels: { a: "b" },
      managedFields: [{ manager: "m" }],
    });
  });

  it.each([undefined, {}, { token: "" }])("needs a token: %j", (spec) => {
    expect(() => review({ spec })).toThrow("token is required for TokenReview in authentication");
  });

  it("does not pass on audiences that nobody asked for", async () => {
    const asked = { spec: { token: "t", audiences: ["x"] } };
    const message = "Internal error occurred: error validating audiences";
    expect(() => review(asked)).toThrow(message);
    await expect(review(asked, Promise.resolve(good)).answer).rejects.toThrow(StatusError);
    expect(() => review(asked, { ...good, audiences: [] })).toThrow(message);
  });
});

describe("a self subject review", () => {
  it("tells who asks", () => {
    expect(JSON.stringify(reviewSelf(user, Date.UTC(2026, 0, 1) + 1))).toBe(
      JSON.stringify({
        kind: "SelfSubjectReview",
        apiVersion: "authentication.k8s.io/v1",
        metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
        status: { userInfo: written },
      }),
    );
  });

  it("leaves out what is empty", () => {
    const jane = { username: "jane", uid: "", groups: [], extra: {} };
    expect(reviewSelf(jane, 0).status).toEqual({ userInfo: { username: "jane" } });
  });

  it("needs a user", () => {
    expect(() => reviewSelf(undefined, 0)).toThrow("no user present on request");
  });
});
