import { describe, expect, test } from "vitest";
import { maskOutput } from "./lesson-masks.ts";

describe("what differs from run to run is equal", () => {
  test.each([
    ["tokens", "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln", "eyJhbGciOiJSUzI1NiJ9.eyJiIjoyfQ.x_y-z"],
    [
      "uids",
      "uid: 2f1c8a44-0d1e-4c55-9a3b-0123456789ab",
      "uid: 00000000-0000-4000-8000-000000000000",
    ],
    ["times", "at 2026-01-01T00:00:00Z", "at 2031-12-31T23:59:59.123456Z"],
    ["ages", "default   0         3s", "default   0         12m5s"],
    ["repeated events", "4s (x2 over 7s)", "61s (x2 over 2m)"],
    ["names of pods", "web-7d4b9c6f5-x2v4q   1/1", "web-665c8cfb4d-9zkwt   1/1"],
    ["addresses", "https://127.0.0.1:6443", "https://10.1.2.3:16443"],
    ["column widths", "NAME   AGE\na      3s", "NAME     AGE\na        3s"],
    ["claims of time", '"exp": 1790000000', '"exp": 1890000001'],
  ])("%s", (_name, left, right) => {
    expect(maskOutput(left)).toBe(maskOutput(right));
  });
});

describe("what matters is not masked", () => {
  test.each([
    ["names", "default", "dashboard-sa"],
    ["numbers", "SECRETS 0", "SECRETS 1"],
    ["verdicts", "yes", "no"],
    ["words with digits", "pods-1 is forbidden", "pods-2 is forbidden"],
    ["audiences", '"aud": ["vault"]', '"aud": ["api"]'],
    ["a missing line", "a\nb", "a"],
    ["an age that is not there", "3s", "<none>"],
  ])("%s", (_name, left, right) => {
    expect(maskOutput(left)).not.toBe(maskOutput(right));
  });
});
