import type { AuthenticationRecorder, UserInfo } from "../authentication/authenticator.ts";
import type { ApiRequest } from "../http/exchange.ts";
import type { Query } from "./query.ts";
import type { RequestInfo } from "./request-info.ts";

/** One request on its way through the pipeline, with what the stages found out and leave behind. */
export class RequestContext implements AuthenticationRecorder {
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly query: Query;
  /** Who acts: the authenticated user, or the one impersonated. */
  user: UserInfo;
  /** Texts for `Warning` headers, in order. */
  readonly warnings: string[] = [];
  /** Audit annotations. */
  readonly annotations: Map<string, string> = new Map();

  constructor(request: ApiRequest, info: RequestInfo, query: Query, user: UserInfo) {
    this.request = request;
    this.info = info;
    this.query = query;
    this.user = user;
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  annotate(key: string, value: string): void {
    this.annotations.set(key, value);
  }
}
