import { quoteGo } from "../api/go-quote.ts";
import { forbidden, type StatusError } from "../api/status-error.ts";
import type { AuthorizationAttributes } from "./authorizer.ts";

const HTML_SIGN = /[&<>]/g;
const HTML_ENTITY: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Keeps names that somebody chose from looking like markup to a browser. */
function withoutMarkup(text: string): string {
  return text.replace(HTML_SIGN, (sign) => HTML_ENTITY[sign] ?? sign);
}

function describe(attributes: AuthorizationAttributes): string {
  const { verb, namespace, apiGroup, subresource } = attributes;
  const who = `User ${quoteGo(attributes.user.username)} cannot ${verb}`;
  if (!attributes.resourceRequest) return `${who} path ${quoteGo(attributes.path)}`;
  const resource =
    subresource === "" ? attributes.resource : `${attributes.resource}/${subresource}`;
  const what = `resource ${quoteGo(resource)} in API group ${quoteGo(apiGroup)}`;
  const where =
    namespace === "" ? "at the cluster scope" : `in the namespace ${quoteGo(namespace)}`;
  return `${who} ${what} ${where}`;
}

/**
 * The 403 for something that was not allowed:
 * `pods "p" is forbidden: User "u" cannot get resource "pods" in API group "" in the namespace "n"`,
 * `forbidden: User "u" cannot get path "/x"`; the reason, where there is one, follows after a colon.
 * @see apiserver pkg/endpoints/handlers/responsewriters/errors.go
 */
export function forbiddenRequest(attributes: AuthorizationAttributes, reason: string): StatusError {
  const text = withoutMarkup(describe(attributes));
  const resource = attributes.resourceRequest
    ? { group: attributes.apiGroup, resource: attributes.resource }
    : { group: "", resource: "" };
  return forbidden(resource, attributes.name, reason === "" ? text : `${text}: ${reason}`);
}
