import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PageRewriter, rewriteLink } from "./link-rewriting.ts";

const context = { prefix: "/p/proxy", hosts: ["10.0.0.1:80", "api:6443"] };

describe("a link", () => {
  it.each([
    ["/x", "/p/proxy/x"],
    ["/", "/p/proxy/"],
    ["/p/proxy/x", "/p/proxy/x"],
    ["x/y", "x/y"],
    ["", ""],
    ["#top", "#top"],
    ["?q=/x", "?q=/x"],
    ["//elsewhere/x", "//elsewhere/x"],
    ["//api:6443/x", "/p/proxy/x"],
    ["http://10.0.0.1:80/x?y#z", "/p/proxy/x?y#z"],
    ["https://api:6443/p/proxy/x", "/p/proxy/x"],
    ["https://elsewhere/x", "https://elsewhere/x"],
    ["https://10.0.0.1:80", "https://10.0.0.1:80"],
    ["mailto:/x", "mailto:/x"],
  ])("%j is seen as %j", (link, seen) => {
    expect(rewriteLink(link, context)).toBe(seen);
  });
});

/** The page, in pieces of so many characters. */
function rewrite(page: string, pieceLength = page.length || 1): string {
  const rewriter = new PageRewriter(context);
  let out = "";
  for (let at = 0; at < page.length; at += pieceLength) {
    out += rewriter.push(page.slice(at, at + pieceLength));
  }
  return out + rewriter.end();
}

const PAGES: readonly (readonly [page: string, seen: string])[] = [
  ['<a href="/x">/x</a>', '<a href="/p/proxy/x">/x</a>'],
  ["<A HREF='/x' title='/x'>", "<A HREF='/p/proxy/x' title='/x'>"],
  ["<img src=/x longdesc = /y>", "<img src=/p/proxy/x longdesc = /p/proxy/y>"],
  ["<img src=/x/>", "<img src=/p/proxy/x/>"],
  ['<div href="/x">', '<div href="/x">'],
  ['<a title="a > b" href="/x">', '<a title="a > b" href="/p/proxy/x">'],
  ['<!-- <a href="/x"> --><a href="/x">', '<!-- <a href="/x"> --><a href="/p/proxy/x">'],
  [
    '<script src="/s.js">if (1 < 2) "<a href=\'/x\'>"</script><a href="/x">',
    '<script src="/p/proxy/s.js">if (1 < 2) "<a href=\'/x\'>"</script><a href="/p/proxy/x">',
  ],
  [
    "<title><a href='/x'></TITLE><link href='/x'>",
    "<title><a href='/x'></TITLE><link href='/p/proxy/x'>",
  ],
  ["1 < 2, a<b and </a>", "1 < 2, a<b and </a>"],
  ["<constructor href='/x'>", "<constructor href='/x'>"],
  ["<a href='/x", "<a href='/x"],
  ["<", "<"],
  ["", ""],
];

describe("a page", () => {
  it.each(PAGES)("%j", (page, seen) => {
    expect(rewrite(page)).toBe(seen);
  });

  it("is the same in whatever pieces it comes", () => {
    const pages = fc.constantFrom(...PAGES.map(([page]) => page));
    fc.assert(
      fc.property(fc.array(pages), fc.integer({ min: 1, max: 9 }), (parts, length) => {
        const page = parts.join(" ");
        expect(rewrite(page, length)).toBe(rewrite(page));
      }),
    );
  });

  it("without links is not changed", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(rewrite(text.replaceAll("/", ""))).toBe(text.replaceAll("/", ""));
      }),
    );
  });

  it("keeps back no more than a long tag", () => {
    const rewriter = new PageRewriter(context);
    expect(rewriter.push(`<a href="${"x".repeat(70_000)}`).length).toBeGreaterThan(60_000);
  });
});
