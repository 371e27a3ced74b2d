/**
 * Real SDKs in pods, while their tokens are replaced and die: `npm run rotation -- --rotations 20`.
 * Prints a line for each, the table of docs/rotation.md, and `N passed, N failed`.
 */
import { strictEqual } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startOwnServer } from "../own-server.ts";
import { check, createReport } from "../report.ts";
import { judge, type SentRequest, type Verdict } from "./judge.ts";
import { ReaderPods } from "./reader-pods.ts";
import { formatTable, type Result } from "./result-table.ts";
import { SDKS, type Sdk } from "./sdks.ts";

/** Of a server and its node to be ready, and of a pod's program to send its first request. */
const START_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 5_000;
const SHOWN_FAILURES = 10;
/** A pod that does nothing, for a token of its own. */
const BYSTANDER = "bystander";

interface Plan {
  readonly rotations: number;
  readonly tokenSeconds: number;
}

const { values } = parseArgs({
  options: {
    rotations: { type: "string", default: "3" },
    // Replaced after 52 s: out of step with clients that reread after 60, which else might never be late.
    "token-seconds": { type: "string", default: "66" },
  },
});
const plan: Plan = {
  rotations: Number(values.rotations),
  tokenSeconds: Number(values["token-seconds"]),
};
const report = createReport((text) => process.stdout.write(text));
if (process.platform === "linux") await run(plan);
else report.skipped("rotation", "pods need Linux");
process.stdout.write(report.summary());
process.exitCode = report.failures === 0 ? 0 : 1;

async function run({ rotations, tokenSeconds }: Plan): Promise<void> {
  const flags = ["--unsafe-test-pod-token-lifetime", `${tokenSeconds}s`];
  await using server = await startOwnServer(flags, { node: true });
  const pods = new ReaderPods(server.kubeconfig);
  await pods.prepare();
  const results: Result[] = [];
  await Promise.all([
    ...SDKS.map((sdk) =>
      check(report, `rotation: ${sdk.name}`, async () => {
        const verdict = await survive(pods, sdk, { rotations, tokenSeconds });
        results.push({ sdk, verdict });
        if (verdict.wrong.length > 0) throw new Error(complaint(verdict.wrong));
      }),
    ),
    check(report, "rotation: tokens die when they say so", () => diesInTime(pods, tokenSeconds)),
  ]);
  process.stdout.write(`\n${formatTable(results)}\n`);
}

/** Lets a client read until it has survived so many rotations. @throws Error when it does not in time */
async function survive(pods: ReaderPods, sdk: Sdk, plan: Plan): Promise<Verdict> {
  const { name, reloadMs } = sdk;
  await pods.start(name, await sdk.prepare());
  const withinMs = START_WITHIN_MS + (plan.rotations + 1) * plan.tokenSeconds * 1000 + reloadMs;
  let survived = 0;
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const { tokens, requests } = await pods.observe(name);
    const verdict = judge(tokens, requests, sdk);
    if (verdict.survived > survived) {
      ({ survived } = verdict);
      process.stdout.write(`      ${name}: ${survived} of ${plan.rotations} rotations\n`);
    }
    if (survived >= plan.rotations) return verdict;
  }
  throw new Error(`${survived} of ${plan.rotations} rotations survived in ${withinMs / 1000} s`);
}

function complaint(wrong: readonly SentRequest[]): string {
  const lines = wrong
    .slice(0, SHOWN_FAILURES)
    .map(({ startedAt, status }) => `${new Date(startedAt).toISOString()} ${status}`);
  return [`${wrong.length} requests failed that should not have:`, ...lines].join("\n");
}

/** Without this the rest would prove nothing: clients with tokens that live on need not reread them. */
async function diesInTime(pods: ReaderPods, tokenSeconds: number): Promise<void> {
  await pods.start(BYSTANDER, ["sleep", "infinity"]);
  const { token, expiresAt } = await pods.tokenOf(BYSTANDER);
  strictEqual(await pods.statusWith(token), 200);
  await sleep(tokenSeconds * 1000 - 5000);
  strictEqual(await pods.statusWith(token), 200);
  await sleep(expiresAt + 1000 - Date.now());
  strictEqual(await pods.statusWith(token), 401);
}
