/**
 * Checks which part of the server may import which: `npm run layers`. The table below is the rule of
 * CONTRIBUTING.md ("Boundaries"), checked on the imports that are really there. It also finds
 * circles of imports, Node's modules where none belong, and packages that nobody declared.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "rolldown/utils";
import manifest from "../packages/server/package.json" with { type: "json" };

const SOURCE: string = fileURLToPath(new URL("../packages/server/src", import.meta.url));

/**
 * What a part may import beside itself, `api` and `runtime`: a part, or a single file of one. Files
 * of contracts (`http/exchange.ts`, `authentication/authenticator.ts` …) may be known to those who
 * must not know what is behind them.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  api: [],
  tls: [],
  // Of servers, whichever.
  "web-socket": [],
  tokens: [],
  storage: [],
  request: ["authentication/authenticator.ts", "http/exchange.ts", "http/request-target.ts"],
  authorization: ["authentication/authenticator.ts", "request/request-info.ts"],
  authentication: ["authorization", "http/exchange.ts", "tokens"],
  admission: ["authentication/authenticator.ts", "authorization"],
  http: ["request", "authentication", "authorization", "web-socket"],
  registry: [
    "request",
    "authentication",
    "authorization",
    "admission",
    "http",
    "storage",
    "tls",
    "tokens",
  ],
  // Everything outside the request path is a client of it: none of these knows registry or storage.
  client: ["http/exchange.ts"],
  informer: ["client"],
  controllers: ["client", "informer", "tokens"],
  // A node makes the keys of its certificates itself.
  agent: ["client", "informer", "tls", "web-socket"],
  // Only `server` joins parts.
  server: [
    "request",
    "authentication",
    "authorization",
    "admission",
    "http",
    "registry",
    "storage",
    "tls",
    "tokens",
    "client",
    "informer",
    "controllers",
    "agent",
  ],
  testing: ["server", "client", "http/exchange.ts"],
  lesson: [],
  cli: ["server", "client", "informer", "lesson", "agent", "storage/data-directory-lock.ts"],
  // The entry of the package.
  "index.ts": ["server"],
};

/** Of these everybody may know, but the runtime itself. */
const COMMON = ["api", "runtime"];

/** Parts that decide and do not act: none of Node's modules, but in the files named. */
const WITHOUT_NODE: Readonly<Record<string, readonly string[]>> = {
  api: [],
  runtime: ["runtime/random.ts"],
  request: [],
  authorization: [],
  admission: [],
  client: ["client/node/"],
  informer: [],
  controllers: [],
};

interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** Gone when the types are. */
  readonly typeOnly: boolean;
}

const problems: string[] = [];
const graph = new Map<string, readonly string[]>();
for (const file of sourceFiles()) {
  const imports = importsOf(file);
  for (const each of imports) checkImport(file, each.specifier);
  graph.set(
    file,
    imports.filter((each) => !each.typeOnly).flatMap(({ specifier }) => resolveIn(file, specifier)),
  );
}
problems.push(...circles());
for (const problem of problems) console.error(problem);
console.log(`${graph.size} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Paths below `src/` of what is shipped: tests and what only they use are left out. */
function sourceFiles(): readonly string[] {
  return readdirSync(SOURCE, { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => /\.ts$/.test(name) && !/\.(?:test|suite|fixture|arbitrary)\.ts$/.test(name))
    .sort();
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const ofImports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }));
  const ofExports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest === null ? [] : [{ specifier: moduleRequest.value, typeOnly: isType }],
    ),
  );
  // Loaded when it is needed: it may close a circle, but not cross a boundary.
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    specifier: text.slice(start + 1, end - 1),
    typeOnly: true,
  }));
  return [...ofImports, ...ofExports, ...dynamic];
}

function checkImport(file: string, specifier: string): void {
  const part = partOf(file);
  if (specifier.startsWith("node:")) {
    const exceptions = WITHOUT_NODE[part];
    if (exceptions !== undefined && !exceptions.some((each) => file.startsWith(each))) {
      problems.push(`${file}: ${part} is free of Node's modules, but imports ${specifier}`);
    }
    return;
  }
  if (!specifier.startsWith(".")) {
    const [name = ""] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
    if (!Object.hasOwn(manifest.devDependencies, name)) {
      problems.push(`${file}: package.json does not name ${name}`);
    }
    return;
  }
  const [target] = resolveIn(file, specifier);
  if (target === undefined || partOf(target) === part) return;
  const allowed = ALLOWED[part];
  if (allowed === undefined) problems.push(`${file}: the table of parts does not know ${part}`);
  else if (
    ![...(part === "runtime" ? [] : COMMON), ...allowed].some(
      (each) => each === target || each === partOf(target),
    )
  ) {
    problems.push(`${file}: ${part} must not import ${target}`);
  }
}

/** The path below `src/` that a relative import names; none for package.json beside it. */
function resolveIn(file: string, specifier: string): readonly string[] {
  if (!specifier.startsWith(".")) return [];
  const target = posix.join(posix.dirname(file), specifier);
  return target.startsWith("..") ? [] : [target];
}

function partOf(file: string): string {
  return file.split("/")[0] ?? "";
}

/** Circles among imports of values, each told once. */
function circles(): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(`a circle of imports: ${[...path.slice(start), file].join(" → ")}`);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
