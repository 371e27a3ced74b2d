import { describe, expect, it } from "vitest";
import { forwardedHeaders, returnedHeaders } from "./proxied-headers.ts";

function forward(rawHeaders: readonly string[], withheld: (name: string) => boolean = () => false) {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers[(rawHeaders[at] ?? "").toLowerCase()] = rawHeaders[at + 1] ?? "";
  }
  const request = { headers, rawHeaders, remoteAddress: "192.0.2.7" };
  const list = forwardedHeaders({ request, withheld, uri: "/p/proxy/x" });
  return Array.from({ length: list.length / 2 }, (_, at) => `${list[2 * at]}: ${list[2 * at + 1]}`);
}

const WAY = ["X-Forwarded-For: 192.0.2.7", "X-Forwarded-Uri: /p/proxy/x"];

describe("headers of a request that is passed on", () => {
  it.each<[string, string[], string[]]>([
    ["its own, repeated ones too", ["A", "1", "a", "2"], ["A: 1", "a: 2", ...WAY]],
    ["not who it is", ["Authorization", "Bearer x", "Impersonate-User", "jane"], WAY],
    ["not its connection", ["Connection", "close, X-Hop", "X-Hop", "1", "TE", "trailers"], WAY],
    ["its host", ["Host", "api:6443"], ["Host: api:6443", ...WAY]],
    ["the host of HTTP/2", [":authority", "api:6443", ":path", "/x"], ["Host: api:6443", ...WAY]],
    [
      "its way",
      ["X-Forwarded-For", "203.0.113.1"],
      ["X-Forwarded-For: 203.0.113.1, 192.0.2.7", "X-Forwarded-Uri: /p/proxy/x"],
    ],
  ])("are %s", (_what, rawHeaders, expected) => {
    expect(forward(rawHeaders)).toEqual(expected);
  });

  it("are none that name a front proxy's user", () => {
    expect(forward(["X-Remote-User", "jane"], (name) => name === "x-remote-user")).toEqual(WAY);
  });

  it("are taken from a request of this process, which has no raw ones", () => {
    const request = { headers: { accept: "a" }, rawHeaders: [], remoteAddress: "127.0.0.1" };
    const list = forwardedHeaders({ request, withheld: () => false, uri: "/" });
    expect(list.slice(0, 2)).toEqual(["accept", "a"]);
  });
});

describe("headers of an answer that is passed back", () => {
  it("are the backend's, without its connection and its word on other origins", () => {
    const raw = [
      ...["Content-Type", "text/plain"],
      ...["Set-Cookie", "a=1"],
      ...["set-cookie", "b=2"],
      ...["Connection", "X-Hop"],
      ...["X-Hop", "1"],
      ...["Transfer-Encoding", "chunked"],
      ...["Access-Control-Allow-Origin", "*"],
    ];
    expect(returnedHeaders(raw, "X-Hop")).toEqual({
      "content-type": "text/plain",
      "set-cookie": ["a=1", "b=2"],
    });
  });
});
