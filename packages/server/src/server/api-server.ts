import type { AdmissionChain } from "../admission/chain.ts";
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
import { componentStatusEndpoint } from "../registry/endpoints/component-statuses.ts";
import type { Backends } from "../registry/endpoints/node-backend.ts";
import { reviewEndpoints } from "../registry/endpoints/reviews.ts";
import { tokenAdmissionAttributes, tokenEndpoint } from "../registry/endpoints/token.ts";
import {
  type EndpointHandler,
  handleResource,
  type ResourceHandlerDependencies,
} from "../registry/resource-handler.ts";
import { parseAddressBlock } from "../registry/resources/service-range.ts";
import { createTokenRequestHandler } from "../registry/service-account-token.ts";
import { ServiceAllocator } from "../registry/service-allocator.ts";
import type { RegistryDependencies } from "../registry/write-context.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import { EXTENDED_EXPIRATION_SECONDS } from "../tokens/lifetime.ts";
import { createAdmission } from "./admission.ts";
import type { Config } from "./config.ts";
import { createDiscoveryRoutes } from "./discovery-routes.ts";
import { fixedPaths } from "./fixed-paths.ts";
import { follow } from "./follow.ts";
import type { Identity } from "./identity.ts";
import { createPathRoutes } from "./path-routes.ts";
import { podEndpoints } from "./pod-endpoints.ts";
import type { Policy } from "./policy.ts";
import { writeQuotaUsage } from "./quota-usage.ts";
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
  /** How nodes and pods are reached. */
  readonly backends: Backends;
  /** Names of what `componentstatuses` lists. */
  readonly components: readonly string[];
  /** `host:port` that discovery names to clients. */
  readonly address: string;
}

/** Joins the parts of the request path to one handler. No socket is opened here. */
export function createApiServer(dependencies: ApiServerDependencies): Handler {
  const { config, storage, stores, policy, identity, clock, random, logger } = dependencies;
  const admission = createAdmission({
    storage,
    stores,
    authorizer: policy.authorizer,
    clock,
    random,
    writeQuotaUsage: (quota, used) => writeQuotaUsage(registry, stores, quota, used),
  });
  const registry: RegistryDependencies = {
    storage,
    clock,
    random,
    admission,
    guard: createWriteGuard(policy.authorizer, policy.rbac),
    allocator: createAllocator(config, storage, stores),
  };
  const endpoints = new Map<string, EndpointHandler>([
    ...reviewEndpoints({
      clock,
      reviewer: identity.authenticator,
      apiAudiences: config.apiAudiences,
      authorizer: policy.authorizer,
      ruleResolver: policy.ruleResolver,
    }),
    ...componentStatusEndpoint({ clock, components: dependencies.components }),
    ["/serviceaccounts/token", createTokenEndpoint(dependencies, admission)],
    ...podEndpoints({
      registry,
      stores,
      authorizer: policy.authorizer,
      backends: dependencies.backends,
    }),
  ]);
  const resources: ResourceHandlerDependencies = {
    ...registry,
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
        maxExpirationSeconds: config.maxTokenExpirationSeconds || (identity.signerMaxSeconds ?? 0),
        extendExpiration: config.extendTokenExpiration,
        maxExtendedSeconds: Math.min(
          EXTENDED_EXPIRATION_SECONDS,
          identity.signerMaxSeconds ?? Number.POSITIVE_INFINITY,
        ),
        podTokenSeconds: config.testPodTokenSeconds,
      },
      validateAdmission: (object, context) =>
        admission.validate(tokenAdmissionAttributes(context, { ...object })),
    }),
  });
}

function createAllocator(config: Config, storage: Storage, stores: Stores): ServiceAllocator {
  const allocator = new ServiceAllocator(parseAddressBlock(config.serviceClusterIpRange));
  const services = stores.of("", "v1", "services");
  if (services === undefined) throw new Error("services are not served");
  follow(storage, services, allocator);
  return allocator;
}
