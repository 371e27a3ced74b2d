/** Which documents there are for a set of served groups, and what is in each. */
import type { ServedGroup } from "../../api/schema/language.ts";
import {
  coreVersionsPath,
  groupPath,
  groupsPath,
  keySetPath,
  openIdConfigurationPath,
  resourceListPath,
  versionPath,
} from "./general-paths.ts";
import type { PathModel } from "./path-model.ts";
import { groupVersionPath, resourcePaths } from "./resource-paths.ts";
import { v2Document } from "./v2-document.ts";
import { v3Document } from "./v3-document.ts";

/** `title` and `version` of every document: the level, without the patch. */
const INFO: Record<string, unknown> = { title: "Kubernetes", version: "1.36" };

/** Makes a document as JSON; nothing is kept. */
export type DocumentSource = () => Record<string, unknown>;

/** The documents of version 3 by the path below `/openapi/v3/`, ascending. */
export function v3Sources(groups: readonly ServedGroup[]): ReadonlyMap<string, DocumentSource> {
  const sources = new Map<string, DocumentSource>([
    [".well-known/openid-configuration", () => v3Document([openIdConfigurationPath()], INFO)],
    ["api", () => v3Document([coreVersionsPath()], INFO)],
    ["apis", () => v3Document([groupsPath()], INFO)],
    ["openid/v1/jwks", () => v3Document([keySetPath()], INFO)],
    ["version", () => v3Document([versionPath()], INFO)],
  ]);
  for (const served of groups) {
    const { group } = served;
    if (group !== "") sources.set(`apis/${group}`, () => v3Document([groupPath(group)], INFO));
    for (const { version } of served.versions) {
      sources.set(groupVersionPath(group, version).slice(1), () =>
        v3Document(versionPaths(served, version), INFO, { group, version }),
      );
    }
  }
  return new Map([...sources].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The document of version 2. */
export function v2Source(groups: readonly ServedGroup[]): DocumentSource {
  return () => {
    const paths = [
      openIdConfigurationPath(),
      coreVersionsPath(),
      groupsPath(),
      keySetPath(),
      versionPath(),
    ];
    for (const served of groups) {
      if (served.group !== "") paths.push(groupPath(served.group));
      for (const { version } of served.versions) paths.push(...versionPaths(served, version));
    }
    return v2Document(paths, INFO);
  };
}

function versionPaths({ group, versions }: ServedGroup, version: string): PathModel[] {
  const resources = versions.find((each) => each.version === version)?.resources ?? [];
  return [resourceListPath(group, version), ...resources.flatMap(resourcePaths)];
}
