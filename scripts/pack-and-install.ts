/**
 * What a user of the published package does: packs it, installs the tarball in an empty folder,
 * starts it, talks to it, stops it, and compiles a program that embeds it. `npm run pack-and-install`.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE: string = join(ROOT, "packages/server");
const LONGEST_START_MS = 20_000;

const PROGRAM = `
import { start } from "countersign";
import { startTestServer } from "countersign/testing";

await using server = await start({ storage: "memory", "secure-port": 0, "no-node": true, "data-dir": "embedded" });
await using test = await startTestServer();
const answer = await test.send("GET", "/api/v1/namespaces/default");
const name: string = answer.json<{ metadata: { name: string } }>().metadata.name;
if (name !== "default" || !server.url.startsWith("https://")) throw new Error("not what was asked for");
`;

const folder: string = mkdtempSync(join(tmpdir(), "countersign-install-"));
try {
  install();
  await runCommand();
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

/** Starts the command that npm has linked, asks for the version over TLS, and stops it. */
async function runCommand(): Promise<void> {
  const command = join(folder, "node_modules/.bin/countersign");
  const args = ["up", "--data-dir", "state", "--secure-port=0", "--no-node"];
  const server = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  const tooLong = setTimeout(() => server.kill("SIGKILL"), LONGEST_START_MS);
  try {
    const [line] = await Promise.race([once(server.stdout, "data"), ended.then(() => [""])]);
    if (!String(line).startsWith("countersign ready ")) throw new Error("the server did not start");
    const { clusters } = JSON.parse(readFileSync(join(folder, "state/kubeconfig"), "utf8"));
    const { server: url, "certificate-authority-data": ca } = clusters[0].cluster;
    const version = JSON.parse(await fetchText(`${url}/version`, Buffer.from(ca, "base64")));
    if (version.minor !== "36") throw new Error(`an odd version: ${JSON.stringify(version)}`);
    server.kill("SIGTERM");
    const [code] = await ended;
    if (code !== 0) throw new Error(`it ended with ${code}`);
  } finally {
    clearTimeout(tooLong);
    server.kill("SIGKILL");
  }
}

function fetchText(url: string, ca: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.once("end", () => resolve(text));
    }).once("error", reject);
  });
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
