/**
 * Runs docs/lesson.md against a server of its own and compares what its commands print:
 * `npm run lesson`. With `--write` the page is given what they print now.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startOwnServer } from "../conformance/own-server.ts";
import { check, createReport } from "../conformance/report.ts";
import { type LessonCommand, parseLesson } from "../packages/server/src/lesson/lesson-document.ts";
import { maskOutput } from "../packages/server/src/lesson/lesson-masks.ts";
import { LessonShell } from "../packages/server/src/lesson/lesson-shell.ts";
import { isAsWritten, runLesson } from "../packages/server/src/lesson/run-lesson.ts";
import { systemRandom } from "../packages/server/src/runtime/random.ts";
import { lookAtDashboard } from "./lesson-browser.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = fileURLToPath(new URL("../docs/lesson.md", import.meta.url));
const PICTURE = fileURLToPath(new URL("../docs/dashboard.png", import.meta.url));
const COMMAND_TIMEOUT_MS = 180_000;
/** Where the page has told to look at the dashboard. */
const DASHBOARD = "http://127.0.0.1:8080/";
/** The chapter that begins when the dashboard shows pods. */
const AFTER_DASHBOARD = "A token in your hand";

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const page = readFileSync(PAGE, "utf8");
const printed = new Map<number, string>();
const report = createReport((text) => process.stdout.write(text));
{
  await using server = await startOwnServer(["--no-node=false"]);
  await using shell = new LessonShell({
    environment: {
      ...process.env,
      KUBECONFIG: server.kubeconfig,
      PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    },
    directory: ROOT,
    random: systemRandom,
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  let chapter = "";
  let isLookedAt = false;
  await runLesson(parseLesson(page), (command) => shell.run(command), {
    chapter: (title) => {
      chapter = title;
    },
    explain: () => {},
    announce: async () => {
      if (isLookedAt || chapter !== AFTER_DASHBOARD) return;
      isLookedAt = true;
      await check(report, "lesson: the dashboard in Chromium", () =>
        lookAtDashboard(DASHBOARD, values.write ? PICTURE : undefined),
      );
    },
    show: (command, result) => {
      printed.set(command.line, result.output);
      const name = `lesson: ${command.command.split("\n", 1)[0]}`;
      if (values.write || isAsWritten(command, result)) report.passed(name);
      else report.failed(name, difference(command, result.output));
    },
  });
}
if (values.write) writeFileSync(PAGE, rewritten(page, printed));
process.stdout.write(report.summary());
process.exitCode = report.failures === 0 ? 0 : 1;

function difference({ line, output }: LessonCommand, now: string): Error {
  return new Error(`line ${line}\nas written:\n${maskOutput(output)}\nnow:\n${maskOutput(now)}`);
}

/** The page with what its commands print now, by the lines on which they stand. */
function rewritten(text: string, outputs: ReadonlyMap<number, string>): string {
  const result: string[] = [];
  let inBlock = false;
  let pending: string | undefined;
  const flush = (): void => {
    if (pending !== undefined && pending !== "") result.push(...pending.split("\n"));
    pending = undefined;
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (!inBlock) inBlock = line === "```console";
    else if (line === "```") inBlock = false;
    else if (!line.startsWith("$ ") && !line.startsWith("> ")) continue;
    if (!line.startsWith("> ")) flush();
    result.push(line);
    if (inBlock && line.startsWith("$ ")) pending = outputs.get(index + 1) ?? "";
  }
  return result.join("\n");
}
