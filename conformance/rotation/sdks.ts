import { execFile } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findProgram } from "../programs.ts";
import { requireProgram } from "../required.ts";
import type { ReloadPolicy } from "./judge.ts";

/** A client library, and a program that uses it. */
export interface Sdk extends ReloadPolicy {
  /** Of the language, and of its pod. */
  readonly name: string;
  readonly library: string;
  readonly version: () => string;
  /** When it reads the token file again, for the table. */
  readonly rereads: string;
  /** Installs and builds. @returns the command of its container @throws MissingProgram */
  readonly prepare: () => Promise<readonly string[]>;
}

const MINUTE_MS = 60_000;
const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILT = join(HERE, "dist");

export const SDKS: readonly Sdk[] = [
  {
    name: "javascript",
    library: "@kubernetes/client-node",
    version: () => versionIn("../../package.json", /"@kubernetes\/client-node": "(.+)"/),
    // dist/file_auth.js: isTokenExpired
    rereads: "after 60 s",
    reloadMs: MINUTE_MS,
    sendsAgain: false,
    prepare: async () => [process.execPath, join(HERE, "javascript/reader.ts")],
  },
  {
    name: "python",
    library: "kubernetes",
    version: () => versionIn("python/requirements.txt", /^kubernetes==(.+)$/m),
    // config/incluster_config.py: _token_refresh_period
    rereads: "after 60 s",
    reloadMs: MINUTE_MS,
    sendsAgain: false,
    prepare: preparePython,
  },
  {
    name: "go",
    library: "k8s.io/client-go",
    version: () => versionIn("go/go.mod", /k8s\.io\/client-go v(\S+)/),
    // transport/token_source.go: a minute less ten seconds of leeway. A 401 changes nothing: the round
    // tripper of token files (transport/round_trippers.go) does not tell the token source.
    rereads: "after 50 s",
    reloadMs: MINUTE_MS - 10_000,
    sendsAgain: false,
    prepare: prepareGo,
  },
  {
    name: "java",
    library: "io.fabric8:kubernetes-client",
    version: () => versionIn("java/pom.xml", /<version>(\d.*\..*)<\/version>/),
    // utils/TokenRefreshInterceptor: REFRESH_INTERVAL_MINUTE, and afterFailure
    rereads: "after 60 s; at a 401, and sends again",
    reloadMs: MINUTE_MS,
    sendsAgain: true,
    prepare: prepareJava,
  },
];

async function preparePython(): Promise<readonly string[]> {
  const about =
    "import importlib.util, sys; print(sys.executable, importlib.util.find_spec('pip'))";
  const [python = "", pip] = (await run("python3", ["-c", about])).split(" ");
  if (pip?.startsWith("None")) requireProgram("pip");
  const packages = join(BUILT, "python");
  await run(python, [
    ...["-m", "pip", "install", "--quiet", "--upgrade", "--no-compile", "--target", packages],
    ...["--requirement", join(HERE, "python/requirements.txt")],
  ]);
  return ["env", `PYTHONPATH=${packages}`, python, join(HERE, "python/reader.py")];
}

async function prepareGo(): Promise<readonly string[]> {
  const reader = join(BUILT, "go/reader");
  // Without optimizations: compiling takes longer than what they would save.
  const flags = ["-trimpath", "-gcflags=all=-N -l"];
  await run("go", ["build", ...flags, "-o", reader, "."], join(HERE, "go"));
  return [reader];
}

async function prepareJava(): Promise<readonly string[]> {
  const target = join(BUILT, "java");
  const java = realpathSync(findProgram("java") ?? requireProgram("java"));
  if (findProgram("javac") === undefined) requireProgram("javac");
  await run(
    "mvn",
    ["--quiet", "--batch-mode", `-Dtarget=${target}`, "compile"],
    join(HERE, "java"),
  );
  const path = `${join(target, "classes")}:${join(target, "libraries")}/*`;
  return [java, "-XX:+UseSerialGC", "-Xmx128m", "-cp", path, "Reader"];
}

/** @throws MissingProgram; Error with what the program printed when it fails */
async function run(program: string, args: readonly string[], directory = HERE): Promise<string> {
  if (!program.startsWith("/") && findProgram(program) === undefined) requireProgram(program);
  try {
    return (await promisify(execFile)(program, [...args], { cwd: directory })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error });
  }
}

function versionIn(file: string, pattern: RegExp): string {
  return pattern.exec(readFileSync(join(HERE, file), "utf8"))?.[1] ?? "unknown";
}
