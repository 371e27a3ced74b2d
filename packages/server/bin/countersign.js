#!/usr/bin/env node
// Plain JavaScript, in words that old versions of Node read too: the rest needs a new one.
import module from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";

// The first of version 24 with long-term support.
const OLDEST_NODE = [24, 11];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `countersign: needs Node ${OLDEST_NODE.join(".")} or newer, but this is ${process.version}; ` +
      "install a newer one (https://nodejs.org), or use npm start in a checkout, which brings its own\n",
  );
  process.exitCode = 1;
} else {
  // What V8 has compiled is kept for the next start. Where nothing may be written, nothing is.
  module.enableCompileCache(fileURLToPath(new URL("../dist/.compile-cache", import.meta.url)));
  await import("../dist/main.js");
}
