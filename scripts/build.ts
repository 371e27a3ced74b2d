/**
 * Builds what `npm start` and the published package run: `packages/server/dist`, a file for each
 * entry, and beside them what only rare work needs. Node could run the sources as they are, for
 * 300 ms and 45 MiB at every start: see docs/adr/0010-start-up.md.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type OutputChunk, type OutputOptions, type Plugin, rolldown } from "rolldown";
import manifest from "../packages/server/package.json" with { type: "json" };

const SERVER: URL = new URL("../packages/server/", import.meta.url);
const DIST: string = fileURLToPath(new URL("dist", SERVER));
const require: NodeJS.Require = createRequire(import.meta.url);

/** Name in `dist/` → source, beside the entries that package.json exports. */
const OWN_ENTRIES: Readonly<Record<string, string>> = {
  main: "src/cli/main.ts",
  // A file of its own, because a thread is started with it.
  "sqlite-worker": "src/storage/sqlite-worker.ts",
};

/** `./testing` is `dist/testing.js`, made of `src/testing/index.ts`. */
function entries(): Record<string, string> {
  const input: Record<string, string> = {};
  for (const [name, source] of Object.entries(OWN_ENTRIES)) input[name] = sourcePath(source);
  for (const path of Object.keys(manifest.exports)) {
    const name = path.replace(/^\.\/?/, "");
    if (name === "package.json") continue;
    input[name === "" ? "index" : name] = sourcePath(`src/${name}/index.ts`);
  }
  return input;
}

function sourcePath(path: string): string {
  return fileURLToPath(new URL(path, SERVER));
}

/**
 * An `import` makes Node read every property of one of its own modules, and `http` has three that
 * load the whole of undici at the first look (WebSocket among them): 30 ms at start. `require` and
 * `getBuiltinModule` don't look.
 */
const WITHOUT_FACADE = "node:http";

function withoutFacade(): Plugin {
  const virtual = `\0${WITHOUT_FACADE}`;
  return {
    name: "without-facade",
    resolveId: (id, _importer, { kind }) =>
      id === WITHOUT_FACADE && kind === "import-statement" ? virtual : null,
    load: (id) => (id === virtual ? { code: valuesOf(WITHOUT_FACADE) } : null),
  };
}

/** A module with an export for every property that is a plain value. */
function valuesOf(name: string): string {
  const properties = Object.getOwnPropertyDescriptors(require(name) as object);
  const names = Object.keys(properties).filter((key) => properties[key]?.get === undefined);
  return `export const { ${names.join(", ")} } = process.getBuiltinModule(${JSON.stringify(name)});`;
}

/** One character outside Latin-1 makes V8 keep two bytes for every one of the file. */
function asciiOnly(): Plugin {
  return {
    name: "ascii-only",
    // After the minifier, which writes such characters as they are.
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") file.code = escapeNonAscii(file.code);
      }
    },
  };
}

function escapeNonAscii(code: string): string {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Names are kept, so that a stack trace says where it was; comments and blanks go. */
const OUTPUT: OutputOptions = {
  format: "esm",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  comments: { legal: false, jsdoc: false, annotation: false },
  chunkFileNames: "[name].js",
};

/** The licences of what is bundled, as they ask for. */
function licences(chunks: readonly OutputChunk[]): string {
  const packages = new Set(
    chunks.flatMap(({ moduleIds }) =>
      moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
    ),
  );
  return [...packages].sort().map(licence).join("\n");
}

function licence(directory: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(`${directory}/package.json`, "utf8"),
  ) as { readonly name: string; readonly version: string; readonly license: string };
  const file = readdirSync(directory).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? "" : `\n${readFileSync(`${directory}/${file}`, "utf8")}`;
  return `${name} ${version} (${license})\n${text}`;
}

/**
 * `countersign lesson` of the package: the page, and the files that its commands name. The dashboard
 * brings the client that it is written with.
 */
async function copyLesson(): Promise<readonly OutputChunk[]> {
  const root = new URL("../", import.meta.url);
  const lesson = `${DIST}/lesson`;
  for (const path of ["examples/lesson", "examples/dashboard"]) {
    const from = fileURLToPath(new URL(path, root));
    mkdirSync(`${lesson}/${path}`, { recursive: true });
    for (const name of readdirSync(from).filter((each) => each.endsWith(".yaml"))) {
      // Node strips no types below node_modules.
      const text = readFileSync(`${from}/${name}`, "utf8").replaceAll("main.ts", "main.js");
      writeFileSync(`${lesson}/${path}/${name}`, text);
    }
  }
  writeFileSync(`${lesson}/lesson.md`, readFileSync(new URL("docs/lesson.md", root)));
  const input = fileURLToPath(new URL("examples/dashboard/main.ts", root));
  await using dashboard = await rolldown({ input, platform: "node", plugins: [asciiOnly()] });
  const built = await dashboard.generate({ ...OUTPUT, codeSplitting: false });
  const parts = built.output.filter((file) => file.type === "chunk");
  for (const { code } of parts) writeFileSync(`${lesson}/examples/dashboard/main.js`, code);
  return parts;
}

await using bundle = await rolldown({
  input: entries(),
  platform: "node",
  plugins: [withoutFacade(), asciiOnly()],
});
// A build that fails leaves the last one as it is.
const { output } = await bundle.generate(OUTPUT);
rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const chunks = output.filter((file) => file.type === "chunk");
for (const { fileName, code } of chunks) writeFileSync(`${DIST}/${fileName}`, code);
const dashboardParts = await copyLesson();
writeFileSync(`${DIST}/THIRD-PARTY-LICENSES`, licences([...chunks, ...dashboardParts]));
