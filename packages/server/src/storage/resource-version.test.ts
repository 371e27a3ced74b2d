import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withResourceVersion } from "./resource-version.ts";

const set = (json: string, revision: number): string =>
  Buffer.from(withResourceVersion(Buffer.from(json), revision)).toString();

describe("withResourceVersion", () => {
  const cases: [string, string, string][] = [
    [
      "same length",
      '{"metadata":{"resourceVersion":"10"}}',
      '{"metadata":{"resourceVersion":"42"}}',
    ],
    [
      "longer",
      '{"metadata":{"resourceVersion":""},"a":1}',
      '{"metadata":{"resourceVersion":"42"},"a":1}',
    ],
    [
      "spaces",
      ' { "metadata" : {\n"resourceVersion" : "1" } }',
      ' { "metadata" : {\n"resourceVersion" : "42" } }',
    ],
    [
      "look-alikes before and inside",
      '{"a":"\\"metadata\\":{","spec":{"metadata":{"resourceVersion":"1"}},"metadata":{"annotations":{"resourceVersion":"2","x":"}\\\\"},"resourceVersion":"3"}}',
      '{"a":"\\"metadata\\":{","spec":{"metadata":{"resourceVersion":"1"}},"metadata":{"annotations":{"resourceVersion":"2","x":"}\\\\"},"resourceVersion":"42"}}',
    ],
    ["no version", '{"metadata":{"name":"a"}}', '{"metadata":{"name":"a"}}'],
    ["no metadata", '{"kind":"T","n":[1,{"metadata":{}}]}', '{"kind":"T","n":[1,{"metadata":{}}]}'],
    ["no object", '"metadata"', '"metadata"'],
    ["nothing", "", ""],
  ];
  it.each(cases)("%s", (_, json, expected) => {
    expect(set(json, 42)).toBe(expected);
  });

  it("changes that one value of any object and nothing else", () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(members, members, members, fc.nat(), (before, metadata, after, revision) => {
        const make = (version: string): unknown => ({
          ...before,
          metadata: { ...metadata, resourceVersion: version },
          ...after,
        });
        const changed = JSON.stringify(make(`${revision}`));
        expect(set(JSON.stringify(make("1")), revision)).toBe(changed);
      }),
    );
  });
});
