/** Compares with what a real server answered to creates, where its recordings are at hand. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../object.ts";
import { kindOf } from "../scheme.ts";
import { difference, pathsOf } from "./field-set.ts";
import { decodeFieldsV1 } from "./fields-v1.ts";
import { printPath } from "./path-element.ts";
import { shapeOf } from "./schema-shape.ts";
import { updateOwnership } from "./update.ts";

const scenarios = join(import.meta.dirname, "../../../../../../shared/golden/scenarios");

interface Step {
  readonly name: string;
  readonly method?: string;
  readonly body?: { readonly rules?: readonly unknown[]; readonly status?: unknown };
  readonly ignore?: readonly string[];
  readonly expect?: { readonly body?: KubeObject };
}

/** Set after ownership is told: by admission, by allocators, by the strategy of the kind. */
const SET_LATER: Readonly<Record<string, RegExp>> = {
  Namespace: /^\.(metadata\.labels(\.kubernetes\.io\/metadata\.name)?|spec\.finalizers)$/,
  PersistentVolumeClaim: /^\.metadata\.finalizers/,
  Pod: /^\.spec\.(preemptionPolicy|priority|tolerations|serviceAccount|serviceAccountName)$/,
  SelfSubjectAccessReview: /^\.status/,
  SelfSubjectReview: /^\.status/,
  SelfSubjectRulesReview: /^\.status/,
  SubjectAccessReview: /^\.status/,
  LocalSubjectAccessReview: /^\.status/,
  TokenRequest: /^\.(status|spec\.(audiences|expirationSeconds)$)/,
  TokenReview: /^\.(status|spec\.audiences$)/,
  Service: /^\.spec\.(clusterIPs?|ipFamil(ies|yPolicy))$/,
};

/** Kinds whose status a client may send, and owns then. */
const REVIEW = /Review$|^TokenRequest$/;

function* recordedCreates(): Generator<[name: string, object: KubeObject]> {
  for (const file of globSync("*/*.json", { cwd: scenarios })) {
    const { steps }: { steps: readonly Step[] } = JSON.parse(
      readFileSync(join(scenarios, file), "utf8"),
    );
    for (const { name, method, body, ignore, expect: expected } of steps) {
      const object = expected?.body;
      if (method !== "POST" || object?.metadata?.managedFields?.length !== 1) continue;
      // Parts of the answer are not recorded, or it is not what was sent: the store has made `null`
      // of an empty list, a status was replaced.
      if (ignore?.some((path) => /^spec|^metadata$/.test(path)) === true) continue;
      if (body?.rules?.length === 0 || body?.status !== undefined) continue;
      if (object.kind !== "PartialObjectMetadata" && kindOfObject(object) !== undefined) {
        yield [`${file}: ${name}`, object];
      }
    }
  }
}

function kindOfObject({ apiVersion = "", kind = "" }: KubeObject): string | undefined {
  const slash = apiVersion.indexOf("/");
  return kindOf(apiVersion.slice(0, Math.max(0, slash)), apiVersion.slice(slash + 1), kind)
    ?.typeName;
}

describe.skipIf(!existsSync(scenarios))("recorded creates", () => {
  const recorded = existsSync(scenarios) ? [...recordedCreates()] : [];

  test("are found", () => {
    expect(recorded.length).toBeGreaterThan(100);
  });

  test.each(recorded)("%s", (_, object) => {
    const { managedFields: [entry] = [], ...metadata } = object.metadata;
    const made = updateOwnership({
      shape: shapeOf(kindOfObject(object) ?? ""),
      apiVersion: object.apiVersion ?? "",
      live: undefined,
      object: { ...object, metadata },
      manager: entry?.manager ?? "",
      subresource: entry?.subresource ?? "",
      now: 0,
      ...(REVIEW.test(object.kind ?? "") ? {} : { resetFields: [["status"]] }),
    });
    const { fieldsV1, ...who } = made?.[0] ?? {};
    const { fieldsV1: wanted, time: _time, ...wantedWho } = entry ?? {};
    expect({ ...who, time: undefined }).toEqual({ ...wantedWho, time: undefined });
    const later = SET_LATER[object.kind ?? ""];
    const surplus = [...pathsOf(difference(decodeFieldsV1(fieldsV1), decodeFieldsV1(wanted)))];
    expect(surplus.map(printPath).filter((path) => later?.test(path) !== true)).toEqual([]);
    if (surplus.length === 0) expect(JSON.stringify(fieldsV1)).toBe(JSON.stringify(wanted));
    expect(difference(decodeFieldsV1(wanted), decodeFieldsV1(fieldsV1))).toEqual([]);
  });
});
