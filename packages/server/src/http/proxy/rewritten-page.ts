import { pipeline, type Readable, Transform } from "node:stream";
import { createDeflateRaw, createGunzip, createGzip, createInflateRaw } from "node:zlib";
import { ignoreError } from "../response-body.ts";
import { type LinkContext, PageRewriter } from "./link-rewriting.ts";

/**
 * The bytes of a page with its links rewritten, in the encoding it came in; undefined for an encoding
 * that cannot be read, which is passed on as it is.
 * @param encoding - `Content-Encoding`; empty for none
 */
export function rewrittenPage(
  page: Readable,
  encoding: string,
  context: LinkContext,
): Readable | undefined {
  const rewriter = pageTransform(new PageRewriter(context));
  switch (encoding) {
    case "":
      return pipeline(page, rewriter, ignoreError);
    case "gzip":
      return pipeline(page, createGunzip(), rewriter, createGzip(), ignoreError);
    case "deflate":
      // As upstream reads it: without the frame that browsers allow, too.
      return pipeline(page, createInflateRaw(), rewriter, createDeflateRaw(), ignoreError);
    default:
      return undefined;
  }
}

function pageTransform(rewriter: PageRewriter): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      done(null, Buffer.from(rewriter.push(chunk.toString("latin1")), "latin1"));
    },
    flush: (done) => done(null, Buffer.from(rewriter.end(), "latin1")),
  });
}
