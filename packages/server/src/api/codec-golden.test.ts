/** Every kind, as a real server encodes it: JSON and protobuf must give each other, byte for byte. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeJson } from "./decode.ts";
import { encodeJson } from "./encode-json.ts";
import { prettyJson } from "./encode-json-text.ts";
import { decodeMessage, encodeProtobuf, openProtobuf } from "./protobuf.ts";
import { type Kind, kindOf } from "./scheme.ts";

const FOLDER = new URL("../../../../../shared/golden/roundtrip/", import.meta.url);
const names = existsSync(FOLDER)
  ? readdirSync(FOLDER)
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
  : [];

/** File names spell the core group out; the frame of a watch event has no kind of its own. */
function kindOfFile(name: string): Kind | undefined {
  const parts = name.split(".");
  const kind = parts.pop() ?? "";
  const version = parts.pop() ?? "";
  const group = parts.join(".") === "core" ? "" : parts.join(".");
  const found = kindOf(group, version, kind);
  return kind === "WatchEvent" && found !== undefined
    ? { ...found, group: "", version: "", kind: "" }
    : found;
}

describe.skipIf(names.length === 0)("recorded round trips", () => {
  it.each(names)("%s", (name) => {
    const kind = kindOfFile(name);
    if (kind === undefined) throw new Error(`${name} is not in the scheme`);
    const json = readFileSync(new URL(`${name}.json`, FOLDER), "utf8");
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.pb`, FOLDER)));

    const decoded = decodeJson(kind.typeName, json);
    expect(decoded.strictErrors).toEqual([]);
    expect(JSON.parse(encodeJson(kind.typeName, decoded.value))).toEqual(JSON.parse(json));
    expect(prettyJson(encodeJson(kind.typeName, decoded.value))).toBe(json);
    expect(Buffer.from(encodeProtobuf(kind, decoded.value)).toString("hex")).toBe(
      Buffer.from(bytes).toString("hex"),
    );

    const envelope = openProtobuf(bytes);
    const message = decodeMessage(kind.typeName, envelope.raw);
    const typed =
      envelope.kind === "" ? {} : { kind: envelope.kind, apiVersion: envelope.apiVersion };
    expect({ ...typed, ...message }).toEqual(decoded.value);
  });
});
