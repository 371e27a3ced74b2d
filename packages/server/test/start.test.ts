import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  CommandProcess,
  countersign,
  createScratch,
  fingerprint,
  removeScratch,
  send,
  startUp,
} from "./command.fixture.ts";

let scratch = "";
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => removeScratch(scratch));

/** Runs `countersign` to its end, which has to be a failure told in one line. */
async function failureOf(args: readonly string[], environment = {}): Promise<string> {
  const command = countersign(args, environment);
  try {
    expect(await command.exited).toBe(1);
    expect(command.stdout).toBe("");
    const lines = command.stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    return lines[0] ?? "";
  } finally {
    command.kill();
  }
}

describe("countersign up", () => {
  it("is ready when it says so, with a kubeconfig for its owner alone", async () => {
    const dataDir = join(scratch, "state");
    await using server = await startUp(dataDir);
    const kubeconfig = join(dataDir, "kubeconfig");
    expect(server.process.stdout).toMatch(
      /^countersign ready https:\/\/127\.0\.0\.1:\d+ kubeconfig \S+ in \d+ ms\n$/,
    );
    expect(server.process.stdout).toContain(`${server.url} kubeconfig ${kubeconfig} in`);
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect((await send(server, "GET", "/readyz")).body).toBe("ok");
    const pod = {
      metadata: { name: "first" },
      spec: { containers: [{ name: "main", image: "none" }] },
    };
    expect((await send(server, "POST", "/api/v1/namespaces/default/pods", pod)).status).toBe(201);
  });

  it("writes its log to stderr, as JSON lines where no terminal is", async () => {
    await using server = await startUp(join(scratch, "state"));
    server.process.child.kill("SIGTERM");
    await server.process.exited;
    const lines = server.process.stderr.trimEnd().split("\n");
    expect(lines.map((line) => typeof JSON.parse(line).msg)).toEqual(lines.map(() => "string"));
  });

  it("takes flags before variables before the file", async () => {
    const file = join(scratch, "config.yaml");
    const path = (name: string): string => join(scratch, name);
    writeFileSync(
      file,
      `data-dir: ${path("of-file")}\nsecure-port: 0\nno-node: true\nstorage: memory\n` +
        `write-kubeconfig: ${path("of-file.kubeconfig")}\n`,
    );
    const command = countersign(["up", "--data-dir", path("of-flag")], {
      COUNTERSIGN_CONFIG: file,
      COUNTERSIGN_DATA_DIR: path("of-variable"),
      COUNTERSIGN_WRITE_KUBECONFIG: path("of-variable.kubeconfig"),
    });
    try {
      await command.prints("countersign ready");
      expect(Object.keys(fingerprint(scratch)).filter((name) => !name.includes("/"))).toEqual([
        "config.yaml",
        "of-flag",
        "of-variable.kubeconfig",
      ]);
    } finally {
      command.kill();
      await command.exited;
    }
  });
});

describe("a start that cannot be", () => {
  const up = (...flags: readonly string[]): readonly string[] => [
    "up",
    "--data-dir",
    join(scratch, "state"),
    "--secure-port",
    "0",
    ...flags,
  ];

  it.each<[name: string, flags: (path: (name: string) => string) => string[], line: string]>([
    ["an unknown flag", () => ["--nonsense"], "unknown flag: --nonsense"],
    [
      "a flag without its value",
      () => ["--bind-address"],
      "flag needs an argument: --bind-address",
    ],
    [
      "a value of the wrong type",
      () => ["--max-requests-inflight=many"],
      'invalid argument "many" for "--max-requests-inflight" flag: not a whole number',
    ],
    [
      "a life that is too short",
      () => ["--service-account-max-token-expiration=59m59s"],
      "the service-account-max-token-expiration must be between 1 hour and 2^32 seconds",
    ],
    [
      "an unknown controller",
      () => ["--controllers=nobody"],
      '--controllers: "nobody" is not in the list of known controllers: ',
    ],
    [
      "a file that is not there",
      (path) => ["--token-auth-file", path("none.csv")],
      "--token-auth-file: ENOENT: no such file or directory, open '",
    ],
    [
      "a signing key that is none",
      (path) => ["--service-account-signing-key-file", path("text")],
      "failed to parse service-account-issuer-key-file: ",
    ],
    [
      "a bundle without certificates",
      (path) => ["--client-ca-file", path("text")],
      "--client-ca-file: ",
    ],
    ["a kubeconfig that is a directory", (path) => ["--write-kubeconfig", path(".")], "--write-k"],
    ["a configuration file that is none", (path) => ["--config", path("text")], "configuration f"],
    ["an address that is not ours", () => ["--bind-address", "192.0.2.1"], "this machine has no"],
  ])("says so in one line and changes nothing: %s", async (_name, flags, line) => {
    writeFileSync(join(scratch, "text"), "text");
    const before = fingerprint(scratch);
    const told = await failureOf(up(...flags((name) => join(scratch, name))));
    expect(told.slice(0, "countersign: ".length + line.length)).toBe(`countersign: ${line}`);
    expect(fingerprint(scratch)).toEqual(before);
  });

  it("says that the port is taken, and changes nothing", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as AddressInfo;
    try {
      expect(await failureOf(up(`--secure-port=${port}`))).toBe(
        `countersign: the address is in use by another process: 127.0.0.1:${port}`,
      );
      expect(fingerprint(scratch)).toEqual({});
    } finally {
      holder.close();
    }
  });

  it("says that the data directory is a file", async () => {
    writeFileSync(join(scratch, "state"), "");
    expect(await failureOf(up())).toContain(join(scratch, "state"));
  });

  it("leaves a data directory alone that another process works on", async () => {
    const dataDir = join(scratch, "state");
    await using server = await startUp(dataDir);
    // What a running server writes of its own accord must not be mistaken for the other's doing.
    const stable = (): object => {
      const files = { ...fingerprint(dataDir) };
      for (const name of Object.keys(files)) if (name.startsWith("state.db")) delete files[name];
      return files;
    };
    const before = stable();
    expect(await failureOf(up())).toBe(
      `countersign: data directory ${dataDir} is in use by another process`,
    );
    expect(stable()).toEqual(before);
    expect((await send(server, "GET", "/readyz")).status).toBe(200);
  });
});

describe("damaged state", () => {
  let whole = "";
  beforeAll(async () => {
    whole = createScratch();
    const server = await startUp(join(whole, "state"));
    server.process.child.kill("SIGTERM");
    expect(await server.process.exited).toBe(0);
  });
  afterAll(() => removeScratch(whole));

  it.each<[file: string, damage: (bytes: Buffer) => Buffer | string]>([
    ["state.db", () => "this is no database, and long enough to be taken for one".repeat(20)],
    ["state.db", (bytes) => bytes.subarray(0, 5000)],
    ["state.db", (bytes) => Buffer.from(bytes).fill(7, 4096 * 3, 4096 * 4)],
    ["service-account-keys.json", () => "no keys"],
    ["service-account-keys.json", (bytes) => bytes.subarray(0, bytes.length - 60)],
    ["pki/ca.crt", () => "no certificate"],
    ["pki/client-ca.key", () => ""],
  ])("%s is told of in one line, and nothing is repaired (%#)", async (file, damage) => {
    const path = join(whole, "state", file);
    const intact = readFileSync(path);
    writeFileSync(path, damage(intact));
    const before = fingerprint(whole);
    try {
      const told = await failureOf(["up", "--data-dir", join(whole, "state"), "--secure-port=0"]);
      expect(told).toContain(path.replace(/\.(?:crt|key)$/, ""));
      expect(fingerprint(whole)).toEqual(before);
    } finally {
      writeFileSync(path, intact);
    }
  });

  it("is started again once it is whole", async () => {
    await using server = await startUp(join(whole, "state"));
    expect((await send(server, "GET", "/readyz")).status).toBe(200);
  });

  it("that cannot be read is told of, and nothing is made in its place", async () => {
    const dataDir = join(scratch, "state");
    mkdirSync(join(dataDir, "state.db"), { recursive: true });
    const told = await failureOf(["up", "--data-dir", dataDir, "--secure-port=0"]);
    expect(told).toContain(join(dataDir, "state.db"));
    expect(Object.keys(fingerprint(dataDir))).toEqual(["lock", "state.db"]);
  });
});

describe("the command", () => {
  const BIN = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));

  it("names every flag of up in its help", async () => {
    const command = countersign(["up", "--help"]);
    expect(await command.exited).toBe(0);
    for (const flag of ["--data-dir DIR", "--secure-port PORT", "--config FILE", "--no-node"]) {
      expect(command.stdout).toContain(`  ${flag}\n`);
    }
  });

  it("tells its version", async () => {
    const command = countersign(["--version"]);
    expect(await command.exited).toBe(0);
    expect(command.stdout).toMatch(/^countersign \d+\.\d+\.\d+\n$/);
  });

  it.each([[[]], [["down"]]])("names its commands when it gets %j", async (args) => {
    expect(await failureOf(args)).toContain("commands: up");
  });

  it("says what to do where Node is too old for it", async () => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.9.0' })";
    const command = new CommandProcess(["--import", `data:text/javascript,${pretend}`, BIN, "up"]);
    expect(await command.exited).toBe(1);
    expect(command.stderr).toMatch(/^countersign: needs Node \d+\.\d+ or newer, [^\n]+\n$/);
  });
});
