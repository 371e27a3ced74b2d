import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type LessonCommand, parseLesson } from "../../lesson/lesson-document.ts";
import { type CommandResult, LessonShell } from "../../lesson/lesson-shell.ts";
import { type LessonAudience, runLesson } from "../../lesson/run-lesson.ts";
import { systemRandom } from "../../runtime/random.ts";
import { UsageError } from "../failure.ts";

const HELP = `Usage: countersign lesson [FLAGS]

Explains service accounts step by step, and runs every step with kubectl.

  --yes
        does not wait for a key between the steps
  --kubeconfig FILE
        the cluster to run it in; a server of its own, which ends with the lesson, without it
`;

/** Long enough for a rollout on a slow machine. */
const COMMAND_TIMEOUT_MS = 180_000;

/** `countersign lesson`: the tutorial of docs/lesson.md, at a terminal. */
export async function lesson(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const page = findLesson();
  const chapters = parseLesson(readFileSync(page.file, "utf8"));
  await using cluster =
    flags.kubeconfig === "" ? await startCluster() : existingCluster(flags.kubeconfig);
  await using shell = new LessonShell({
    environment: {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      // The steps use node, too: this one.
      PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    },
    directory: page.directory,
    random: systemRandom,
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  // A step that is interrupted ends the lesson, and what the lesson started with it.
  process.once("SIGINT", () => void shell[Symbol.asyncDispose]());
  const audience = new Terminal(flags.yes);
  await runLesson(chapters, (command) => shell.run(command), audience);
  audience.close();
}

interface LessonFlags {
  readonly help: boolean;
  readonly yes: boolean;
  readonly kubeconfig: string;
}

function readFlags(args: readonly string[]): LessonFlags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h", default: false },
        yes: { type: "boolean", default: false },
        kubeconfig: { type: "string", default: "" },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; see countersign lesson --help`);
  }
}

interface LessonPage {
  readonly file: string;
  /** Where its commands are run: they name files of the examples. */
  readonly directory: string;
}

/** In a checkout the page and its examples are where people read them; the package has copies. */
function findLesson(): LessonPage {
  const checkout = fileURLToPath(new URL("../../../../../", import.meta.url));
  const packed = fileURLToPath(new URL("lesson/", import.meta.url));
  for (const [directory, file] of [
    [packed, join(packed, "lesson.md")],
    [checkout, join(checkout, "docs/lesson.md")],
  ] as const) {
    if (existsSync(file)) return { file, directory };
  }
  throw new UsageError("the lesson is not part of this installation");
}

interface Cluster extends AsyncDisposable {
  readonly kubeconfig: string;
}

function existingCluster(kubeconfig: string): Cluster {
  if (!existsSync(kubeconfig)) throw new UsageError(`there is no ${kubeconfig}`);
  return { kubeconfig: resolve(kubeconfig), [Symbol.asyncDispose]: async () => {} };
}

/** A server in a process of its own, whose state is gone afterwards. */
async function startCluster(): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-lesson-"));
  const main = process.argv[1] ?? "";
  const flags = [
    "--secure-port",
    "0",
    "--data-dir",
    join(directory, "data"),
    "--log-level",
    "warn",
  ];
  const child = spawn(process.execPath, [main, "up", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  const kubeconfig = await readyKubeconfig(child);
  if (kubeconfig !== undefined) return { kubeconfig, [Symbol.asyncDispose]: stop };
  await stop();
  throw new UsageError("the server of the lesson did not start");
}

async function readyKubeconfig({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) return undefined;
  for await (const line of createInterface({ input: stdout })) {
    const [, kubeconfig] = /^countersign ready \S+ kubeconfig (.+) in \d+ ms$/.exec(line) ?? [];
    if (kubeconfig !== undefined) return kubeconfig;
  }
  return undefined;
}

/** Explains, shows and waits for a key. */
class Terminal implements LessonAudience {
  readonly #waits: boolean;

  constructor(yes: boolean) {
    this.#waits = !yes && process.stdin.isTTY;
  }

  chapter(title: string): void {
    if (title !== "") process.stdout.write(`\n${bold(title)}\n`);
  }

  explain(markdown: string): void {
    process.stdout.write(`\n${markdown}\n`);
  }

  async announce({ command }: LessonCommand): Promise<void> {
    process.stdout.write(`\n${bold(`$ ${command}`)}\n`);
    if (this.#waits) await pressedKey();
  }

  show(_command: LessonCommand, { output }: CommandResult): void {
    if (output !== "") process.stdout.write(`${output}\n`);
  }

  close(): void {
    process.stdin.pause();
  }
}

function bold(text: string): string {
  return process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text;
}

const CONTROL_C = 3;

/** Resolves with the next key; Ctrl-C ends the lesson. */
async function pressedKey(): Promise<void> {
  process.stdin.setRawMode(true);
  process.stdin.resume();
  const [key] = (await once(process.stdin, "data")) as [Buffer];
  process.stdin.setRawMode(false);
  if (key[0] === CONTROL_C) throw new UsageError("the lesson was interrupted");
}
