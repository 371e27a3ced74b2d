import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { realClock } from "../runtime/clock.ts";
import { createSqliteStorage } from "./sqlite.ts";
import { describeStorage } from "./storage.suite.ts";

let directory = "";
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "countersign-sqlite-"));
});
afterAll(() => rm(directory, { recursive: true }));

describeStorage(
  "sqlite",
  () => createSqliteStorage({ file: join(directory, `${files++}.db`), clock: realClock }),
  { runs: 60 },
);
