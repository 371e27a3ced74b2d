import { CompactSign } from "jose";
import { expect, it } from "vitest";
import { detachedSignature } from "./detached-signature.ts";

it("is upstream's, byte for byte", () => {
  expect(
    detachedSignature(
      "Hello from the other side. I must have called a thousand times.",
      "joshua",
      "my voice is my passcode",
    ),
  ).toBe("eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8");
});

it("is a JWS whose middle somebody has taken out", async () => {
  const content = "apiVersion: v1\nkind: Config\n# ünïcode\n";
  const key = "0123456789abcdef0123456789abcdef";
  const whole = await new CompactSign(Buffer.from(content))
    .setProtectedHeader({ alg: "HS256", kid: "abcdef" })
    .sign(Buffer.from(key));
  expect(detachedSignature(content, "abcdef", key)).toBe(whole.replace(/\..*\./, ".."));
});
