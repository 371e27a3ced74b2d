import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../runtime/clock.ts";
import { realClock } from "../../runtime/clock.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { createCredentialProviders } from "./credential-providers.ts";
import type { CredentialProvider } from "./provider-config.ts";

const V1 = "credentialprovider.kubelet.k8s.io/v1";
const POD = {
  metadata: { name: "p", namespace: "ns", uid: "u" },
  spec: { containers: [], serviceAccountName: "app" },
};
const TOKEN = "a-token-of-the-pod";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "providers-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function provider(name: string, overrides: Partial<CredentialProvider> = {}): CredentialProvider {
  return {
    ...{ name, matchImages: ["r.example"], apiVersion: V1, args: [], env: [] },
    defaultCacheNanos: 0n,
    ...overrides,
  };
}

function program(name: string, script: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function answer(auth: object, apiVersion = V1): string {
  const body = { apiVersion, kind: "CredentialProviderResponse", cacheKeyType: "Image", auth };
  return `echo '${JSON.stringify(body)}'`;
}

function open(providers: readonly CredentialProvider[], clock: Clock = realClock) {
  const log: string[] = [];
  const abort = new AbortController();
  const credentials = createCredentialProviders({
    providers,
    binDirectory: directory,
    accounts: {
      serviceAccount: async () => ({ metadata: { name: "app", uid: "of-account" } }),
      token: async () => TOKEN,
    },
    environment: { PATH: "/usr/bin:/bin", REGION: "south", OTHER: "kept" },
    signal: abort.signal,
    clock,
    logger: {
      debug() {},
      info() {},
      warn() {},
      error: (fields) => log.push(String(fields.error)),
    },
  });
  const ask = () => credentials(POD, "r.example/app", new AbortController().signal);
  return { ask, log, abort };
}

describe("programs of providers", () => {
  it("get a request, their arguments and their variables", async () => {
    program(
      "helper",
      `cat > ${directory}/request; ${answer({ "r.example": { username: "$", password: "p" } }).replace("$", `'"$1-$REGION-$OTHER"'`)}`,
    );
    const env = [{ name: "REGION", value: "north" }];
    const { ask, log } = open([provider("helper", { args: ["get"], env })]);
    expect(await ask()).toEqual([{ username: "get-north-kept", password: "p" }]);
    expect(log).toEqual([]);
    expect(JSON.parse(readFileSync(join(directory, "request"), "utf8"))).toEqual({
      kind: "CredentialProviderRequest",
      apiVersion: V1,
      image: "r.example/app",
    });
  });

  it("are shown a token where they go by accounts", async () => {
    program("helper", `cat > ${directory}/request; ${answer({})}`);
    const tokenAttributes = {
      ...{ serviceAccountTokenAudience: "registry", cacheType: "Token" },
      requireServiceAccount: true,
      requiredServiceAccountAnnotationKeys: [],
      optionalServiceAccountAnnotationKeys: [],
    };
    await open([provider("helper", { tokenAttributes })]).ask();
    expect(JSON.parse(readFileSync(join(directory, "request"), "utf8"))).toMatchObject({
      serviceAccountToken: TOKEN,
    });
  });

  it("are all asked, and the closest answer counts first", async () => {
    program("one", answer({ "r.example": { username: "one", password: "1" } }));
    program("bad", "echo no; exit 3");
    program(
      "two",
      answer({
        "r.example/app": { username: "two", password: "2" },
        "other.example": { username: "no", password: "0" },
      }),
    );
    const { ask, log } = open(["one", "bad", "two"].map((name) => provider(name)));
    expect((await ask()).map(({ username }) => username)).toEqual(["two", "one"]);
    expect(log).toHaveLength(1);
  });

  const execing = "error execing credential provider plugin helper for image r.example/app: ";
  const echoed = JSON.stringify({ apiVersion: V1, kind: "Other", auth: { a: "secret" } });
  it.each<[string, string, string]>([
    ["fails", "echo gone >&2; exit 3", `${execing}exit status 3: gone`],
    ["is ended by a signal", "kill -9 $$", `${execing}signal: killed: `],
    [
      "says nothing",
      "true",
      "error reading GVK from response: couldn't get version/kind; json parse error: unexpected end of JSON input",
    ],
    [
      "speaks another version",
      answer({}, "credentialprovider.kubelet.k8s.io/v1beta1"),
      `apiVersion from credential plugin response did not match expected apiVersion:${V1}, actual apiVersion:credentialprovider.kubelet.k8s.io/v1beta1`,
    ],
    [
      "answers something else",
      `echo '${echoed}'`,
      "error decoding credential provider plugin response from stdout",
    ],
    ["writes without end", "yes", `${execing}too much output: `],
  ])(
    "one that %s is told to the log, without what it said of credentials",
    async (_what, script, text) => {
      program("helper", script);
      const { ask, log } = open([provider("helper")]);
      expect(await ask()).toEqual([]);
      expect(log.join()).toContain(text);
      expect(log.join()).not.toContain("secret");
    },
  );

  it("one that cannot be started is told to the log", async () => {
    const { ask, log } = open([provider("helper")]);
    expect(await ask()).toEqual([]);
    expect(log.join()).toContain(`fork/exec ${directory}/helper: no such file or directory`);
  });

  it("one that does not end is ended after a minute, with what it started", async () => {
    program("helper", `sleep 1000 & echo $! > ${directory}/pid; wait`);
    const clock = new FakeClock();
    const { ask, log } = open([provider("helper")], clock);
    const asking = ask();
    await expect.poll(() => readPid()).toBeGreaterThan(0);
    const pid = readPid();
    await clock.advance(60_000);
    expect(await asking).toEqual([]);
    expect(log.join()).toContain("context deadline exceeded");
    expect(clock.pending()).toBe(0);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("end with the agent", async () => {
    program("helper", "sleep 1000");
    const { ask, log, abort } = open([provider("helper")]);
    const asking = ask();
    abort.abort();
    expect(await asking).toEqual([]);
    expect(log.join()).toContain("context canceled");
  });

  function readPid(): number {
    try {
      return Number(readFileSync(join(directory, "pid"), "utf8"));
    } catch {
      return 0;
    }
  }
});

/** A zombie that nobody has waited for yet is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
