import { type FieldError, forbiddenField, invalidValue, root } from "../../api/field-error.ts";
import { badRequest, invalid, notFound } from "../../api/status-error.ts";
import { parseTime, TimeFormatError } from "../../api/time-format.ts";
import type { Pod } from "../../api/types.ts";
import type { ApiResponse } from "../../http/exchange.ts";
import { negotiate } from "../../http/negotiation.ts";
import type { Query } from "../../request/query.ts";
import { booleanParameter, integerParameter } from "../../request/query-values.ts";
import type { ObjectReader } from "../object-reader.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { agentAddress, type ReadAgent } from "./node-backend.ts";
import { containerOf } from "./pod-container.ts";

/** How upstream prints the path of what is no field. */
const WHOLE = root("[]");

export interface PodBackendDependencies {
  readonly pods: ObjectReader;
  readonly nodes: ObjectReader;
  readonly readAgent: ReadAgent;
}

interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds: number | undefined;
  readonly sinceTime: string | undefined;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  /** Whether a stream is asked for, which needs a feature that is off in 1.36. */
  readonly stream: boolean;
}

/**
 * GET of a container's log, which its node has.
 * @see kubernetes pkg/registry/core/pod/rest/log.go
 */
export function podLogEndpoint({
  pods,
  nodes,
  readAgent,
}: PodBackendDependencies): EndpointHandler {
  return (context) => {
    const { info, query } = context;
    negotiate(context.request, query, "log");
    const options = readOptions(query);
    const errors = optionErrors(options);
    if (errors.length > 0) throw invalid({ group: "", kind: "PodLogOptions" }, info.name, errors);
    const pod = pods.get(info.namespace, info.name) as Pod | undefined;
    if (pod === undefined) throw notFound({ group: "", resource: "pods" }, info.name);
    const container = containerOf(pod, options.container);
    const nodeName = pod.spec?.nodeName ?? "";
    // A pod that runs nowhere has nothing to say.
    if (nodeName === "") return { status: 204, headers: {}, body: undefined };
    const place = agentAddress((name) => nodes.get("", name), nodeName, info.resource);
    const path = `/containerLogs/${info.namespace}/${info.name}/${container}`;
    const parameters = agentQuery(options);
    const target = parameters === "" ? path : `${path}?${parameters}`;
    const subject = { resource: { group: "", resource: "pods/log" }, name: info.name };
    const log = readAgent({ ...place, target }, subject, context);
    return log instanceof Promise ? log.then(asText) : asText(log);
  };
}

/** Whatever the agent calls it. */
function asText({ body }: ApiResponse): ApiResponse {
  return { status: 200, headers: { "content-type": "text/plain" }, body };
}

/** @throws StatusError 400 */
function readOptions(query: Query): LogOptions {
  return {
    container: query.get("container") ?? "",
    follow: booleanParameter(query, "follow"),
    previous: booleanParameter(query, "previous"),
    timestamps: booleanParameter(query, "timestamps"),
    sinceSeconds: integerParameter(query, "sinceSeconds"),
    sinceTime: readTime(query.get("sinceTime")),
    tailLines: integerParameter(query, "tailLines"),
    limitBytes: integerParameter(query, "limitBytes"),
    stream: query.has("stream"),
  };
}

function readTime(text: string | undefined): string | undefined {
  if (text === undefined || text === "" || text === "null") return undefined;
  try {
    parseTime(text, "seconds");
    return text;
  } catch (error) {
    throw error instanceof TimeFormatError ? badRequest(error.message, error) : error;
  }
}

function optionErrors(options: LogOptions): readonly FieldError[] {
  const { tailLines, limitBytes, sinceSeconds, sinceTime } = options;
  const errors: FieldError[] = [];
  const positive = "must be greater than 0";
  if (tailLines !== undefined && tailLines < 0) {
    errors.push(invalidValue(root("tailLines"), tailLines, "must be greater than or equal to 0"));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    errors.push(invalidValue(root("limitBytes"), limitBytes, positive));
  }
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    const text = "at most one of `sinceTime` or `sinceSeconds` may be specified";
    errors.push(forbiddenField(WHOLE, text));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.push(invalidValue(root("sinceSeconds"), sinceSeconds, positive));
  }
  if (options.stream) errors.push(forbiddenField(root("stream"), "may not be specified"));
  return errors;
}

function agentQuery(options: LogOptions): string {
  const parameters = new URLSearchParams();
  for (const name of ["follow", "previous", "timestamps"] as const) {
    if (options[name]) parameters.set(name, "true");
  }
  for (const name of ["sinceSeconds", "sinceTime", "tailLines", "limitBytes"] as const) {
    const value = options[name];
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.toString();
}
