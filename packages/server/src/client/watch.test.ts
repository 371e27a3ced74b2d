import { describe, expect, it } from "vitest";
import { expired } from "../api/status-error.ts";
import { systemRandom } from "../runtime/random.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Client } from "./client.ts";
import { isExpired } from "./errors.ts";
import { CONFIG_MAPS } from "./resource-type.ts";
import { type ScriptedAnswer, ScriptedTransport } from "./scripted-transport.fixture.ts";
import { resumeWatch } from "./watch.ts";

function event(type: string, name: string, resourceVersion: string): string {
  return `${JSON.stringify({ type, object: { metadata: { name, resourceVersion } } })}\n`;
}

/** Runs a resumed watch over scripted answers until `count` events came, or it ended. */
async function follow(answers: readonly ScriptedAnswer[], count: number) {
  const transport = new ScriptedTransport(answers);
  const maps = new Client(transport.send, { userAgent: "test" }).resource(CONFIG_MAPS);
  const abort = new AbortController();
  const clock = new FakeClock();
  const seen: string[] = [];
  const watching = (async () => {
    const open = (resourceVersion: string) => maps.watch({ resourceVersion, signal: abort.signal });
    const dependencies = { clock, random: systemRandom, signal: abort.signal };
    for await (const { type, object } of resumeWatch(open, "5", dependencies)) {
      seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === count) abort.abort();
    }
  })();
  let failure: unknown;
  watching.catch((error: unknown) => {
    failure = error;
  });
  for (let turn = 0; turn < 50 && !abort.signal.aborted && failure === undefined; turn++) {
    await clock.advance(10_000);
  }
  abort.abort();
  await watching.catch(() => {});
  const versions = transport.lines.map((line) => /resourceVersion=(\d+)/.exec(line)?.[1]);
  return { seen, versions, failure, clock };
}

describe("a watch that resumes", () => {
  it("goes on from the last revision it saw, bookmarks too, and repeats nothing", async () => {
    const { seen, versions, clock } = await follow(
      [
        { chunks: [event("ADDED", "a", "6"), event("MODIFIED", "a", "8")] },
        { chunks: [event("BOOKMARK", "", "20")] },
        { chunks: [event("DELETED", "a", "21")], hold: true },
      ],
      4,
    );
    expect(seen).toEqual(["ADDED a", "MODIFIED a", "BOOKMARK ", "DELETED a"]);
    expect(versions).toEqual(["5", "8", "20"]);
    expect(clock.pending()).toBe(0);
  });

  it("puts events together that come in pieces", async () => {
    const text = event("ADDED", "ä", "6") + event("ADDED", "b", "7");
    const { seen } = await follow([{ chunks: [...text], hold: true }], 2);
    expect(seen).toEqual(["ADDED ä", "ADDED b"]);
  });

  it("drops an event that was cut off, and gets it again", async () => {
    const whole = event("ADDED", "b", "7");
    const { seen, versions } = await follow(
      [
        { chunks: [event("ADDED", "a", "6"), whole.slice(0, 20)], error: new Error("reset") },
        { chunks: [whole], hold: true },
      ],
      2,
    );
    expect(seen).toEqual(["ADDED a", "ADDED b"]);
    expect(versions).toEqual(["5", "6"]);
  });

  it("waits ever longer when nothing comes, and goes on", async () => {
    const { seen, versions } = await follow(
      [
        { status: 503 },
        { error: new Error("refused") },
        { chunks: [] },
        { chunks: [event("ADDED", "a", "6")], hold: true },
      ],
      1,
    );
    expect(seen).toEqual(["ADDED a"]);
    expect(versions).toEqual(["5", "5", "5", "5"]);
  });

  it("ends with the error when its revision is no longer kept", async () => {
    const { status } = expired("too old resource version: 5 (9)");
    const { failure } = await follow(
      [{ chunks: [`${JSON.stringify({ type: "ERROR", object: status })}\n`] }],
      1,
    );
    expect(isExpired(failure)).toBe(true);
  });

  it("ends with the error when it may not watch", async () => {
    const { failure } = await follow([{ status: 403, body: "no" }], 1);
    expect(failure).toMatchObject({ code: 403 });
  });
});
