import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countersign } from "./command.fixture.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "image-credentials-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function options(config: object): readonly string[] {
  const path = join(directory, "providers.json");
  writeFileSync(path, JSON.stringify(config));
  return [
    ...["--image-credential-provider-config", path],
    ...["--image-credential-provider-bin-dir", directory],
  ];
}

/** Each begins with what a node is given. */
const COMMANDS: readonly (readonly string[])[] = [
  ["up", "--secure-port", "0", "--data-dir"],
  ["agent", "--kubeconfig", "none", "--root-dir"],
];

const PROVIDER = {
  name: "helper",
  apiVersion: "credentialprovider.kubelet.k8s.io/v1",
  matchImages: ["r.example"],
  defaultCacheDuration: "1m",
};

describe("image credential providers that cannot be", () => {
  test.each(COMMANDS.map((command) => [command[0] ?? "", command] as const))(
    "%s says so in one line, and leaves nothing behind",
    async (_name, command) => {
      const kind = { apiVersion: "kubelet.config.k8s.io/v1", kind: "CredentialProviderConfig" };
      const cases: readonly (readonly [object, string])[] = [
        [
          { ...kind, providers: [] },
          "failed to validate credential provider config: providers: Required value: at least 1 item in plugins is required",
        ],
        [
          { ...kind, providers: [PROVIDER] },
          `plugin binary executable ${directory}/helper did not exist`,
        ],
      ];
      for (const [config, problem] of cases) {
        const state = join(directory, "state");
        const run = countersign([...command, state, ...options(config)]);
        expect(await run.exited).toBe(1);
        expect(run.stderr).toBe(`countersign: --image-credential-provider-config: ${problem}\n`);
        expect(existsSync(state)).toBe(false);
      }
    },
  );
});
