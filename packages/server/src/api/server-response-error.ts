import { quoteGo } from "./go-quote.ts";
import { type GroupResource, printGroupResource, StatusError } from "./status-error.ts";

interface Meaning {
  readonly reason: string;
  readonly message: string;
}

const NO_MORE = (code: number): string =>
  `the server responded with the status code ${code} but did not return more information`;

/** @see kubernetes apimachinery/pkg/api/errors/errors.go (NewGenericServerResponse) */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: {
    reason: "Unauthorized",
    message: "the server has asked for the client to provide credentials",
  },
  404: { reason: "NotFound", message: "the server could not find the requested resource" },
  405: {
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
  },
  409: { reason: "Conflict", message: "the server reported a conflict" },
  422: {
    reason: "Invalid",
    message: "the server rejected our request due to an error in our request",
  },
  429: {
    reason: "TooManyRequests",
    message: "the server has received too many requests and has asked us to try again later",
  },
  503: {
    reason: "ServiceUnavailable",
    message: "the server is currently unable to handle the request",
  },
  504: {
    reason: "Timeout",
    message:
      "the server was unable to return a response in the time allotted, but may still be processing the request",
  },
};
/** Of these the other server's own words are kept. */
const QUOTED: Readonly<Record<number, string>> = {
  403: "Forbidden",
  406: "NotAcceptable",
  415: "UnsupportedMediaType",
};

/**
 * What another server's refusal of a read becomes for the caller of this one: a status code and a
 * text, without a Status.
 * @param resource - asked for, with its subresource: `pods/log`
 */
export function serverResponseError(
  code: number,
  text: string,
  resource: GroupResource,
  name: string,
): StatusError {
  const { reason, message } = meaningOf(code, text);
  const what = printGroupResource(resource);
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    // The verb, which nobody knows here, would stand before the resource.
    message: `${message} ( ${what}${name === "" ? "" : ` ${name}`})`,
    ...(reason === "" ? {} : { reason }),
    details: {
      ...(name === "" ? {} : { name }),
      ...(resource.group === "" ? {} : { group: resource.group }),
      kind: resource.resource,
    },
    code,
  });
}

function meaningOf(code: number, text: string): Meaning {
  const known = MEANINGS[code];
  if (known !== undefined) return known;
  const quoted = QUOTED[code];
  if (quoted !== undefined) return { reason: quoted, message: text };
  if (code < 500) return { reason: "", message: NO_MORE(code) };
  const message = `an error on the server (${quoteGo(text)}) has prevented the request from succeeding`;
  return { reason: "InternalError", message };
}
