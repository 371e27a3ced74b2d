import type { AdmissionAttributes } from "../../admission/admission-plugin.ts";
import type { AdmissionChain } from "../../admission/chain.ts";
import type { KubeObject } from "../../api/object.ts";
import { kindOf } from "../../api/scheme.ts";
import { badRequest } from "../../api/status-error.ts";
import { negotiate } from "../../http/negotiation.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type MaybePromise, whenReady } from "../../runtime/maybe-promise.ts";
import { DEFAULT_EXPIRATION_SECONDS } from "../../tokens/lifetime.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import type { TokenRequestHandler } from "../service-account-token.ts";
import { parseWriteOptions } from "../write-options.ts";
import { readBody, writeContext } from "../write-requests.ts";
import { createdAnswer, trackBody } from "./created-answer.ts";

export interface TokenEndpointDependencies {
  readonly clock: Clock;
  readonly admission: AdmissionChain;
  readonly issue: TokenRequestHandler;
}

/** What admission sees of a token request. */
export function tokenAdmissionAttributes(
  request: { readonly namespace: string; readonly name: string; readonly dryRun: boolean } & Pick<
    AdmissionAttributes,
    "user" | "warn"
  >,
  object: KubeObject,
): AdmissionAttributes {
  return {
    operation: "CREATE",
    group: "",
    version: "v1",
    resource: "serviceaccounts",
    subresource: "token",
    kind: "TokenRequest",
    namespace: request.namespace,
    name: request.name,
    user: request.user,
    dryRun: request.dryRun,
    object,
    oldObject: undefined,
    warn: request.warn,
  };
}

/** An hour, unless something else is said. @see kubernetes pkg/apis/authentication/v1/defaults.go */
function applyDefaults(object: KubeObject): void {
  const spec = (object.spec ?? {}) as { expirationSeconds?: number | null };
  spec.expirationSeconds ??= DEFAULT_EXPIRATION_SECONDS;
  object.spec = spec;
}

/** Before admission, which asks whether the namespace is there. */
function checkNamespace({ metadata }: Readonly<KubeObject>, namespace: string): void {
  if (!metadata.namespace || metadata.namespace === namespace) return;
  throw badRequest(
    "the namespace of the provided object does not match the namespace sent on the request",
  );
}

/** POST of a TokenRequest to `serviceaccounts/<name>/token`. */
export function tokenEndpoint(dependencies: TokenEndpointDependencies): EndpointHandler {
  return (context: RequestContext) => {
    const negotiated = negotiate(context.request, context.query, "untabled");
    const options = parseWriteOptions(context.query, "CreateOptions");
    const kind = kindOf("authentication.k8s.io", "v1", "TokenRequest");
    if (kind === undefined) throw new Error("no kind TokenRequest");
    const { fieldManager } = writeContext(context, options);
    const request = {
      namespace: context.info.namespace,
      name: context.info.name,
      user: context.user,
      dryRun: options.dryRun,
      warn: (text: string) => context.warn(text),
      annotate: (key: string, value: string) => context.annotate(key, value),
    };
    const admit = (object: KubeObject): MaybePromise<KubeObject> => {
      checkNamespace(object, request.namespace);
      applyDefaults(object);
      trackBody(kind, object, fieldManager, dependencies.clock.now(), "token");
      const mutated = dependencies.admission.mutate(tokenAdmissionAttributes(request, object));
      return whenReady(mutated, () => object);
    };
    const admitted = whenReady(readBody(context, kind, options.fieldValidation), admit);
    const issued = whenReady(admitted, (object) => dependencies.issue(request, object));
    return whenReady(issued, (object) => createdAnswer(kind, object, negotiated));
  };
}
