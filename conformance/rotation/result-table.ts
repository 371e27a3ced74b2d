import type { Tally, Verdict } from "./judge.ts";
import type { Sdk } from "./sdks.ts";

export interface Result {
  readonly sdk: Pick<Sdk, "name" | "library" | "version" | "rereads">;
  readonly verdict: Verdict;
}

const HEAD: readonly string[] = [
  "SDK",
  "rereads its token",
  "rotations",
  "requests",
  "refused while it may hold a dead token",
  "failed otherwise",
];

/** The table of docs/rotation.md, by names. */
export function formatTable(results: readonly Result[]): string {
  const rows = results.toSorted((a, b) => a.sdk.name.localeCompare(b.sdk.name)).map(rowOf);
  return [HEAD, HEAD.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function rowOf({ sdk, verdict }: Result): readonly string[] {
  const { inWindow, outside, survived } = verdict;
  return [
    `${sdk.name}: \`${sdk.library}\` ${sdk.version()}`,
    sdk.rereads,
    String(survived),
    String(inWindow.requests + outside.requests),
    share(inWindow),
    share(outside),
  ];
}

function share({ failures, requests }: Tally): string {
  return `${failures} of ${requests}`;
}
