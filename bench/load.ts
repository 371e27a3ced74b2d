import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** One request that is sent over and over. */
export interface LoadRequest {
  /** `https://127.0.0.1:6443` */
  readonly origin: string;
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Answers that were not 2xx; a benchmark with any has measured something else. */
  readonly failures: number;
}

/** Runs a program to its end and returns what it printed. */
export function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} exited with ${code}: ${output}`));
    });
  });
}

/** Whether a program is on the path. */
export async function hasProgram(name: string): Promise<boolean> {
  try {
    await run("sh", ["-c", `command -v ${name}`]);
    return true;
  } catch {
    return false;
  }
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

function bytesOf(text: string): number {
  const [, amount = "0", unit = "B"] = /([\d.]+)([KMG]?B)/.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? 1);
}

/** HTTP/1.1, one thread: `wrk -t1 -c<connections>`. */
export async function loadHttp1(
  request: LoadRequest,
  options: { readonly connections: number; readonly seconds: number; readonly scratch: string },
): Promise<LoadResult> {
  const script = join(options.scratch, "request.lua");
  const lines = [`wrk.method = ${JSON.stringify(request.method)}`];
  for (const [name, value] of Object.entries(request.headers)) {
    lines.push(`wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`);
  }
  if (request.body !== undefined) lines.push(`wrk.body = [==[${request.body}]==]`);
  writeFileSync(script, `${lines.join("\n")}\n`);
  const output = await run("wrk", [
    "-t1",
    `-c${options.connections}`,
    `-d${options.seconds}s`,
    "-s",
    script,
    request.origin + request.path,
  ]);
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? 0),
    bytesPerSecond: bytesOf(/Transfer\/sec:\s+(\S+)/.exec(output)?.[1] ?? "0B"),
    failures: Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
  };
}

/** HTTP/2: `h2load -c8 -m16`. */
export async function loadHttp2(
  request: LoadRequest,
  options: { readonly seconds: number; readonly scratch: string },
): Promise<LoadResult> {
  const args = ["-c8", "-m16", `-D${options.seconds}`, "--warm-up-time=0"];
  for (const [name, value] of Object.entries(request.headers)) args.push("-H", `${name}: ${value}`);
  if (request.body !== undefined) {
    const file = join(options.scratch, "body");
    writeFileSync(file, request.body);
    args.push("-d", file);
  }
  const output = await run("h2load", [...args, request.origin + request.path]);
  const rate = /finished in [\d.]+s, ([\d.]+) req\/s, ([\d.]+[KMG]?B)\/s/.exec(output);
  const codes = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(output);
  return {
    requestsPerSecond: Number(rate?.[1] ?? 0),
    bytesPerSecond: bytesOf(rate?.[2] ?? "0B"),
    failures: Number(codes?.[3] ?? 0) + Number(codes?.[4] ?? 0),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
