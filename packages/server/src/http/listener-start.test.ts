import { createConnection } from "node:net";
import { expect, test } from "vitest";
import { realClock } from "../runtime/clock.ts";
import { silentLogger } from "../runtime/logger.ts";
import { createTestTls, exchange, type Protocol } from "./listener.fixture.ts";
import { createListener, type Listener } from "./listener.ts";

const tls = createTestTls();

function createWithoutTls(): Listener {
  return createListener({
    handler: () => ({ status: 200, headers: {}, body: "here" }),
    clock: realClock,
    logger: silentLogger,
  });
}

test.each<Protocol>(["http/1.1", "h2"])(
  "%s requests that come before the certificate are answered with it",
  async (protocol) => {
    const listener = createWithoutTls();
    const { port } = await listener.listen(0, "127.0.0.1");
    const early = [exchange(protocol, tls, port), exchange(protocol, tls, port)];
    let answered = 0;
    for (const each of early) void each.then(() => answered++);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(answered).toBe(0);

    listener.setTls({ ...tls.serving, clientCa: tls.clientCa });
    const answers = await Promise.all([...early, exchange(protocol, tls, port)]);
    expect(answers.map(({ body }) => body.toString())).toEqual(["here", "here", "here"]);
    await listener.close({ graceMs: 1_000 });
  },
);

test("closing ends connections that never saw a certificate", async () => {
  const listener = createWithoutTls();
  const { port } = await listener.listen(0, "127.0.0.1");
  const socket = createConnection(port, "127.0.0.1");
  const ended = new Promise((resolve) => socket.on("close", resolve));
  await new Promise((resolve) => socket.on("connect", resolve));
  await listener.close({ graceMs: 0 });
  await ended;
});

test("closing tells its phases in order", async () => {
  const listener = createWithoutTls();
  await listener.listen(0, "127.0.0.1");
  const phases: string[] = [];
  await listener.close({ graceMs: 0, onPhase: (phase) => phases.push(phase) });
  expect(phases).toEqual(["refusing", "drained", "streams-ended"]);
});
