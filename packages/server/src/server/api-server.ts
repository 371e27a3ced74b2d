import { type AdmissionChain, createAdmissionChain } from "../admission/chain.ts";
import { defaultTolerationSeconds } from "../admission/default-toleration-seconds.ts";
import { createNamespaceLifecycle } from "../admission/namespace-lifecycle.ts";
import { createNodeRestriction } from "../admission/node-restriction.ts";
import { createPriority } from "../admission/priority.ts";
import { createServiceAccountAdmission } from "../admission/service-account.ts";
import { servedGroups } from "../api/schema/resources.ts";
import { createImpersonator } from "../authentication/impersonation.ts";
import type { Handler } from "../http/exchange.ts";
import type { HealthCheck } from "../http/health.ts";
import type { IdentityMetrics } from "../http/identity-metrics.ts";
import { InFlightLimits } from "../http/in-flight-limits.ts";
import { RequestMetrics } from "../http/metrics.ts";
import type { MetricsRegistry } from "../http/metrics-registry.ts";
import { createPipeline } from "../http/pipeline.ts";
import { createDiscovery } from "../registry/discovery.ts";
import { reviewEndpoints } from "../registry/endpoints/reviews.ts";
import { tokenAdmissionAttributes, tokenEndpoint } from "../registry/endpoints/token.ts";
import { createObjectReader } from "../registry/object-reader.ts";
import {
  type EndpointHandler,
  handleResource,
  type ResourceHandlerDependencies,
} from "../registry/resource-handler.ts";
import { createTokenRequestHandler } from "../registry/service-account-token.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import { parseCertificateRequest } from "../tls/certificate-request.ts";
import { EXTENDED_EXPIRATION_SECONDS } from "../tokens/lifetime.ts";
import type { Config } from "./config.ts";
import { createDiscoveryRoutes } from "./discovery-routes.ts";
import { fixedPaths } from "./fixed-paths.ts";
import type { Identity } from "./identity.ts";
import { createPathRoutes } from "./path-routes.ts";
import type { Policy } from "./policy.ts";
import type { Stores } from "./stores.ts";
import { createWriteGuard } from "./write-guard.ts";

export interface ApiServerDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly stores: Stores;
  readonly policy: Policy;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly identityMetrics: IdentityMetrics;
  readonly healthChecks: readonly HealthCheck[];
  /** `host:port` that discovery names to clients. */
  readonly address: string;
}

/** Joins the parts of the request path to one handler. No socket is opened here. */
export function createApiServer(dependencies: ApiServerDependencies): Handler {
  const { config, storage, stores, policy, identity, clock, random, logger } = dependencies;
  const admission = createAdmission(dependencies);
  const endpoints = new Map<string, EndpointHandler>([
    ...reviewEndpoints({
      clock,
      reviewer: identity.authenticator,
      apiAudiences: config.apiAudiences,
      authorizer: policy.authorizer,
      ruleResolver: policy.ruleResolver,
    }),
    ["/serviceaccounts/token", createTokenEndpoint(dependencies, admission)],
  ]);
  const resources: ResourceHandlerDependencies = {
    storage,
    clock,
    random,
    admission,
    guard: createWriteGuard(policy.authorizer, policy.rbac),
    storeOf: (group, version, resource) => stores.of(group, version, resource),
    endpoints,
  };
  const limits = new InFlightLimits({
    maxReads: config.maxRequestsInFlight,
    maxWrites: config.maxMutatingRequestsInFlight,
  });
  const discovery = createDiscovery(servedGroups(), dependencies.address);
  return createPipeline({
    authenticator: identity.authenticator,
    impersonator: createImpersonator(policy.authorizer),
    authorizer: policy.authorizer,
    limits,
    metrics: new RequestMetrics(dependencies.metrics, limits),
    identityMetrics: dependencies.identityMetrics,
    random,
    logger,
    resources: (context) => handleResource(resources, context),
    paths: createPathRoutes({
      ...fixedPaths({
        documents: identity.documents,
        metrics: dependencies.metrics,
        healthChecks: dependencies.healthChecks,
        logger,
        clock,
      }),
      discovery: createDiscoveryRoutes(discovery),
    }),
  });
}

function createTokenEndpoint(
  { config, identity, clock, random }: ApiServerDependencies,
  admission: AdmissionChain,
): EndpointHandler {
  return tokenEndpoint({
    clock,
    admission,
    issue: createTokenRequestHandler({
      objects: identity.objects,
      signer: identity.signer,
      clock,
      random,
      issuer: config.issuers[0] ?? "",
      lifetime: {
        apiAudiences: config.apiAudiences,
        maxExpirationSeconds: config.maxTokenExpirationSeconds,
        extendExpiration: config.extendTokenExpiration,
        maxExtendedSeconds: EXTENDED_EXPIRATION_SECONDS,
      },
      validateAdmission: (object, context) =>
        admission.validate(tokenAdmissionAttributes(context, { ...object })),
    }),
  });
}

/** The plugins in upstream's order. @see kubernetes pkg/kubeapiserver/options/plugins.go */
function createAdmission({
  storage,
  stores,
  policy,
  clock,
  random,
}: ApiServerDependencies): AdmissionChain {
  const reader = (group: string, resource: string) => {
    const store = stores.of(group, "v1", resource);
    if (store === undefined) throw new Error(`${resource} are not served`);
    return createObjectReader(storage, store);
  };
  const namespaces = reader("", "namespaces");
  const accounts = reader("", "serviceaccounts");
  const pods = reader("", "pods");
  const nodes = reader("", "nodes");
  const claims = reader("", "persistentvolumeclaims");
  const volumes = reader("", "persistentvolumes");
  const csiDrivers = reader("storage.k8s.io", "csidrivers");
  const priorityClasses = reader("scheduling.k8s.io", "priorityclasses");
  return createAdmissionChain([
    createNamespaceLifecycle((name) => namespaces.get("", name)),
    createServiceAccountAdmission({
      serviceAccountOf: (namespace, name) => accounts.get(namespace, name),
      clock,
      random,
    }),
    createNodeRestriction({
      authorizer: policy.authorizer,
      podOf: (namespace, name) => pods.get(namespace, name),
      nodeOf: (name) => nodes.get("", name),
      claimOf: (namespace, name) => claims.get(namespace, name),
      volumeOf: (name) => volumes.get("", name),
      csiDriverOf: (name) => csiDrivers.get("", name),
      commonNameOf: (request) =>
        parseCertificateRequest(Buffer.from(request, "base64").toString("latin1")).commonName,
    }),
    createPriority({
      get: (name) => priorityClasses.get("", name),
      list: () => priorityClasses.list(),
    }),
    defaultTolerationSeconds,
  ]);
}
