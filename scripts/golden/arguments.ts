import { parseArgs } from "node:util";
import { AREAS, type Area, DEFAULT_FOLDER } from "./recordings.ts";

export const USAGE: string = `npm run golden [-- OPTIONS] [AREA/NAME ...]

Compares this server with recordings of a real kube-apiserver: starts it, replays, stops it.

  --area AREA        ${AREAS.join(" | ")}; may be repeated; all unless told
  --max-wait S       bound on every wait for something to become true
  --verbose          print every difference
  --versions LIST    kubectl versions, 1.27,1.33; unless told all that are installed, and with
                     --update and --ci the oldest, one in the middle, the newest
  --kubectl V=PATH   a further kubectl; may be repeated
  --jobs N           recordings at once (3)
  --recordings DIR   where the recordings are; ../shared/golden beside the repository unless told
  --update           run three times; write what was equal each time to conformance/golden-passing.json
  --ci               run only what that file holds; fail when any of it differs
`;

export interface GoldenArguments {
  readonly mode: "report" | "update" | "ci";
  readonly areas: readonly Area[];
  /** `area/name` of the recordings to run; all of the areas when empty. */
  readonly names: readonly string[];
  readonly maxWaitSeconds: number | undefined;
  readonly verbose: boolean;
  readonly versions: readonly string[] | undefined;
  readonly kubectls: readonly string[];
  readonly jobs: number;
  readonly folder: string;
}

/** @throws Error whose message says what is wrong with the arguments */
export function parseGoldenArguments(args: readonly string[]): GoldenArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      area: { type: "string", multiple: true },
      "max-wait": { type: "string" },
      verbose: { type: "boolean" },
      versions: { type: "string" },
      kubectl: { type: "string", multiple: true },
      jobs: { type: "string" },
      recordings: { type: "string" },
      update: { type: "boolean" },
      ci: { type: "boolean" },
    },
  });
  if (values.update === true && values.ci === true) throw new Error("--update or --ci, not both");
  const maxWait = values["max-wait"];
  return {
    mode: values.update === true ? "update" : values.ci === true ? "ci" : "report",
    areas: (values.area ?? areasOf(positionals)).map(parseArea),
    names: positionals,
    maxWaitSeconds: maxWait === undefined ? undefined : parsePositive("--max-wait", maxWait),
    verbose: values.verbose === true,
    versions: values.versions?.split(","),
    kubectls: values.kubectl ?? [],
    jobs: parsePositive("--jobs", values.jobs ?? "3"),
    folder: values.recordings ?? DEFAULT_FOLDER,
  };
}

function areasOf(names: readonly string[]): readonly string[] {
  return names.length === 0 ? AREAS : [...new Set(names.map((name) => name.split("/")[0] ?? ""))];
}

function parseArea(text: string): Area {
  const area = AREAS.find((each) => each === text);
  if (area === undefined) throw new Error(`no area ${JSON.stringify(text)}: ${AREAS.join(", ")}`);
  return area;
}

function parsePositive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${flag} takes a number above zero, not ${text}`);
  return value;
}
