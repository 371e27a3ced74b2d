import { describe, expect, it } from "vitest";
import type { CertificateSigningRequest } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { isOutdated } from "./cleaner.ts";

const now = Date.UTC(2026, 7, 1);
const HOUR_MS = 3_600_000;

/** A request with one condition, so many hours old. */
function request(type: string | undefined, hours: number, certificate?: string) {
  const time = formatTime(now - hours * HOUR_MS);
  const conditions = type === undefined ? [] : [{ type, status: "True", lastUpdateTime: time }];
  return {
    metadata: { name: "r", creationTimestamp: time },
    status: { conditions, ...(certificate === undefined ? {} : { certificate }) },
  } as CertificateSigningRequest;
}

describe("a request is outdated", () => {
  it.each([
    ["pending for a day", undefined, 24, undefined, undefined, false],
    ["pending for more", undefined, 25, undefined, undefined, true],
    ["issued an hour ago", "Approved", 1, "pem", undefined, false],
    ["issued before that", "Approved", 2, "pem", undefined, true],
    ["approved and not signed for a day", "Approved", 24, undefined, undefined, false],
    ["approved and not signed for more", "Approved", 25, undefined, undefined, true],
    ["denied", "Denied", 2, undefined, undefined, true],
    ["failed", "Failed", 2, undefined, undefined, true],
    ["issued and ended", "Approved", 0, "pem", now - 1, true],
    ["issued and still good", "Approved", 0, "pem", now + 1, false],
    ["of a condition nobody knows", "Other", 99, undefined, undefined, false],
  ])("%s", (_what, type, hours, certificate, endsAt, outdated) => {
    expect(isOutdated(request(type, hours, certificate), now, endsAt)).toBe(outdated);
  });
});
