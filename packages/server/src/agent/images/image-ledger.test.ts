import { describe, expect, it } from "vitest";
import type { StoredImage } from "../image-store.ts";
import { ImageLedger } from "./image-ledger.ts";

const image = (id: string, overrides: Partial<StoredImage> = {}): StoredImage => ({
  ...{ id, tags: [], digests: [], sizeBytes: 1, pinned: false },
  ...overrides,
});
const ids = (ledger: ImageLedger): readonly string[] => ledger.unused().map(({ id }) => id);
const NOBODY: ReadonlySet<string> = new Set();

describe("images that nobody uses", () => {
  it("are those that no container is made of, by id or by digest, and nobody has pinned", () => {
    const ledger = new ImageLedger();
    const images = [
      image("a"),
      image("b"),
      image("c", { digests: ["r/c@sha256:1", "r/c@sha256:2"] }),
      image("d", { pinned: true }),
    ];
    ledger.observe(images, new Set(["b", "r/c@sha256:2"]), 1);
    expect(ids(ledger)).toEqual(["a"]);
    ledger.observe(images, NOBODY, 2);
    expect(ids(ledger)).toEqual(["a", "b", "c"]);
  });

  it("go in the order of their last use, and then of their coming", () => {
    const ledger = new ImageLedger();
    ledger.observe([image("used-early"), image("used-late")], new Set(["used-early"]), 1);
    ledger.observe(
      [image("used-early"), image("used-late"), image("new")],
      new Set(["used-late"]),
      2,
    );
    ledger.observe(
      [image("newest"), image("used-late"), image("new"), image("used-early")],
      NOBODY,
      3,
    );
    expect(ids(ledger)).toEqual(["new", "newest", "used-early", "used-late"]);
  });

  it("are new again when they were gone", () => {
    const ledger = new ImageLedger();
    ledger.observe([image("a")], NOBODY, 1);
    ledger.observe([], NOBODY, 2);
    ledger.observe([image("a")], NOBODY, 3);
    expect(ledger.unused()).toEqual([{ id: "a", sizeBytes: 1, detectedAt: 3 }]);
    ledger.forget("a");
    expect(ids(ledger)).toEqual([]);
  });
});
