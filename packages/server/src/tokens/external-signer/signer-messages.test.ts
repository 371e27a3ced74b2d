import { describe, expect, it } from "vitest";
import { encodeMessage } from "./signer.fixture.ts";
import {
  decodeFetchKeysResponse,
  decodeMetadataResponse,
  decodeSignResponse,
  encodeSignRequest,
} from "./signer-messages.ts";

describe("messages of a signer", () => {
  it("are written as another codec writes them", () => {
    expect(encodeSignRequest("e30")).toEqual(encodeMessage("SignJWTRequest", { claims: "e30" }));
  });

  it("are read as another codec writes them", () => {
    const signed = encodeMessage("SignJWTResponse", { header: "h", signature: "ß" });
    expect(decodeSignResponse(signed)).toEqual({ header: "h", signature: "ß" });
    const fetched = encodeMessage("FetchKeysResponse", {
      keys: [
        { key_id: "a", key: Buffer.from([1, 2]) },
        { key_id: "b", key: Buffer.from([3]), exclude_from_oidc_discovery: true },
      ],
      data_timestamp: { seconds: -5, nanos: 7 },
      refresh_hint_seconds: -1,
    });
    expect(decodeFetchKeysResponse(fetched)).toEqual({
      keys: [
        { keyId: "a", key: Buffer.from([1, 2]), excludeFromOidcDiscovery: false },
        { keyId: "b", key: Buffer.from([3]), excludeFromOidcDiscovery: true },
      ],
      dataTimestamp: { seconds: -5, nanos: 7 },
      refreshHintSeconds: -1,
    });
    const metadata = encodeMessage("MetadataResponse", { max_token_expiration_seconds: 3600 });
    expect(decodeMetadataResponse(metadata)).toBe(3600);
  });

  it("that say nothing are zero", () => {
    const nothing = Buffer.alloc(0);
    expect(decodeSignResponse(nothing)).toEqual({ header: "", signature: "" });
    expect(decodeFetchKeysResponse(nothing)).toEqual({
      keys: [],
      dataTimestamp: undefined,
      refreshHintSeconds: 0,
    });
    expect(decodeMetadataResponse(nothing)).toBe(0);
  });
});
