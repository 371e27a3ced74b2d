import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overlappingPathWarnings } from "./volume-warnings.ts";

function warningsOf(paths: readonly string[]): string[] {
  const items = paths.map((path) => ({ key: "k", path }));
  return overlappingPathWarnings([{ name: "v", configMap: { name: "m", items } }]);
}

const HEAD = 'volume "v" (ConfigMap "m"): overlapping paths: ';

describe("files that lie on top of each other", () => {
  it.each([
    [["a", "b", "ab"], []],
    [["a", "a"], ['"a" with "a"']],
    [["a", "a/b"], ['"a/b" with "a"']],
    [["a/b/c", "x", "a"], ['"a" with "a/b/c"']],
    [["a/", "a//"], ['"a" with "a"']],
    [
      ["a", "", "a/b", "a"],
      ['"a/b" with "a"', '"a" with "a"', '"a" with "a/b"'],
    ],
  ])("%j", (paths, found) => {
    expect(warningsOf(paths)).toEqual(found.map((each) => HEAD + each));
  });

  it("are found as when each is compared with each", () => {
    const part = fc.constantFrom("a", "b", "ab");
    const path = fc.array(part, { maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), (paths) => {
        const expected: string[] = [];
        paths.forEach((one, at) => {
          for (const other of paths.slice(0, at)) {
            const over = `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
            if (one !== "" && other !== "" && over)
              expected.push(`${HEAD}"${one}" with "${other}"`);
          }
        });
        expect(warningsOf(paths)).toEqual(expected);
      }),
    );
  });

  it.each([
    ["that differ", (index: number) => `p${index}`, 0],
    ["that are the same", () => "p", 500],
    ["of no file", () => "a/".repeat(10_000), 0],
  ])("take no time, nor memory, where there are thousands %s", (_what, path, count) => {
    const start = performance.now();
    expect(warningsOf(Array.from({ length: 20_000 }, (_, at) => path(at)))).toHaveLength(count);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
