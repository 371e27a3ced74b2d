import { type FieldRequirement, parseFieldSelector, parseLabelSelector } from "../api/selectors.ts";
import { StatusError } from "../api/status-error.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { AuthorizationAttributes, SelectorRequirement } from "./authorizer.ts";

function isSelective({ key, values }: FieldRequirement): boolean {
  return key !== "" || values[0] !== "";
}

/**
 * Field requirements as authorizers see them; undefined when the text cannot be read, which makes
 * the request broader, never narrower.
 */
function fieldRequirements(text: string): readonly SelectorRequirement[] | undefined {
  return readable(() => parseFieldSelector(text).requirements.filter(isSelective));
}

function labelRequirements(text: string): readonly SelectorRequirement[] | undefined {
  return readable(() => parseLabelSelector(text).requirements);
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

/**
 * What a request wants to do, from its URL and who sends it.
 * @see apiserver pkg/endpoints/filters/authorization.go GetAuthorizerAttributes
 */
export function requestAttributes(info: RequestInfo, user: UserInfo): AuthorizationAttributes {
  const attributes: AuthorizationAttributes = {
    user,
    verb: info.verb,
    resourceRequest: info.isResourceRequest,
    apiGroup: info.apiGroup,
    apiVersion: info.apiVersion,
    resource: info.resource,
    subresource: info.subresource,
    name: info.name,
    namespace: info.namespace,
    path: info.path,
  };
  if (info.fieldSelector === "" && info.labelSelector === "") return attributes;
  const fields = info.fieldSelector === "" ? undefined : fieldRequirements(info.fieldSelector);
  const labels = info.labelSelector === "" ? undefined : labelRequirements(info.labelSelector);
  return {
    ...attributes,
    ...(fields === undefined ? {} : { fieldSelector: fields }),
    ...(labels === undefined ? {} : { labelSelector: labels }),
  };
}
