import { defineConfig } from "vitest/config";

/** Those that start processes of their own and hand descriptors to them: no matter for worker threads. */
const WITH_PROCESSES = [
  "packages/server/src/agent/**/*.test.ts",
  "packages/server/test/node-agent.test.ts",
  "packages/server/test/agent-*.test.ts",
];

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    testTimeout: 20_000,
    // Of a file that starts a server: all of the sources are read then, on a machine that may be full.
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "threads",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "scripts/**/*.test.ts",
            "conformance/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...WITH_PROCESSES],
          pool: "threads",
        },
      },
      {
        extends: true,
        test: { name: "processes", include: WITH_PROCESSES, pool: "forks" },
      },
    ],
  },
});
export default config;
