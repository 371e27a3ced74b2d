import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const YAML = { headers: { "content-type": "application/yaml" } };
const PROTOBUF = { headers: { "content-type": "application/vnd.kubernetes.protobuf" } };
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };

/** Each alias is nine of the one before: a billion strings from half a kilobyte. */
function yamlBomb(): string {
  const lines = ['a0: &a0 ["lol"]'];
  for (let level = 1; level < 10; level++) {
    const before = Array.from({ length: 9 }, () => `*a${level - 1}`).join(",");
    lines.push(`a${level}: &a${level} [${before}]`);
  }
  return lines.join("\n");
}

function envelope(...bytes: readonly number[]): Uint8Array {
  return Buffer.concat([Buffer.from("k8s\0"), Buffer.from(bytes)]);
}

describe("hostile bodies are refused with a Status, and the server goes on", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const deep = (open: string, close: string, depth: number): string =>
    `${open.repeat(depth)}${close.repeat(depth)}`;

  const cases: readonly (readonly [string, unknown, object, number])[] = [
    ["no JSON", "{", {}, 400],
    ["an empty body", "", {}, 400],
    ["a list", "[]", {}, 400],
    ["a number", "1e400", {}, 400],
    ["nesting of a hundred thousand lists", deep("[", "]", 100_000), {}, 400],
    ["nesting inside an object", `{"metadata":${deep('{"a":', "}", 20_000)}}`, {}, 400],
    ["a huge number of digits", `{"metadata":{"generation":${"9".repeat(100_000)}}}`, {}, 400],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), {}, 400],
    ["NULs", "\0\0\0\0", {}, 400],
    ["a billion laughs", yamlBomb(), YAML, 400],
    ["YAML that is none", "a: [b", YAML, 400],
    ["YAML nested deep", "[".repeat(50_000), YAML, 400],
    ["protobuf without its magic bytes", Buffer.from("nothing"), PROTOBUF, 400],
    ["protobuf that ends early", envelope(0x0a, 0xff, 0xff, 0xff, 0x7f), PROTOBUF, 400],
    ["protobuf with an endless varint", envelope(...Array<number>(64).fill(0xff)), PROTOBUF, 400],
    ["a type nobody knows", "<a/>", { headers: { "content-type": "text/xml" } }, 415],
    ["a content type that is none", "{}", { headers: { "content-type": "][" } }, 415],
  ];
  it.each(cases)("%s", async (_name, body, more, status) => {
    const answer = await server.send("POST", MAPS, body, more);
    expect(answer.status).toBe(status);
    const answered = answer.json<{ kind: string; message: string }>();
    expect(answered.kind).toBe("Status");
    expect(answered.message).not.toMatch(/\bat .*\.ts|node:internal/);
    expect((await server.send("GET", "/readyz")).status).toBe(200);
  });

  it("a body above 3 MiB is 413", async () => {
    const data = { k: "x".repeat(3 * 1024 * 1024) };
    const answer = await server.send("POST", MAPS, { metadata: { name: "big" }, data });
    expect(answer.status).toBe(413);
    expect(answer.json()).toMatchObject({ reason: "RequestEntityTooLarge" });
  });

  it("__proto__ is a field nobody knows, and pollutes nothing", async () => {
    const body =
      '{"metadata":{"name":"proto"},"__proto__":{"polluted":true},"data":{"__proto__":"v"}}';
    const answer = await server.send("POST", MAPS, body);
    expect(answer.headers.warning).toBeDefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const patch =
      '{"metadata":{"labels":{"__proto__":{"polluted":"yes"}}},"__proto__":{"polluted":1}}';
    await server.send("PATCH", `${MAPS}/proto`, patch, MERGE);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("a label selector of a megabyte is refused or answered, not hung on", async () => {
    const selector = encodeURIComponent(`a in (${"x,".repeat(200_000)}y)`);
    const startedAt = performance.now();
    const answer = await server.send("GET", `${MAPS}?labelSelector=${selector}`);
    expect([200, 400]).toContain(answer.status);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("resource versions that are none are errors, not crashes", async () => {
    for (const version of ["abc", "-1", "99999999999999999999", "1e3", "0x10", " 1"]) {
      const url = `${MAPS}?resourceVersion=${encodeURIComponent(version)}`;
      const answer = await server.send("GET", url);
      expect([400, 504]).toContain(answer.status);
    }
  });

  it("no Secret value and no token stands in an error", async () => {
    const secrets = "/api/v1/namespaces/default/secrets";
    const hidden = "aHVudGVyMg==";
    const bad = { metadata: { name: "Bad_Name" }, data: { k: hidden } };
    expect((await server.send("POST", secrets, bad)).text).not.toContain(hidden);
    const review = { spec: { token: "eyJhbGciOiJub25lIn0.e30." } };
    const answer = await server.send("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review);
    expect(answer.json<{ status: { error: string } }>().status.error).not.toContain("eyJ");
  });
});
