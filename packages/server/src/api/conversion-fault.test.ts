import { describe, expect, it } from "vitest";
import { withGoIntegers } from "./conversion-fault.ts";

const MIN_INT64 = -(2n ** 63n);

/** Go on amd64: a float out of range becomes the smallest integer, an integer loses its upper bits. */
describe("whole numbers of another size", () => {
  it.each<[unknown, unknown, unknown]>([
    [5, 5, 5],
    [1e300, MIN_INT64, 0],
    [-1e300, MIN_INT64, 0],
    [2 ** 63, MIN_INT64, 0],
    [-(2 ** 63), MIN_INT64, 0],
    [2n ** 63n - 1n, 2n ** 63n - 1n, -1],
    [2 ** 32 + 1, 2 ** 32 + 1, 1],
    [2 ** 31, 2 ** 31, -(2 ** 31)],
    [1.5, 1.5, 1.5],
    ["5", "5", "5"],
    [null, null, null],
  ])("%s is %s in 64 bits, %s in 32", (value, wide, narrow) => {
    const pod = {
      spec: {
        terminationGracePeriodSeconds: value,
        containers: [{ ports: [{ containerPort: value }] }],
      },
    };
    expect(withGoIntegers("core.v1.Pod", pod)).toEqual({
      spec: {
        terminationGracePeriodSeconds: wide,
        containers: [{ ports: [{ containerPort: narrow }] }],
      },
    });
  });

  it("is left alone where it is no integer of the schema", () => {
    const value = { metadata: { labels: { a: 2 ** 40 } }, unknown: 1e300, data: 2 ** 40 };
    expect(withGoIntegers("core.v1.ConfigMap", value)).toEqual(value);
  });
});
