/** What a URL and a method ask for. @see apiserver pkg/endpoints/request/requestinfo.go */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  readonly path: string;
  /** `get list watch create update patch delete deletecollection proxy`, or the lower-case method. */
  readonly verb: string;
  /** `api` or `apis` of a resource request. */
  readonly apiPrefix: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Path segments from the resource on. */
  readonly parts: readonly string[];
  /** Raw selectors of list, watch and deletecollection. */
  readonly fieldSelector: string;
  readonly labelSelector: string;
}
