/**
 * Plays recorded requests against field management and patches alone, without a server, and compares
 * ownership, data and failures with what a real server answered; where recordings are at hand.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { KubeObject } from "../object.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import { StatusError } from "../status-error.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { applyPatch, managerFromUserAgent, updateManagedFields } from "./manager.ts";

const scenarios = join(import.meta.dirname, "../../../../../../shared/golden/scenarios/writes");

interface Step {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ignore?: readonly string[];
  readonly only?: readonly string[];
  readonly sleep?: number;
  readonly expect?: { readonly status: number; readonly body: KubeObject & { message?: string } };
}

const TYPES: Readonly<Record<string, string>> = {
  configmaps: "ConfigMap",
  serviceaccounts: "ServiceAccount",
};

/** As decoding leaves it: null in a map of texts is empty, null elsewhere is nothing. */
function decoded(value: unknown, texts = false): unknown {
  if (Array.isArray(value)) return value.map((item) => decoded(item));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    inner === null && texts ? "" : decoded(inner, /^(data|labels|annotations)$/.test(key)),
  ]);
  return Object.fromEntries(members.filter(([, inner]) => inner !== null && inner !== undefined));
}

/** As the store leaves it: what is empty is not there. */
function stored(object: KubeObject): KubeObject {
  const full = ([, value]: [string, unknown]): boolean =>
    typeof value !== "object" || value === null || Object.keys(value).length > 0;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(full));
  return { ...Object.fromEntries(Object.entries(object).filter(full)), metadata };
}

/** Just enough of a server for one namespace. */
class Store {
  readonly #objects = new Map<string, KubeObject>();
  now = Date.parse("2026-01-01T00:00:00Z");

  handle(step: Step, resource: string, name: string): KubeObject | undefined {
    const query = new URL(step.path ?? "", "http://x").searchParams;
    const body = typeof step.body === "string" ? parse(step.body, { version: "1.1" }) : step.body;
    const key = `${resource}/${name === "" ? body?.metadata?.name : name}`;
    const live = this.#objects.get(key);
    const type = step.headers?.["Content-Type"]?.split(";")[0] ?? "";
    const manager =
      query.get("fieldManager") ?? managerFromUserAgent(step.headers?.["User-Agent"] ?? "replay");
    const write = { ...this.#write(resource, live), manager, kind: TYPES[resource] ?? "" };
    const applying = type === "application/apply-patch+yaml";
    const object = applying
      ? applyPatch({ ...write, applied: body, force: query.get("force") === "true" }).object
      : this.#changed(type, step.method, body, live, write.typeName);
    const kept = { uid: live?.metadata.uid ?? key };
    const next = decoded(object) as KubeObject;
    next.metadata = { ...next.metadata, ...kept };
    if (!applying) {
      const { managedFields: _, ...metadata } = next.metadata;
      const entries = updateManagedFields({ ...write, object: next });
      next.metadata = entries === undefined ? metadata : { ...metadata, managedFields: entries };
    }
    if (query.get("dryRun") === null) this.#objects.set(key, stored(next));
    return next;
  }

  #write(resource: string, live: KubeObject | undefined) {
    const typeName = `core.v1.${TYPES[resource]}`;
    const rest = { subresource: "", now: this.now, resetFields: [] };
    return { typeName, groupVersion: "v1", live, ...rest };
  }

  #changed(
    type: string,
    method: string | undefined,
    body: unknown,
    live: KubeObject | undefined,
    typeName: string,
  ): unknown {
    if (method !== "PATCH")
      return { apiVersion: "v1", kind: typeName.slice(8), ...(body as object) };
    if (live === undefined) throw new Error("not found");
    if (type.includes("json-patch")) return applyJsonPatch(live, body);
    return type.includes("strategic")
      ? applyStrategicMergePatch(live, body, typeName)
      : applyMergePatch(live, body);
  }
}

/** Without times, which are masked, and in an order that does not depend on them. */
function timeless(entries: readonly ManagedFieldsEntry[] | undefined): string[] {
  return (entries ?? [])
    .map((entry) =>
      JSON.stringify({ ...entry, time: entry.time === undefined ? undefined : "<time>" }),
    )
    .sort();
}

const FILES = [
  "apply-basic",
  "apply-lists",
  "apply-managed-fields",
  "apply-update-managers",
  "json-patch",
  "merge-patch",
  "apply-migration",
];

describe.skipIf(!existsSync(scenarios))("recorded histories", () => {
  test.each(FILES)("%s", (file) => {
    const { steps }: { steps: readonly Step[] } = JSON.parse(
      readFileSync(join(scenarios, `${file}.json`), "utf8"),
    );
    const store = new Store();
    let compared = 0;
    for (const step of steps) {
      store.now += 1000;
      const [, resource = "", name = ""] =
        /^\/api\/v1\/namespaces\/\$\{ns\}\/(configmaps|serviceaccounts)\/?([^/?]*)(?:\?.*)?$/.exec(
          step.path ?? "",
        ) ?? [];
      const wanted = step.expect;
      if (resource === "" || step.body === undefined || wanted === undefined) continue;
      // Field management has no part in what validation or the endpoint refuse.
      if (wanted.body.message?.startsWith("Operation cannot") === true) continue;
      if ([400, 404, 405, 415, 422].includes(wanted.status)) continue;
      compared++;
      if (wanted.status >= 400) {
        expect(() => store.handle(step, resource, name), step.name).toThrow(StatusError);
        if (step.ignore === undefined) {
          expect(() => store.handle(step, resource, name), step.name).toThrow(wanted.body.message);
        }
        continue;
      }
      const got = store.handle(step, resource, name);
      if (step.only !== undefined) continue;
      const { metadata, data } = wanted.body;
      const before = step.ignore?.includes("metadata.managedFields") === true;
      if (!before)
        expect(timeless(got?.metadata.managedFields), step.name).toEqual(
          timeless(metadata.managedFields),
        );
      expect(got === undefined ? undefined : stored(got).data, step.name).toEqual(data);
      expect(got?.metadata.finalizers ?? [], step.name).toEqual(metadata.finalizers ?? []);
    }
    expect(compared).toBeGreaterThan(5);
  });
});
