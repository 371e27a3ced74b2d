import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseServiceAccountUsername, serviceAccountUsername } from "./service-account-username.ts";

describe("parseServiceAccountUsername", () => {
  it.each([
    ["system:serviceaccount:ns:a.b-c.d", { namespace: "ns", name: "a.b-c.d" }],
    ["system:serviceaccount:ns:a:b", undefined],
    ["system:serviceaccount:ns", undefined],
    ["system:serviceaccount:ns:", undefined],
    ["system:serviceaccount::a", undefined],
    ["system:serviceaccount:n.s:a", undefined],
    ["system:serviceaccount:NS:a", undefined],
    ["system:serviceaccount:ns:A", undefined],
    [`system:serviceaccount:${"n".repeat(64)}:a`, undefined],
    [`system:serviceaccount:ns:${"a".repeat(254)}`, undefined],
    [
      `system:serviceaccount:${"n".repeat(63)}:${"a".repeat(253)}`,
      { namespace: "n".repeat(63), name: "a".repeat(253) },
    ],
    ["system:serviceaccounts:ns:a", undefined],
    ["joe", undefined],
  ])("%s", (username, expected) => {
    expect(parseServiceAccountUsername(username)).toEqual(expected);
  });

  it("reads back what was made", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(label, fc.array(label, { minLength: 1, maxLength: 3 }), (namespace, parts) => {
        const name = parts.join(".");
        expect(parseServiceAccountUsername(serviceAccountUsername(namespace, name))).toEqual({
          namespace,
          name,
        });
      }),
    );
  });
});
