/** Where the recordings of a real server lie, and which there are. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is compared, in the order in which it runs. */
export const AREAS = ["identity", "writes", "reads", "kubectl", "documents", "roundtrip"] as const;
export type Area = (typeof AREAS)[number];

/** Areas whose recordings are exchanges over HTTP. */
export const SCENARIO_AREAS: readonly Area[] = ["identity", "writes", "reads"];

/** One recording: `identity/accounts`, `kubectl/lesson`, `documents/rbac`, `roundtrip/core.v1.Pod`. */
export interface Recording {
  readonly area: Area;
  /** File name without its ending, or the section of the documents. */
  readonly name: string;
  /** Of the file; the folder of all recordings for a section of the documents. */
  readonly path: string;
}

/** Sections that `documents.py` compares, by the names that it takes. */
const DOCUMENT_SECTIONS = ["discovery", "paths", "openapi", "rbac", "objects"] as const;

const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** Beside the repository, unless a folder is named. */
export const DEFAULT_FOLDER: string = join(ROOT, "..", "shared", "golden");

/** True when `folder` holds the recordings with the tools that replay them. */
export function hasRecordings(folder: string): boolean {
  return ["replay.py", "kubectl.py", "documents.py"].every((file) =>
    existsSync(join(folder, file)),
  );
}

/**
 * Every recording of an area, sorted by name.
 * @param folder - one for which `hasRecordings` holds
 */
export function recordingsOf(folder: string, area: Area): readonly Recording[] {
  if (area === "documents") {
    return DOCUMENT_SECTIONS.map((name) => ({ area, name, path: folder }));
  }
  const place = SCENARIO_AREAS.includes(area)
    ? join(folder, "scenarios", area)
    : join(folder, area);
  return readdirSync(place)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ area, name: file.slice(0, -".json".length), path: join(place, file) }));
}
