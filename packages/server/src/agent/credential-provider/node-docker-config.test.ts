import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { NodeDockerConfig } from "./node-docker-config.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "docker-config-"));
  mkdirSync(join(directory, "home/.docker"), { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

function open() {
  const clock = new FakeClock();
  const log: unknown[] = [];
  const config = new NodeDockerConfig({
    root: directory,
    home: join(directory, "home"),
    clock,
    logger: { debug() {}, info() {}, warn: (fields) => log.push(fields), error() {} },
  });
  const user = (): string | undefined => config.lookup("r.example/app")[0]?.username;
  return { clock, log, user };
}

const auths = (username: string) => ({ "r.example": { username, password: "p" } });
const write = (path: string, content: object | string): void =>
  writeFileSync(
    join(directory, path),
    typeof content === "string" ? content : JSON.stringify(content),
  );

describe("credentials of a node", () => {
  it.each<[string, Readonly<Record<string, object | string>>, string | undefined]>([
    ["nowhere", {}, undefined],
    ["in the agent's directory", { "config.json": { auths: auths("own") } }, "own"],
    ["at home", { "home/.docker/config.json": { auths: auths("home") } }, "home"],
    [
      "in both",
      {
        "config.json": { auths: auths("own") },
        "home/.docker/config.json": { auths: auths("home") },
      },
      "own",
    ],
    ["in the older form", { "home/.dockercfg": auths("old") }, "old"],
    [
      "in both forms",
      { "home/.dockercfg": auths("old"), "home/.docker/config.json": { auths: auths("home") } },
      "home",
    ],
    ["that say nothing of it", { "config.json": {}, "home/.dockercfg": auths("old") }, undefined],
  ])("%s", (_where, files, user) => {
    for (const [path, content] of Object.entries(files)) write(path, content);
    expect(open().user()).toBe(user);
  });

  it("that are damaged are passed over, and not printed", () => {
    write("config.json", "hunter2 {");
    write("home/.docker/config.json", { auths: auths("home") });
    const { user, log } = open();
    expect(user()).toBe("home");
    expect(JSON.stringify(log)).not.toContain("hunter2");
    expect(log).toHaveLength(1);
  });

  it("are read anew after five minutes", async () => {
    const { user, clock } = open();
    expect(user()).toBeUndefined();
    write("config.json", { auths: auths("own") });
    await clock.advance(299_000);
    expect(user()).toBeUndefined();
    await clock.advance(1_000);
    expect(user()).toBe("own");
  });
});
