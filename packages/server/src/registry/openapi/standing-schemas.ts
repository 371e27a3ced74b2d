/**
 * Schemas that come from no row: types whose JSON is not their shape, and what `/version` answers.
 */

import type { StructDefinition } from "../../api/schema/language.ts";
import type { WellKnown } from "../../api/scheme.ts";
import type { OpenApiSchema } from "./schema-rows.ts";

interface StandingSchema {
  readonly name: string;
  readonly description: string;
  readonly v2: OpenApiSchema;
  readonly v3: OpenApiSchema;
}

const OBJECT: OpenApiSchema = { type: "object" };
const TEXT: OpenApiSchema = { type: "string" };
const INSTANT: OpenApiSchema = { type: "string", format: "date-time" };
const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** By well-known type, and `meta.v1.Patch`, whose bodies are of four forms. */
export const STANDING_SCHEMAS: Readonly<Record<WellKnown | "meta.v1.Patch", StandingSchema>> = {
  Time: {
    name: `${META}.Time`,
    description: "An instant to the second, in RFC 3339.",
    v2: INSTANT,
    v3: INSTANT,
  },
  MicroTime: {
    name: `${META}.MicroTime`,
    description: "An instant to the microsecond, in RFC 3339.",
    v2: INSTANT,
    v3: INSTANT,
  },
  Duration: {
    name: `${META}.Duration`,
    description: "A length of time in Go's notation, `1h30m` for example.",
    v2: TEXT,
    v3: TEXT,
  },
  Quantity: {
    name: "io.k8s.apimachinery.pkg.api.resource.Quantity",
    description:
      "An exact amount: a decimal number with an optional suffix, which is a power of ten (`m`, `k`, `M`, `G` …), a power of two (`Ki`, `Mi`, `Gi` …) or an exponent (`e3`). Answers hold the shortest form of the amount that has no fraction.",
    v2: TEXT,
    v3: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
  IntOrString: {
    name: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    description: "A number or a text: a port by number or name, an amount or a percentage.",
    v2: { type: "string", format: "int-or-string" },
    v3: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  },
  FieldsV1: {
    name: `${META}.FieldsV1`,
    description:
      "A set of fields as a tree: `f:<name>` is a field, `k:<keys>` and `v:<value>` an item of a list, `.` the thing itself.",
    v2: OBJECT,
    v3: OBJECT,
  },
  RawExtension: {
    name: "io.k8s.apimachinery.pkg.runtime.RawExtension",
    description: "An object of any kind.",
    v2: OBJECT,
    v3: OBJECT,
  },
  JSON: {
    name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
    description: "Any JSON value.",
    v2: {},
    v3: {},
  },
  "meta.v1.Patch": {
    name: `${META}.Patch`,
    description: "A change of an object, in the form that the media type names.",
    v2: OBJECT,
    v3: OBJECT,
  },
};

/** Stands for the type of `/version`, which is no API type. */
export const VERSION_INFO = "version.Info";
export const VERSION_INFO_NAME = "io.k8s.apimachinery.pkg.version.Info";

/** @see apimachinery pkg/version/types.go */
export const VERSION_INFO_STRUCT: StructDefinition = {
  description: "The version of a server, and how it was built.",
  fields: [
    always("major", "Major version of the API."),
    always("minor", "Minor version of the API."),
    sometimes("emulationMajor", "Major version whose behaviour is emulated."),
    sometimes("emulationMinor", "Minor version whose behaviour is emulated."),
    sometimes("minCompatibilityMajor", "Major version of the oldest server it gets on with."),
    sometimes("minCompatibilityMinor", "Minor version of the oldest server it gets on with."),
    always("gitVersion", "The whole version."),
    always("gitCommit", "The commit it was built from."),
    always("gitTreeState", "Whether that commit was built as it is."),
    always("buildDate", "When it was built."),
    always("goVersion", "The runtime, whatever its language."),
    always("compiler", "What compiled it."),
    always("platform", "Operating system and processor."),
  ],
};

type Row = StructDefinition["fields"][number];

function always(name: string, description: string): Row {
  return { name, type: "string", number: 0, description };
}

function sometimes(name: string, description: string): Row {
  return { ...always(name, description), omitEmpty: true };
}
