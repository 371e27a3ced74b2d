import type { Descriptions } from "./define.ts";

export const runtimeDescriptions = (): Descriptions => ({
  RawExtension: {
    "": "An object of any kind. In JSON it stands as itself; in protobuf its bytes are wrapped.",
    raw: "The object, encoded.",
  },
  TypeMeta: {
    "": "The kind and version that a protobuf envelope names.",
    apiVersion: "Group and version of the kind.",
    kind: "The kind.",
  },
  Unknown: {
    "": "The envelope in which an object travels as protobuf.",
    typeMeta: "What the object is.",
    raw: "The object, encoded.",
    contentEncoding: "Encoding of `raw`; empty means none.",
    contentType: "Media type of `raw`; empty means protobuf.",
  },
});
