#!/usr/bin/env node
// Plain JavaScript, in words that old versions of Node read too: the rest needs a new one.
import module from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `countersign: needs Node ${OLDEST_NODE} or newer, but this is ${process.version}; ` +
      "install a newer one (https://nodejs.org), or use npm start in a checkout, which brings its own\n",
  );
  process.exitCode = 1;
} else {
  // What V8 has compiled is kept for the next start. Where nothing may be written, nothing is.
  module.enableCompileCache(fileURLToPath(new URL("../dist/.compile-cache", import.meta.url)));
  await import("../dist/main.js");
}
