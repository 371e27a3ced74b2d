import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { resourceOf, servedGroups } from "../api/schema/resources.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import { storageVersionHash } from "./discovery-document.ts";

const discovery = createDiscovery(servedGroups(), "10.0.0.1:6443");
const recordings = new URL("../../../../../shared/golden/discovery/", import.meta.url);
/** Groups of a real server that are not served here. */
const ELSEWHERE: ReadonlySet<unknown> = new Set(["apiextensions.k8s.io", "apiregistration.k8s.io"]);

/** The document for `apis_apps_v1`, `aggregated_v2_api` and the like. */
function documentFor(name: string, from: Discovery): unknown {
  if (name === "aggregated_v2_api") return from.aggregatedApi.value;
  if (name === "aggregated_v2_apis") return from.aggregatedApis.value;
  const [root, first, second] = name.split("_");
  if (root === "api") return first === undefined ? from.api.value : at(from, "", first);
  if (first === undefined) return from.apis.value;
  return second === undefined ? from.group(first)?.value : at(from, first, second);
}

function at(from: Discovery, group: string, version: string): unknown {
  return from.resources(group, version)?.value;
}

interface Recorded {
  groups?: { name: string }[];
  items?: { metadata: { name?: string } }[];
  serverAddressByClientCIDRs?: unknown;
}

/** A recording without what we do not serve, and with our address. */
function expected(name: string): unknown {
  const text = readFileSync(new URL(`${name}.json`, recordings), "utf8");
  const recorded: Recorded = JSON.parse(text);
  if (recorded.groups) recorded.groups = recorded.groups.filter((g) => !ELSEWHERE.has(g.name));
  if (recorded.items) {
    recorded.items = recorded.items.filter((g) => !ELSEWHERE.has(g.metadata.name));
  }
  if (recorded.serverAddressByClientCIDRs) {
    recorded.serverAddressByClientCIDRs = discovery.api.value.serverAddressByClientCIDRs;
  }
  return recorded;
}

describe.skipIf(!existsSync(recordings))("as a real server answers", () => {
  const names = existsSync(recordings)
    ? readdirSync(recordings)
        .map((file) => file.replace(/\.json$/, ""))
        .filter((name) => ![...ELSEWHERE].some((group) => name.includes(String(group))))
    : [];

  test.each(names)("%s", (name) => {
    expect(documentFor(name, discovery)).toStrictEqual(expected(name));
  });
});

describe("the core group", () => {
  test("stands on /api alone", () => {
    expect(discovery.apis.value.groups.map((each) => each.name)).not.toContain("");
    expect(discovery.aggregatedApis.value.items.every((each) => each.metadata.name)).toBe(true);
    expect(discovery.aggregatedApi.value.items).toHaveLength(1);
    expect(discovery.group("")).toBeUndefined();
  });

  test("its resource list carries no apiVersion, others do", () => {
    expect(discovery.resources("", "v1")?.value.apiVersion).toBeUndefined();
    expect(discovery.resources("apps", "v1")?.value.apiVersion).toBe("v1");
  });

  test("lists subresources among resources, in order", () => {
    const names = discovery.resources("", "v1")?.value.resources.map((each) => each.name) ?? [];
    expect(names).toContain("serviceaccounts/token");
    expect(names).toEqual([...names].sort());
  });
});

test("what is not served has no document", () => {
  expect(discovery.group("nobody")).toBeUndefined();
  expect(discovery.resources("apps", "v2")).toBeUndefined();
  expect(discovery.resources("nobody", "v1")).toBeUndefined();
});

test("a group prefers its first version", () => {
  expect(discovery.group("autoscaling")?.value.preferredVersion?.version).toBe("v2");
});

test("the storage version hash is that of the stored form", () => {
  const hashOf = (group: string, version: string, plural: string): string | undefined => {
    const row = resourceOf(group, version, plural);
    return row && storageVersionHash(row);
  };
  expect(hashOf("events.k8s.io", "v1", "events")).toBe(hashOf("", "v1", "events"));
  expect(hashOf("", "v1", "events")).not.toBe(hashOf("", "v1", "pods"));
});

describe("bytes", () => {
  const { value, json, etag } = discovery.aggregatedApis;

  test("are the document's JSON and a newline", () => {
    const text = Buffer.from(json).toString();
    expect(text.endsWith("}\n")).toBe(true);
    expect(JSON.parse(text)).toEqual(value);
  });

  test("are written once", () => {
    expect(discovery.aggregatedApis.json).toBe(json);
  });

  test("have their SHA-512 as ETag, quoted, in upper case", () => {
    const digest = createHash("sha512").update(json).digest("hex");
    expect(etag).toBe(`"${digest.toUpperCase()}"`);
  });

  test("differ in ETag when a group is gone", () => {
    const fewer = createDiscovery(servedGroups().slice(0, -1), "10.0.0.1:6443");
    expect(fewer.aggregatedApis.etag).not.toBe(etag);
  });
});
