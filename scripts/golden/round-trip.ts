import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { decodeJson } from "../../packages/server/src/api/decode.ts";
import { encodeJson } from "../../packages/server/src/api/encode-json.ts";
import {
  decodeMessage,
  encodeProtobuf,
  openProtobuf,
} from "../../packages/server/src/api/protobuf.ts";
import { type Kind, kindOf } from "../../packages/server/src/api/scheme.ts";
import type { Outcome } from "./outcome.ts";
import type { Recording } from "./recordings.ts";

/** Decodes a recorded object from JSON and from protobuf, and encodes each as the other. */
export function compareRoundTrip(recording: Recording): Outcome {
  const problems = roundTripProblems(
    recording.name,
    readFileSync(recording.path, "utf8"),
    readFileSync(recording.path.replace(/\.json$/, ".pb")),
  );
  const good = problems.length === 0;
  return {
    recording,
    equal: good ? ["equal"] : [],
    differ: good ? [] : ["equal"],
    log: problems.map((problem) => `FAIL ${recording.name}: ${problem}\n`).join(""),
  };
}

/**
 * @param name - `GROUP.VERSION.Kind`, with `core` for the group without a name
 * @param bytes - protobuf in its envelope
 * @returns what is not equal; empty when both ways give the recorded value
 */
export function roundTripProblems(name: string, json: string, bytes: Uint8Array): string[] {
  const kind = kindOfName(name);
  if (kind === undefined) return ["the kind is not in the scheme"];
  const problems: string[] = [];
  const fromJson = decodeJson(kind.typeName, json);
  if (fromJson.strictErrors.length > 0) {
    problems.push(`decoding JSON: ${fromJson.strictErrors.join("; ")}`);
  }
  if (Buffer.compare(encodeProtobuf(kind, fromJson.value), bytes) !== 0) {
    problems.push("JSON to protobuf gives other bytes");
  }
  const envelope = openProtobuf(bytes);
  const message = {
    ...(envelope.kind === "" ? {} : { kind: envelope.kind, apiVersion: envelope.apiVersion }),
    ...decodeMessage(kind.typeName, envelope.raw),
  };
  if (!isDeepStrictEqual(JSON.parse(encodeJson(kind.typeName, message)), JSON.parse(json))) {
    problems.push("protobuf to JSON gives another value");
  }
  return problems;
}

/** The frame of a watch event has no kind of its own, so its envelope names none. */
function kindOfName(name: string): Kind | undefined {
  const parts = name.split(".");
  const kind = parts.pop() ?? "";
  const version = parts.pop() ?? "";
  const group = parts.join(".");
  const found = kindOf(group === "core" ? "" : group, version, kind);
  return found !== undefined && kind === "WatchEvent"
    ? { ...found, group: "", version: "", kind: "" }
    : found;
}
