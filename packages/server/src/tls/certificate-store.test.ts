import { X509Certificate } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../runtime/clock.ts";
import { systemRandom } from "../runtime/random.ts";
import { LEAF_LIFETIME_MS } from "./certificate-authority.ts";
import { CertificateStore, CertificateStoreError } from "./certificate-store.ts";
import { servingNames } from "./serving-names.ts";

const START = Date.UTC(2026, 7, 1);

describe("CertificateStore", () => {
  let directory = "";
  let at = START;
  const clock: Clock = {
    now: () => at,
    sleep: async (ms) => {
      at += ms;
    },
    after: () => () => {},
  };
  const names = servingNames({
    bindAddress: "0.0.0.0",
    hostname: "host-1",
    serviceAddress: "10.96.0.1",
    extra: [],
  });
  const open = (wanted = names): CertificateStore =>
    new CertificateStore({ directory, names: wanted, clock, random: systemRandom });

  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), "countersign-store-")), "tls");
    at = START;
  });
  afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

  test("writes nothing before it is told to, when it holds", () => {
    const options = { directory, names, clock, random: systemRandom, hold: true };
    const store = new CertificateStore(options);
    expect(existsSync(directory)).toBe(false);
    store.save();
    expect(open().authority.cert).toBe(store.authority.cert);
    expect(open().admin).toEqual(store.admin);
  });

  test("makes everything once, with keys for the owner only", () => {
    const first = open();
    const second = open();
    expect(second.authority.cert).toBe(first.authority.cert);
    expect(second.clientAuthority.cert).toBe(first.clientAuthority.cert);
    expect(second.serving).toEqual(first.serving);
    expect(second.admin).toEqual(first.admin);
    expect(second.agentClient).toEqual(first.agentClient);
    expect(new X509Certificate(first.agentClient.cert).subject).toBe(
      "O=system:masters\nCN=kube-apiserver-kubelet-client",
    );
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const files = readdirSync(directory).sort();
    expect(files).toEqual([
      "admin.crt",
      "admin.key",
      "apiserver-kubelet-client.crt",
      "apiserver-kubelet-client.key",
      "apiserver.crt",
      "apiserver.key",
      "ca.crt",
      "ca.key",
      "client-ca.crt",
      "client-ca.key",
    ]);
    for (const file of files) {
      const mode = statSync(join(directory, file)).mode & 0o777;
      expect([file, mode]).toEqual([file, file.endsWith(".key") ? 0o600 : 0o644]);
    }
  });

  test("the admin is CN=admin, O=system:masters of the client authority", () => {
    const store = open();
    const admin = new X509Certificate(store.admin.cert);
    expect(admin.subject).toBe("O=system:masters\nCN=admin");
    expect(admin.checkIssued(new X509Certificate(store.clientAuthority.cert))).toBe(true);
  });

  test.each([
    ["apiserver.crt", ""],
    ["apiserver.key", "nonsense"],
    ["admin.crt", "nonsense"],
  ])("issues anew when %s holds %j", (file, text) => {
    const before = open();
    writeFileSync(join(directory, file), text);
    const after = open();
    expect(after.authority.cert).toBe(before.authority.cert);
    const changed = file.startsWith("admin") ? after.admin : after.serving;
    const was = file.startsWith("admin") ? before.admin : before.serving;
    expect(changed.cert).not.toBe(was.cert);
  });

  test("issues anew when another authority signed it", () => {
    const before = open();
    for (const file of ["ca.crt", "ca.key"]) rmSync(join(directory, file));
    const after = open();
    expect(after.authority.cert).not.toBe(before.authority.cert);
    expect(after.serving.cert).not.toBe(before.serving.cert);
    expect(after.admin.cert).toBe(before.admin.cert);
  });

  test("issues anew for other names, more or fewer", () => {
    const before = open();
    const more = open({ ...names, dnsNames: [...names.dnsNames, "api.example.com"] });
    expect(more.serving.cert).not.toBe(before.serving.cert);
    expect(new X509Certificate(more.serving.cert).checkHost("api.example.com")).toBeDefined();
    expect(open().serving.cert).not.toBe(more.serving.cert);
  });

  test("a key without certificate, left by a crash, is used", () => {
    const before = open();
    rmSync(join(directory, "ca.crt"));
    const after = open();
    expect(after.authority.key).toBe(before.authority.key);
    expect(after.serving.cert).toBe(before.serving.cert);
  });

  test.each([
    ["ca.key", (path: string) => rmSync(path)],
    ["ca.key", (path: string) => writeFileSync(path, "nonsense")],
    ["client-ca.crt", (path: string) => truncateSync(path)],
  ])("refuses a damaged authority (%s) and changes nothing", (file, damage) => {
    open();
    damage(join(directory, file));
    const before = readdirSync(directory).map((name) => [
      name,
      readFileSync(join(directory, name), "utf8"),
    ]);
    expect(open).toThrow(CertificateStoreError);
    expect(open).toThrow(/unusable certificate authority in .*ca\.\{crt,key\}$/);
    const after = readdirSync(directory).map((name) => [
      name,
      readFileSync(join(directory, name), "utf8"),
    ]);
    expect(after).toEqual(before);
  });

  test("renews in time and tells, for years", async () => {
    const store = open();
    const stop = new AbortController();
    const renewals: number[] = [];
    await store.run({
      signal: stop.signal,
      onRenewed: (renewed) => {
        expect(renewed).toEqual({ serving: true, admin: true });
        expect(store.serving.notBefore).toBeLessThan(at);
        renewals.push(at);
        if (renewals.length === 3) stop.abort();
      },
    });
    const [first = 0] = renewals;
    expect(first).toBeGreaterThan(START + LEAF_LIFETIME_MS * 0.6);
    expect(first).toBeLessThan(START + LEAF_LIFETIME_MS * 0.7);
    expect(open().serving).toEqual(store.serving);
  });
});

describe("servingNames", () => {
  test("leaves out unspecified addresses and repetitions", () => {
    const names = servingNames({
      bindAddress: "::",
      hostname: "localhost",
      serviceAddress: "10.96.0.1",
      extra: ["192.0.2.7", "api.example.com", "api.example.com"],
    });
    expect(names).toEqual({
      dnsNames: [
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "localhost",
        "api.example.com",
      ],
      ipAddresses: ["127.0.0.1", "::1", "10.96.0.1", "192.0.2.7"],
    });
  });
});
