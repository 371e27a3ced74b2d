/** Tables of a real server, against ours of the objects that the same recordings made. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { printerOf } from "./printers.ts";
import type { TableColumn } from "./table-printer.ts";
import { scalePrinter } from "./workloads.ts";

const FOLDER = join(import.meta.dirname, "../../../../../../shared/golden/scenarios/reads");
const present = existsSync(FOLDER);

interface Table {
  readonly kind?: string;
  readonly columnDefinitions?: readonly TableColumn[];
  readonly rows?: readonly {
    readonly cells: readonly unknown[];
    readonly conditions?: unknown;
    readonly object?: KubeObject | null;
  }[];
}

interface Step {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly expect?: { readonly body?: unknown };
}

function steps(file: string): readonly Step[] {
  return (JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as { steps: Step[] }).steps;
}

/** `/apis/apps/v1/namespaces/x/deployments/y/scale?…` → what it is about. */
function target(path: string): { group: string; resource: string; name: string; rest: string } {
  const parts = path.replace(/\?.*/, "").split("/").slice(1);
  const group = parts[0] === "api" ? "" : (parts[1] ?? "");
  let tail = parts.slice(group === "" ? 2 : 3);
  if (tail[0] === "namespaces" && tail.length > 2) tail = tail.slice(2);
  const [resource = "", name = "", rest = ""] = tail;
  return { group, resource, name, rest };
}

function tableOf(step: Step): Table | undefined {
  const body = step.expect?.body as Table | undefined;
  return body?.kind === "Table" || body?.rows !== undefined ? body : undefined;
}

function printerFor(path: string) {
  const { group, resource, rest } = target(path);
  return rest === "scale" ? scalePrinter : printerOf(group, resource);
}

const files = present
  ? readdirSync(FOLDER).filter((file) => file.startsWith("tables-") && file !== "tables-crd.json")
  : [];

describe.skipIf(!present)("columns", () => {
  const cases = files.flatMap((file) =>
    steps(file).flatMap((step): [string, string, readonly TableColumn[]][] => {
      const columns = tableOf(step)?.columnDefinitions ?? [];
      return step.path === undefined || columns.length === 0
        ? []
        : [[`${file}: ${step.name}`, step.path, columns]];
    }),
  );
  test.each(cases)("%s", (_name, path, recorded) => {
    const shape = ({ name, type, format, priority }: TableColumn) => [name, type, format, priority];
    const { columns } = printerFor(path);
    expect(columns.map(shape)).toEqual(recorded.map(shape));
    for (const column of columns) expect(column.description).toMatch(/^[A-Z].*\.$/);
  });
});

/** Stands for a uid that is masked in the recording. */
const SOME_UID = "some-uid";
const CREATED = "2026-04-01T00:00:00Z";
const NOW = Date.parse("2026-05-01T00:00:00Z");

/** What the server sets on objects of a kind, as far as rows show it. */
const SERVER_SET: Readonly<Record<string, (body: KubeObject, as: string) => object>> = {
  "autoscaling/horizontalpodautoscalers": () => ({ apiVersion: "autoscaling/v2" }),
  "/secrets": ({ stringData }) => ({ type: "Opaque", data: stringData ?? {} }),
  "/resourcequotas": ({ spec }) => {
    const { hard } = spec as { hard: Record<string, string> };
    const used = Object.fromEntries(Object.keys(hard).map((name) => [name, "0"]));
    return { status: { hard, used } };
  },
  "batch/jobs": () => ({
    spec: { selector: { matchLabels: { "batch.kubernetes.io/controller-uid": SOME_UID } } },
    status: { conditions: [{ type: "Suspended", status: "True" }] },
  }),
  "/services": ({ spec }) => {
    const {
      clusterIP,
      type = "ClusterIP",
      ports = [],
    } = spec as {
      clusterIP?: string;
      type?: string;
      ports?: { protocol?: string }[];
    };
    for (const port of ports) port.protocol ??= "TCP";
    return { spec: { type, ...(clusterIP === undefined ? {} : { clusterIPs: [clusterIP] }) } };
  },
  "/persistentvolumeclaims": () => ({
    spec: { volumeMode: "Filesystem" },
    status: { phase: "Pending" },
  }),
  "/pods": ({ spec }) => {
    const gated = (spec as { schedulingGates?: unknown }).schedulingGates !== undefined;
    const gate = { type: "PodScheduled", status: "False", reason: "SchedulingGated" };
    return { status: { phase: "Pending", ...(gated ? { conditions: [gate] } : {}) } };
  },
  "storage.k8s.io/csidrivers": () => ({ spec: { volumeLifecycleModes: ["Persistent"] } }),
  "batch/cronjobs": () => ({ spec: { suspend: false } }),
  "certificates.k8s.io/certificatesigningrequests": (_body, as) => ({
    spec: { username: as.replace(/^user:/, "").replace(/,.*/, "") },
  }),
  "scheduling.k8s.io/priorityclasses": () => ({ globalDefault: false }),
};

function merged(left: unknown, right: unknown): unknown {
  if (typeof left !== "object" || typeof right !== "object" || right === null) return right;
  if (left === null || Array.isArray(left) || Array.isArray(right)) return right;
  const result: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) result[key] = merged(result[key], value);
  return result;
}

/** Plays the writes of a recording and yields, for each Table in it, the rows of what was written. */
function* replayed(file: string): Generator<[name: string, recorded: unknown[], ours: unknown[]]> {
  const objects = new Map<string, KubeObject>();
  for (const step of steps(file)) {
    const { path = "", method = "GET", body } = step;
    const { group, resource, name, rest } = target(path);
    const key = (object: string) => `${group}/${resource}/${object}`;
    if (rest === "scale") continue;
    let shown = objects;
    if (method === "POST") {
      const created = body as KubeObject;
      const preset = SERVER_SET[`${group}/${resource}`]?.(
        created,
        (step as { as?: string }).as ?? "admin",
      );
      const complete = merged(preset ?? {}, created) as KubeObject;
      complete.metadata.creationTimestamp = CREATED;
      objects.set(key(created.metadata.name ?? ""), complete);
    } else if (method === "DELETE") {
      const gone = objects.get(key(name));
      if (gone !== undefined) gone.metadata.deletionTimestamp = CREATED;
    } else if (method === "PATCH" && !Array.isArray(body)) {
      const old = objects.get(key(name));
      if (old === undefined) continue;
      if (path.includes("dryRun")) shown = new Map(objects);
      shown.set(key(name), merged(old, body) as KubeObject);
    } else if (method === "PATCH") {
      const old = objects.get(key(name)) as { status?: { conditions?: unknown[] } } | undefined;
      const [operation] = body as { path: string; value: unknown }[];
      if (operation?.path === "/status/conditions/-")
        old?.status?.conditions?.push(operation.value);
    }
    const { columns, cells, conditions } = printerOf(group, resource);
    const nameAt = columns.findIndex((column) => column.name === "Name");
    for (const row of tableOf(step)?.rows ?? []) {
      const object = shown.get(key(String(row.cells[nameAt])));
      if (object === undefined) continue;
      const recorded = [row.cells, row.conditions ?? []];
      yield [
        `${file}: ${step.name}: ${row.cells[nameAt]}`,
        recorded,
        [cells(object, NOW), conditions?.(object) ?? []],
      ];
    }
  }
}

/** Ages of a real clock and of ours are both `<age>`; a recorded uid or ignored cell matches any text. */
function comparable(ours: unknown, recorded: unknown): unknown {
  if (typeof ours !== "string" || typeof recorded !== "string") return ours;
  if (recorded === "<time>" || recorded === "<ignored>") return recorded;
  const uid = /<uid:\d+>/.exec(recorded)?.[0];
  if (uid !== undefined) return ours.replace(SOME_UID, uid);
  return recorded.includes("<age>") ? ours.replace(/\d+[smhdy][\dsmhdy]*/, "<age>") : ours;
}

describe.skipIf(!present)("cells", () => {
  const cases = files.flatMap((file) => [...replayed(file)]);
  test("there are rows to compare", () => expect(cases.length).toBeGreaterThan(60));
  test.each(cases)("%s", (_name, recorded, ours) => {
    const [recordedCells, recordedConditions] = recorded as [unknown[], unknown];
    const [cells, conditions] = ours as [unknown[], unknown];
    expect(cells.map((cell, index) => comparable(cell, recordedCells[index]))).toEqual(
      recordedCells,
    );
    expect(conditions).toEqual(recordedConditions);
  });
});
