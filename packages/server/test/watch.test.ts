import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../src/testing/fake-clock.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import { openWatch, type WatchClient } from "./watch.fixture.ts";

/** What a client may rely on when it watches: nothing missed, nothing twice, and an end it can act on. */

const MAPS = "/api/v1/namespaces/default/configmaps";
const OURS = "labelSelector=test%3Dwatch";
const MINUTE = 60_000;

let server: TestServer;
let clock: FakeClock;

beforeEach(async () => {
  clock = new FakeClock();
  server = await startTestServer({ clock });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

async function write(
  name: string,
  labels: Record<string, string> = {},
  value = "",
): Promise<string> {
  const object = { metadata: { name, labels: { test: "watch", ...labels } }, data: { value } };
  const found = await server.send("GET", `${MAPS}/${name}`);
  const answer =
    found.status === 404
      ? await server.send("POST", MAPS, object)
      : await server.send("PUT", `${MAPS}/${name}`, object);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.json<{ metadata: { resourceVersion: string } }>().metadata.resourceVersion;
}

async function remove(name: string): Promise<void> {
  expect((await server.send("DELETE", `${MAPS}/${name}`)).status).toBe(200);
}

async function revisionNow(): Promise<string> {
  const answer = await server.send("GET", MAPS);
  return answer.json<{ metadata: { resourceVersion: string } }>().metadata.resourceVersion;
}

const watch = (query: string, options?: { readonly slow?: boolean }): Promise<WatchClient> =>
  openWatch(server, `${MAPS}?watch=1&${OURS}${query === "" ? "" : `&${query}`}`, options);

describe("where a watch starts", () => {
  it("with less than no time: nowhere", async () => {
    await write("a");
    const client = await watch("timeoutSeconds=-1");
    expect(client.state).toBe("ended");
    expect(client.events.map(({ object }) => object.message)).toEqual([
      "context deadline exceeded",
    ]);
    const cached = await watch("timeoutSeconds=-1&resourceVersion=0");
    expect([cached.state, cached.events]).toEqual(["ended", []]);
  });

  it("at a revision: with what came after it, oldest first", async () => {
    const before = await revisionNow();
    await write("a");
    await write("b");
    await write("a", {}, "2");
    const client = await watch(`resourceVersion=${before}`);
    await remove("b");
    expect(client.summary).toEqual(["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"]);
  });

  it("at none or zero: with what there is", async () => {
    await write("a");
    await write("b");
    for (const query of ["", "resourceVersion=0"]) {
      const client = await watch(query);
      expect(client.summary).toEqual(["ADDED a", "ADDED b"]);
      client.close();
    }
  });

  it("with initial events: a bookmark ends them, and later events follow", async () => {
    await write("a");
    const client = await watch(
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
    );
    await write("b");
    expect(client.summary).toEqual(["ADDED a", "BOOKMARK", "ADDED b"]);
    const mark = client.events[1]?.object.metadata;
    expect(mark?.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
    expect(Number(mark?.resourceVersion)).toBeGreaterThan(0);
  });
});

describe("a watch that is resumed", () => {
  it("at any of its events misses nothing and sees nothing twice", async () => {
    const whole = await watch(`resourceVersion=${await revisionNow()}`);
    for (let round = 0; round < 12; round++) {
      await write(`m${round % 5}`, {}, String(round));
      if (round % 4 === 3) await remove(`m${round % 5}`);
    }
    const all = whole.events.map((event) => JSON.stringify(event));
    expect(all.length).toBe(15);
    const revisions = whole.events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    for (const [index, { object }] of whole.events.entries()) {
      const client = await watch(`resourceVersion=${object.metadata.resourceVersion}`);
      expect(client.events.map((event) => JSON.stringify(event))).toEqual(all.slice(index + 1));
      client.close();
    }
  });

  it("before the history that is kept is told 410, and ends", async () => {
    const old = await write("a");
    await write("a", {}, "2");
    // History is kept for five minutes after a write; another write makes the old one go.
    for (let step = 0; step < 4; step++) {
      await clock.advance(6 * MINUTE);
      await write("a", {}, `later ${step}`);
    }
    const client = await watch(`resourceVersion=${old}`);
    expect(client.events).toHaveLength(1);
    expect(client.events[0]).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", code: 410, reason: "Expired" },
    });
    expect(client.events[0]?.object.message).toMatch(/^too old resource version: \d+ \(\d+\)$/);
    expect(client.state).toBe("ended");
  });
});

describe("a selector", () => {
  it("turns entering into ADDED and leaving into DELETED", async () => {
    const client = await watch(`resourceVersion=${await revisionNow()}`);
    const blue = await openWatch(
      server,
      `${MAPS}?watch=1&labelSelector=colour%3Dblue&resourceVersion=${await revisionNow()}`,
    );
    await write("a", { colour: "red" });
    await write("a", { colour: "blue" }, "1");
    await write("a", { colour: "blue" }, "2");
    const left = await write("a", { colour: "red" }, "3");
    await write("a", { colour: "red" }, "4");
    await write("a", { colour: "blue" }, "5");
    await remove("a");
    expect(client.summary).toEqual([
      "ADDED a",
      ...Array<string>(5).fill("MODIFIED a"),
      "DELETED a",
    ]);
    expect(blue.summary).toEqual(["ADDED a", "MODIFIED a", "DELETED a", "ADDED a", "DELETED a"]);
    // What left is shown as it was, under the revision at which it left.
    expect(blue.events[2]?.object).toMatchObject({
      metadata: { labels: { colour: "blue" }, resourceVersion: left },
      data: { value: "2" },
    });
  });

  it("of a name watches that object alone, and no longer names", async () => {
    const client = await openWatch(
      server,
      `${MAPS}?watch=1&fieldSelector=metadata.name%3Da&resourceVersion=${await revisionNow()}`,
    );
    await write("ab");
    await write("a");
    await remove("ab");
    expect(client.summary).toEqual(["ADDED a"]);
  });
});

describe("as time goes by", () => {
  it("a bookmark a minute tells the newest revision, other objects' included", async () => {
    const client = await watch(`resourceVersion=${await revisionNow()}&allowWatchBookmarks=true`);
    const silent = await watch(`resourceVersion=${await revisionNow()}`);
    await server.send("POST", MAPS, { metadata: { name: "not-ours" } });
    const newest = await revisionNow();
    await clock.advance(MINUTE);
    expect(client.summary).toEqual(["BOOKMARK"]);
    expect(Number(client.revision)).toBeGreaterThanOrEqual(Number(newest));
    await clock.advance(MINUTE);
    expect(client.summary).toEqual(["BOOKMARK", "BOOKMARK"]);
    expect(silent.summary).toEqual([]);
  });

  it("timeoutSeconds ends it cleanly, with a last bookmark", async () => {
    const client = await watch("resourceVersion=0&timeoutSeconds=30&allowWatchBookmarks=true");
    await clock.advance(29_000);
    expect(client.state).toBe("open");
    expect(client.summary.at(-1)).toBe("BOOKMARK");
    await clock.advance(1_000);
    expect(client.state).toBe("ended");
  });

  it("without one it ends between half an hour and an hour", async () => {
    const client = await watch(`resourceVersion=${await revisionNow()}`);
    await clock.advance(29 * MINUTE);
    expect(client.state).toBe("open");
    await clock.advance(31 * MINUTE);
    expect(client.state).toBe("ended");
  });

  it("a watch that has gone leaves no timer behind", async () => {
    const before = clock.pending();
    const client = await watch("resourceVersion=0&allowWatchBookmarks=true");
    expect(clock.pending()).toBeGreaterThan(before);
    client.close();
    expect(clock.pending()).toBe(before);
  });
});

describe("many watchers", () => {
  it("a thousand see one write, each once and in the turn in which it is answered", async () => {
    const from = await revisionNow();
    const clients = await Promise.all(
      Array.from({ length: 1000 }, () => watch(`resourceVersion=${from}`)),
    );
    await write("a");
    expect(clients.filter((client) => client.summary.join() === "ADDED a")).toHaveLength(1000);
    for (const client of clients) client.close();
  });

  it("one that does not read is broken off at a bound, and the others go on", async () => {
    const from = await revisionNow();
    const slow = await watch(`resourceVersion=${from}`, { slow: true });
    const quick = await watch(`resourceVersion=${from}`);
    const value = "x".repeat(512 * 1024);
    let most = 0;
    for (let round = 0; round < 30 && slow.state === "open"; round++) {
      await write("a", {}, `${round}${value}`);
      most = Math.max(most, slow.buffered());
    }
    expect(slow.state).toBe("broken off");
    expect(most).toBeLessThan(10 * 1024 * 1024);
    const seen = quick.events.length;
    await write("a", {}, "after");
    expect(quick.events.length).toBe(seen + 1);
    // The slow one comes back and has the rest from where it was.
    const again = await watch(`resourceVersion=${from}`);
    expect(again.events.map((event) => JSON.stringify(event))).toEqual(
      quick.events.map((event) => JSON.stringify(event)),
    );
  });

  it("one that reads slowly gets what there is in portions, and what happens meanwhile after it", async () => {
    for (let number = 0; number < 8; number++) await write(`a${number}`, {}, "x".repeat(200_000));
    const slow = await watch("resourceVersion=0&allowWatchBookmarks=true", { slow: true });
    await write("b");
    for (let turn = 0; turn < 8; turn++) {
      expect(slow.buffered()).toBeLessThan(800_000);
      // A bookmark would promise what the client has not been sent.
      await clock.advance(MINUTE);
      if (slow.events.length < 8) expect(slow.summary).not.toContain("BOOKMARK");
      slow.take();
    }
    const seen = slow.summary.filter((line) => line !== "BOOKMARK");
    expect(seen).toEqual(
      ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "b"].map((name) => `ADDED ${name}`),
    );
  });

  it("one that resumes far behind gets a long history in portions, without a gap", async () => {
    const from = await revisionNow();
    const value = "x".repeat(400_000);
    for (let round = 0; round < 30; round++) await write("a", {}, `${round}${value}`);
    const slow = await watch(`resourceVersion=${from}&allowWatchBookmarks=true`, { slow: true });
    for (let turn = 0; turn < 60; turn++) {
      expect(slow.state).toBe("open");
      expect(slow.buffered()).toBeLessThan(1_500_000);
      if (turn === 3) await write("b");
      if (turn === 5) {
        await clock.advance(MINUTE);
        slow.take();
        // It tells what has been sent, not what the server knows.
        const at = slow.events.findLastIndex(({ type }) => type === "BOOKMARK");
        expect(at).toBeGreaterThan(0);
        const [last, bookmark] = slow.events.slice(at - 1, at + 1);
        expect(bookmark?.object.metadata.resourceVersion).toBe(
          last?.object.metadata.resourceVersion,
        );
      }
      slow.take();
    }
    const quick = await watch(`resourceVersion=${from}`);
    const changes = slow.events.filter(({ type }) => type !== "BOOKMARK");
    expect(changes.map((event) => JSON.stringify(event))).toEqual(
      quick.events.map((event) => JSON.stringify(event)),
    );
    expect(changes).toHaveLength(31);
  });
});
