import { describe, expect, it } from "vitest";
import { policyOf, printLevel } from "./policy.ts";

const PREFIX = "pod-security.kubernetes.io/";

function read(labels: Record<string, string>): string {
  const named = Object.entries(labels).map(([key, value]) => [`${PREFIX}${key}`, value]);
  const { policy, errors } = policyOf(Object.fromEntries(named));
  const levels = [policy.enforce, policy.audit, policy.warn].map(printLevel).join(" ");
  return [levels, ...errors.map(({ field, message }) => `${field}: ${message}`)].join("\n");
}

describe("policyOf", () => {
  it.each([
    [{}, "privileged:latest privileged:latest privileged:latest"],
    [{ enforce: "baseline" }, "baseline:latest privileged:latest baseline:latest"],
    [
      { enforce: "baseline", "enforce-version": "v1.30" },
      "baseline:v1.30 privileged:latest baseline:v1.30",
    ],
    [
      { enforce: "baseline", warn: "restricted" },
      "baseline:latest privileged:latest restricted:latest",
    ],
    [
      { enforce: "restricted", warn: "privileged" },
      "restricted:latest privileged:latest privileged:latest",
    ],
    [
      { audit: "restricted", "audit-version": "v1.0" },
      "privileged:latest restricted:v1.0 privileged:latest",
    ],
    [
      { enforce: "Baseline", warn: "x" },
      `restricted:latest privileged:latest privileged:latest
metadata.labels[${PREFIX}enforce]: Invalid value: "Baseline": must be one of privileged, baseline, restricted
metadata.labels[${PREFIX}warn]: Invalid value: "x": must be one of privileged, baseline, restricted`,
    ],
    [
      { "warn-version": "v1.01" },
      `privileged:latest privileged:latest privileged:latest
metadata.labels[${PREFIX}warn-version]: Invalid value: "v1.01": must be "latest" or "v1.x"`,
    ],
  ])("%j", (labels, expected) => {
    expect(read(labels)).toBe(expected);
  });
});
