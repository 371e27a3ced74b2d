import { describe, expect, it } from "vitest";
import { forbidden, notFound } from "../api/status-error.ts";
import type { LogFields, Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Client } from "./client.ts";
import { type ScriptedAnswer, ScriptedTransport } from "./scripted-transport.fixture.ts";
import { type Occurrence, SeriesRecorder } from "./series-recorder.ts";
import type { Transport } from "./transport.ts";

const HALF: Random = {
  uuid: () => "a-uuid",
  nameSuffix: () => "",
  fraction: () => 0.5,
  bytes: (length) => new Uint8Array(length),
};
const EVENTS = "/apis/events.k8s.io/v1/namespaces/n/events";
const MINUTE_MS = 60_000;
const OK: ScriptedAnswer = { status: 201 };

const FAILED: Occurrence = {
  about: { kind: "Pod", namespace: "n", name: "web", uid: "u", apiVersion: "v1" },
  type: "Warning",
  reason: "FailedScheduling",
  action: "Scheduling",
  note: "no nodes",
};

/** Tells the recorder, against scripted answers, and lets time pass. */
async function record(
  answers: readonly ScriptedAnswer[],
  tell: (recorder: SeriesRecorder) => void,
  { ms = 0, failures = 0 }: { readonly ms?: number; readonly failures?: number } = {},
) {
  const transport = new ScriptedTransport(answers);
  let calls = 0;
  /** The first requests get no answer at all. */
  const send: Transport = (request) =>
    calls++ < failures ? Promise.reject(new Error("no answer")) : transport.send(request);
  const clock = new FakeClock(1_000_000);
  const warnings: LogFields[] = [];
  const warn = (fields: LogFields): void => void warnings.push(fields);
  const logger: Logger = { debug() {}, info() {}, warn, error: warn };
  const recorder = new SeriesRecorder({
    client: new Client(send, { userAgent: "test" }),
    ...{ controller: "default-scheduler", host: "m", clock, random: HALF, logger },
  });
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

describe("the recorder of series", () => {
  it("writes an event as the field does", async () => {
    const { lines, bodies } = await record([OK], (recorder) => recorder.record(FAILED));
    expect(lines).toEqual([`POST ${EVENTS}`]);
    expect(bodies[0]).toEqual({
      metadata: { name: `web.${(1_000_000_500_000n).toString(16)}`, namespace: "n" },
      eventTime: "1970-01-01T00:16:40.000000Z",
      reportingController: "default-scheduler",
      reportingInstance: "default-scheduler-m",
      action: "Scheduling",
      reason: "FailedScheduling",
      regarding: FAILED.about,
      note: "no nodes",
      type: "Warning",
    });
  });

  it("counts what repeats: the second at once, the rest when it has ended", async () => {
    const thrice = (recorder: SeriesRecorder): void => {
      for (let times = 0; times < 3; times++) recorder.record(FAILED);
    };
    const { lines, bodies } = await record([OK, OK, OK], thrice, { ms: 13 * MINUTE_MS });
    const name = `web.${(1_000_000_500_000n).toString(16)}`;
    expect(lines).toEqual([`POST ${EVENTS}`, `PATCH ${EVENTS}/${name}`, `PATCH ${EVENTS}/${name}`]);
    const lastObservedTime = "1970-01-01T00:16:40.000000Z";
    expect(bodies[1]).toEqual({ series: { count: 2, lastObservedTime } });
    expect(bodies[2]).toEqual({ series: { count: 3, lastObservedTime } });
  });

  it("makes a series anew that has expired", async () => {
    const gone = notFound({ group: "", resource: "events" }, "e").status;
    const { lines, bodies } = await record([OK, { status: 404, body: gone }, OK], (recorder) => {
      recorder.record(FAILED);
      recorder.record(FAILED);
    });
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["POST", "PATCH", "POST"]);
    expect(bodies[2]).toMatchObject({ note: "no nodes", series: { count: 2 } });
  });

  it("cuts long texts, and puts events about the cluster into default", async () => {
    const about = { kind: "Node", name: "m" };
    const { bodies, lines } = await record([OK], (recorder) =>
      recorder.record({ ...FAILED, about, note: "x".repeat(2_000) }),
    );
    expect(lines[0]).toBe("POST /apis/events.k8s.io/v1/namespaces/default/events");
    expect(bodies[0].note).toBe(`${"x".repeat(1_020)} ...`);
  });

  it("tries again what did not arrive, and gives up what is refused", async () => {
    const refused = forbidden({ group: "", resource: "events" }, "", "no");
    const { lines, warnings } = await record(
      [OK, { status: 403, body: refused.status }],
      (recorder) => {
        recorder.record(FAILED);
        recorder.record({ ...FAILED, reason: "Other" });
      },
      { ms: MINUTE_MS, failures: 3 },
    );
    expect(lines).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });
});
