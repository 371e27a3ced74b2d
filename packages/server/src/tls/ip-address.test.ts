import { SocketAddress } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ipAddressBytes } from "./ip-address.ts";

describe("ipAddressBytes", () => {
  test.each([
    ["127.0.0.1", "7f000001"],
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["fd00::", "fd000000000000000000000000000000"],
    ["2001:db8::ff00:42:8329", "20010db8000000000000ff0000428329"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["::ffff:10.0.0.1", "00000000000000000000ffff0a000001"],
    ["fe80::1%eth0", "fe800000000000000000000000000001"],
  ])("%s", (text, hex) => {
    expect(Buffer.from(ipAddressBytes(text) ?? []).toString("hex")).toBe(hex);
  });

  test.each(["", "localhost", "1.2.3", "1.2.3.4.5", "::1::2", "g::"])("refuses %j", (text) => {
    expect(ipAddressBytes(text)).toBeUndefined();
  });

  test("agrees with the system's reading of any IPv6 address", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const bytes = ipAddressBytes(text);
        const groups = Buffer.from(bytes ?? [])
          .toString("hex")
          .match(/.{4}/g);
        const same = new SocketAddress({ address: groups?.join(":") ?? "", family: "ipv6" });
        expect(same.address).toBe(new SocketAddress({ address: text, family: "ipv6" }).address);
      }),
    );
  });
});
