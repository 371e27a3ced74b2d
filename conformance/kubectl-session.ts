import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type ExpectedAnswer, expectAnswer } from "./expectation.ts";
import { mask } from "./masking.ts";
import type { Kubectl } from "./programs.ts";
import { check, type Report } from "./report.ts";
import { shellWords } from "./shell-words.ts";

const COMMAND_TIMEOUT_MS = 40_000;
const EVENTUALLY_MS = 20_000;
const POLL_MS = 100;

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ask with this bearer token instead of the kubeconfig's credentials. */
  readonly token?: string;
}

/** A command that goes on, a watch for example. */
export interface Background {
  /** Waits for so many lines on stdout and ends the command; masked. */
  lines(count: number): Promise<string>;
  /** The same, with something to be done between the lines and the end. */
  during(count: number, body: (text: string) => Promise<void>): Promise<void>;
  /** Waits for the command's own end. */
  end(): Promise<Answer>;
}

/** One kubectl against one namespace, in a working folder of its own that is also HOME. */
export class KubectlSession implements AsyncDisposable {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly #report: Report;
  readonly #scenario: string;
  readonly #directory: string;
  readonly #kubeconfig: string;
  readonly #tokenKubeconfig: string;
  readonly #clusterScoped: string[] = [];

  constructor(init: {
    readonly kubectl: Kubectl;
    readonly scenario: string;
    readonly namespace: string;
    readonly kubeconfig: string;
    /** The same cluster without credentials. */
    readonly anonymousKubeconfig: string;
    readonly report: Report;
  }) {
    this.kubectl = init.kubectl;
    this.namespace = init.namespace;
    this.#scenario = init.scenario;
    this.#report = init.report;
    this.#kubeconfig = init.kubeconfig;
    this.#tokenKubeconfig = init.anonymousKubeconfig;
    this.#directory = mkdtempSync(join(tmpdir(), "countersign-kubectl-"));
  }

  /** Reports one check under this scenario's name. */
  check(name: string, body: () => Promise<void> | void): Promise<boolean> {
    const title = `kubectl ${this.kubectl.version} ${this.#scenario}: ${name}`;
    return check(this.#report, title, body);
  }

  skip(name: string, reason: string): void {
    this.#report.skipped(`kubectl ${this.kubectl.version} ${this.#scenario}: ${name}`, reason);
  }

  /** Runs a command, written as in a shell with `$ns` for the namespace, and checks its answer. */
  async step(
    command: string,
    expected: ExpectedAnswer = {},
    options: RunOptions = {},
  ): Promise<Answer> {
    let answer: Answer = { code: null, stdout: "", stderr: "" };
    await this.check(nameOf(command, options), async () => {
      answer = await this.run(command, options);
      expectAnswer(answer, expected, this.mask);
    });
    return answer;
  }

  /** Like `step`, but repeats the command until the answer is the expected one, 20 s at most. */
  async eventually(
    command: string,
    expected: ExpectedAnswer,
    options: RunOptions = {},
  ): Promise<Answer> {
    let answer: Answer = { code: null, stdout: "", stderr: "" };
    await this.check(nameOf(command, options), async () => {
      const end = performance.now() + EVENTUALLY_MS;
      for (;;) {
        answer = await this.run(command, options);
        try {
          expectAnswer(answer, expected, this.mask);
          return;
        } catch (error) {
          if (performance.now() > end) throw error;
          await sleep(POLL_MS);
        }
      }
    });
    return answer;
  }

  /** Runs a command; its answer is not checked. */
  async run(command: string, options: RunOptions = {}): Promise<Answer> {
    return await answerOf(this.#spawn(command, options), COMMAND_TIMEOUT_MS);
  }

  /** Standard output of a command that must succeed, without the last newline. */
  async read(command: string, options: RunOptions = {}): Promise<string> {
    const answer = await this.run(command, options);
    if (answer.code !== 0) throw new Error(`kubectl ${command}: ${answer.stderr}`);
    return answer.stdout.replace(/\n$/, "");
  }

  background(command: string, options: RunOptions = {}): Background {
    const child = this.#spawn(command, options);
    const answer = answerOf(child, COMMAND_TIMEOUT_MS);
    let text = "";
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
    });
    const during = async (
      count: number,
      body: (text: string) => Promise<void>,
    ): Promise<string> => {
      const end = performance.now() + EVENTUALLY_MS;
      while (text.split("\n").length <= count && child.exitCode === null) {
        if (performance.now() > end) break;
        await sleep(POLL_MS / 5);
      }
      try {
        await body(text);
      } finally {
        child.kill("SIGKILL");
      }
      return (await answer).stdout;
    };
    return {
      lines: async (count) => this.mask(await during(count, async () => {})),
      during: async (count, body) => {
        await during(count, body);
      },
      end: () => answer,
    };
  }

  /** Writes a file into the working folder; `$ns` in it becomes the namespace. */
  file(name: string, content: string, options: { readonly executable?: boolean } = {}): void {
    const path = join(this.#directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, this.#expand(content), {
      mode: options.executable === true ? 0o755 : 0o644,
    });
  }

  /** `clusterrole $ns-reader`: deleted at the end with everything else. */
  ownClusterScoped(object: string): void {
    this.#clusterScoped.push(object);
  }

  readonly mask = (text: string): string => mask(text, this.namespace);

  async [Symbol.asyncDispose](): Promise<void> {
    for (const object of this.#clusterScoped) await this.run(`delete ${object} --ignore-not-found`);
    await this.run("delete namespace $ns --wait=false");
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #expand(text: string): string {
    return text.replaceAll("$ns", this.namespace);
  }

  #spawn(command: string, { stdin, env, token }: RunOptions): ChildProcess {
    const args = shellWords(command).map((word) => this.#expand(word));
    const child = spawn(
      this.kubectl.path,
      token === undefined ? args : [...args, `--token=${token}`],
      {
        cwd: this.#directory,
        env: {
          PATH: process.env.PATH,
          HOME: this.#directory,
          TMPDIR: this.#directory,
          KUBECONFIG: token === undefined ? this.#kubeconfig : this.#tokenKubeconfig,
          TERM: "dumb",
          ...env,
        },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    child.stdin?.on("error", () => {}); // a command that reads no input closes it
    child.stdin?.end(stdin === undefined ? "" : this.#expand(stdin));
    return child;
  }
}

function nameOf(command: string, { token }: RunOptions): string {
  const short = command.length > 110 ? `${command.slice(0, 110)}…` : command;
  return token === undefined ? short : `${short} (with a token)`;
}

function answerOf(child: ChildProcess, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
