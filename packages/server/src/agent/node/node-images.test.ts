import { describe, expect, it } from "vitest";
import type { StoredImage } from "../image-store.ts";
import { nodeImages } from "./node-images.ts";

const image = (id: string, sizeBytes: number, names = 1): StoredImage => ({
  id,
  tags: Array.from({ length: names }, (_, at) => `r/${id}:${at}`),
  digests: [`r/${id}@sha256:1`],
  sizeBytes,
  pinned: false,
});

describe("images of a node", () => {
  it("are the fifty largest, of one size those of the last ids", () => {
    const found = [image("a", 1), image("b", 1), image("c", 2)];
    expect(nodeImages({}, found).images).toEqual([
      { names: ["r/c@sha256:1", "r/c:0"], sizeBytes: 2 },
      { names: ["r/b@sha256:1", "r/b:0"], sizeBytes: 1 },
      { names: ["r/a@sha256:1", "r/a:0"], sizeBytes: 1 },
    ]);
    const many = Array.from({ length: 60 }, (_, at) => image(`i${at}`, at + 1));
    const sizes = nodeImages({}, many).images?.map(({ sizeBytes }) => sizeBytes);
    expect(sizes).toEqual(Array.from({ length: 50 }, (_, at) => 60 - at));
  });

  it("have five names at most, digests first", () => {
    expect(nodeImages({}, [image("a", 1, 9)]).images?.[0]?.names).toEqual([
      "r/a@sha256:1",
      ...["r/a:0", "r/a:1", "r/a:2", "r/a:3"],
    ]);
  });

  it("are not told of where there are none, and none are told of when they have gone", () => {
    expect(nodeImages({}, [])).toEqual({});
    expect(nodeImages({ images: [{ names: ["x"] }] }, [])).toEqual({ images: [] });
  });
});
