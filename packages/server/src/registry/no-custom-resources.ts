import type { KubeObject } from "../api/object.ts";
import { parseFieldSelector, parseLabelSelector } from "../api/selectors.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { negotiate } from "../http/negotiation.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { parseListOptions } from "./list-options.ts";
import { objectResponse } from "./representation.ts";
import { checkMetadataField } from "./selection.ts";

/**
 * Whether a request lists the definitions of custom resources, which this server does not have.
 * kubectl lists them before it creates a kind without PATCH, such as a TokenReview, and goes no
 * further where the list is refused.
 * @see kubectl pkg/cmd/util: crdFinder, cli-runtime pkg/resource/query_param_verifier.go
 */
export function listsCustomResources(info: RequestInfo): boolean {
  return (
    info.verb === "list" &&
    info.resource === "customresourcedefinitions" &&
    info.apiGroup === "apiextensions.k8s.io" &&
    info.apiVersion === "v1" &&
    info.namespace === ""
  );
}

/** The empty list. @throws StatusError 406; 400 for selectors that a list would refuse */
export function listNoCustomResources(context: RequestContext, revision: number): ApiResponse {
  const negotiated = negotiate(context.request, context.query, "untabled");
  const { labelSelector, fieldSelector } = parseListOptions(context.query, false);
  parseLabelSelector(labelSelector);
  for (const { key } of parseFieldSelector(fieldSelector).requirements) checkMetadataField(key);
  const list = {
    kind: "CustomResourceDefinitionList",
    apiVersion: "apiextensions.k8s.io/v1",
    metadata: { resourceVersion: String(revision) },
    items: [],
  };
  return objectResponse(200, list as unknown as KubeObject, negotiated);
}
