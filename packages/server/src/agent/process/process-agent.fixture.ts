/**
 * An agent for tests to kill: a process with a runtime of its own and some pods in it. Arguments: the
 * directory, and how many pods. Prints a line when all run.
 */
import { realClock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import { createProcessRuntime } from "./create-process-runtime.ts";

const [directory = "", count = "1"] = process.argv.slice(2);
const runtime = await createProcessRuntime({
  stateDirectory: `${directory}/state`,
  clock: realClock,
  random: systemRandom,
  logger: silentLogger,
  addresses: () => ["127.0.0.1"],
});
const bench = new RuntimeWorkbench({
  runtime,
  image: "host",
  directory,
  containersSurvive: false,
  ownHostname: true,
  killsCommands: true,
  otherUsers: process.geteuid?.() === 0,
  restart: async () => {},
  close: async () => runtime[Symbol.asyncDispose](),
});

// One that would live on if it could: a session of its own, deaf to all signals, under another user.
const STUBBORN = "trap '' HUP INT TERM PIPE; while :; do sleep 0.2; done";
const pods = await Promise.all(Array.from({ length: Number(count) }, () => bench.pod()));
for (const pod of pods) {
  await bench.start(pod, { command: ["sh", "-c", STUBBORN] });
  const user = bench.harness.otherUsers ? bench.security({ runAsUser: 1234 }) : {};
  const other = await bench.start(pod, { command: ["sh", "-c", STUBBORN], ...user });
  await bench.runtime.exec(other, { command: ["sh", "-c", STUBBORN], stdin: false, tty: true });
}
console.log(JSON.stringify({ ready: true, version: runtime.version }));
setInterval(() => {}, 60_000);
