import { describe, expect, it } from "vitest";
import { notFound } from "../api/status-error.ts";
import type { LogFields, Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Client } from "./client.ts";
import { EventRecorder, referenceTo } from "./event-recorder.ts";
import { type ScriptedAnswer, ScriptedTransport } from "./scripted-transport.fixture.ts";

const HALF: Random = {
  uuid: () => "a-uuid",
  nameSuffix: () => "",
  fraction: () => 0.5,
  bytes: (length) => new Uint8Array(length),
};
const ABOUT = referenceTo(
  { apiVersion: "apps/v1", kind: "ReplicaSet" },
  { metadata: { namespace: "n", name: "web", uid: "u", resourceVersion: "7" } },
);

/** Records by `tell`, against scripted answers, until nothing happens any more. */
async function record(
  answers: readonly ScriptedAnswer[],
  tell: (recorder: EventRecorder) => void,
  ms = 0,
) {
  const transport = new ScriptedTransport(answers);
  const clock = new FakeClock(1_000_000);
  const warnings: LogFields[] = [];
  const warn = (fields: LogFields): void => void warnings.push(fields);
  const logger: Logger = { debug() {}, info() {}, warn, error: warn };
  const client = new Client(transport.send, { userAgent: "test" });
  const recorder = new EventRecorder({ client, component: "c", clock, random: HALF, logger });
  const abort = new AbortController();
  const running = recorder.run({ signal: abort.signal });
  tell(recorder);
  await clock.advance(0);
  await clock.advance(ms);
  abort.abort();
  await running;
  expect(clock.pending()).toBe(0);
  const bodies = transport.requests.map(({ body }) =>
    JSON.parse(new TextDecoder().decode(body) || "null"),
  );
  return { lines: transport.lines, bodies, warnings };
}

describe("the recorder of events", () => {
  it("writes an event as the field does", async () => {
    const { lines, bodies } = await record([{ status: 201 }], (recorder) =>
      recorder.record(ABOUT, "Normal", "SuccessfulCreate", "Created pod: web-1"),
    );
    expect(lines).toEqual(["POST /api/v1/namespaces/n/events"]);
    expect(bodies[0]).toEqual({
      metadata: { name: `web.${nanoseconds(0n)}`, namespace: "n" },
      involvedObject: {
        kind: "ReplicaSet",
        namespace: "n",
        name: "web",
        uid: "u",
        apiVersion: "apps/v1",
        resourceVersion: "7",
      },
      reason: "SuccessfulCreate",
      message: "Created pod: web-1",
      source: { component: "c" },
      firstTimestamp: "1970-01-01T00:16:40Z",
      lastTimestamp: "1970-01-01T00:16:40Z",
      count: 1,
      type: "Normal",
      reportingComponent: "c",
      reportingInstance: "",
    });
  });

  it("keeps the order, gives no name twice, and counts what repeats", async () => {
    const { lines, bodies } = await record([{}, {}, {}], (recorder) => {
      recorder.record(ABOUT, "Normal", "R", "one");
      recorder.record(ABOUT, "Normal", "R", "two");
      recorder.record(ABOUT, "Normal", "R", "one");
    });
    expect(bodies.slice(0, 2).map(({ metadata }) => metadata.name)).toEqual([
      `web.${nanoseconds(0n)}`,
      `web.${nanoseconds(1n)}`,
    ]);
    expect(lines[2]).toBe(`PATCH /api/v1/namespaces/n/events/web.${nanoseconds(0n)}`);
    expect(bodies[2]).toMatchObject({ count: 2, message: "one" });
  });

  it("makes an event anew that has expired", async () => {
    const gone = notFound({ group: "", resource: "events" }, "web");
    const { lines, bodies, warnings } = await record(
      [{}, { status: 404, body: gone.status }, {}],
      (recorder) => {
        recorder.record(ABOUT, "Normal", "R", "one");
        recorder.record(ABOUT, "Normal", "R", "one");
      },
    );
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["POST", "PATCH", "POST"]);
    expect(bodies[2]).toMatchObject({ count: 2 });
    expect(warnings).toEqual([]);
  });

  it("gives up what the server refuses, and goes on", async () => {
    const { lines, warnings } = await record([{ status: 422, body: "no" }, {}], (recorder) => {
      recorder.record(ABOUT, "Normal", "R", "one");
      recorder.record(ABOUT, "Normal", "R", "two");
    });
    expect(lines).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });

  it("tries again when nobody answers: after a part of ten seconds, then after ten", async () => {
    const tell = (recorder: EventRecorder): void => recorder.record(ABOUT, "Normal", "R", "one");
    expect((await record([], tell, 4_999)).lines).toHaveLength(1);
    expect((await record([], tell, 15_000)).lines).toHaveLength(3);
    expect((await record([], tell, 1_000_000)).lines).toHaveLength(12);
  });

  it("drops what is too much to wait, and says so once", async () => {
    const { lines, warnings } = await record(
      Array.from({ length: 1001 }, () => ({})),
      (recorder) => {
        for (let index = 0; index < 1010; index++) {
          recorder.record({ ...ABOUT, uid: String(index) }, "Normal", "R", "one");
        }
      },
      0,
    );
    expect(warnings).toHaveLength(1);
    expect(lines.length).toBeLessThanOrEqual(1001);
  });

  it("names events of objects whose names no event may have", async () => {
    const { bodies } = await record([{}], (recorder) =>
      recorder.record({ ...ABOUT, name: "system:node" }, "Normal", "R", "one"),
    );
    expect(bodies[0].metadata.name).toBe("a-uuid");
  });
});

function nanoseconds(more: bigint): string {
  return (1_000_000n * 1_000_000n + 500_000n + more).toString(16);
}
