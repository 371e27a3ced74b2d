import type { TokenAuthenticator, UserInfo } from "../authentication/authenticator.ts";
import {
  createAuthenticator,
  type RequestAuthenticator,
} from "../authentication/authenticator-chain.ts";
import { bootstrapTokenAuthenticator } from "../authentication/bootstrap-token.ts";
import type { WriteLastUsed } from "../authentication/last-used-marker.ts";
import { ServiceAccountAuthenticator, type TokenUse } from "../authentication/service-account.ts";
import type { ServiceAccountObjects } from "../authentication/service-account-objects.ts";
import { createObjectReader, type ObjectReader } from "../registry/object-reader.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Storage } from "../storage/storage.ts";
import type { TokenSigner } from "../tokens/issuer.ts";
import type { VerificationKeySource } from "../tokens/key-ring.ts";
import {
  createDiscoveryDocuments,
  type DiscoveryDocumentSource,
} from "../tokens/openid-configuration.ts";
import type { TokenKeys } from "../tokens/token-keys.ts";
import type { Config } from "./config.ts";
import type { Stores } from "./stores.ts";

/** Everything about tokens and who presents them. */
export interface Identity {
  readonly authenticator: RequestAuthenticator;
  readonly signer: TokenSigner;
  /** The longest life that an external signer gives, seconds; undefined where there is none. */
  readonly signerMaxSeconds: number | undefined;
  readonly objects: ServiceAccountObjects;
  /** Undefined when the issuer is no URL that discovery could work with. */
  readonly documents: DiscoveryDocumentSource | undefined;
}

export interface IdentityDependencies {
  readonly storage: Storage;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Users by static token. */
  readonly staticTokens: ReadonlyMap<string, UserInfo> | undefined;
  readonly markLastUsed: WriteLastUsed;
  readonly countTokenUse: (use: TokenUse) => void;
  /** `host:port` in discovery documents. */
  readonly externalAddress: string;
}

/** Signatures of this many tokens are remembered. */
const TOKEN_CACHE_LIMIT = 10_000;

export function createIdentity(
  config: Config,
  { keys, signer, signerMaxSeconds }: TokenKeys,
  dependencies: IdentityDependencies,
): Identity {
  const { logger, clock } = dependencies;
  const objects = serviceAccountObjects(dependencies.storage, dependencies.stores);
  const serviceAccounts = new ServiceAccountAuthenticator({
    issuers: config.issuers,
    apiAudiences: config.apiAudiences,
    keys,
    objects,
    lookup: config.serviceAccountLookup,
    // The leeway is as long as what a test wants to see of a token.
    ...(config.testPodTokenSeconds > 0 ? { expiryLeewayMs: 0 } : {}),
    clock,
    logger,
    markLastUsed: dependencies.markLastUsed,
    count: dependencies.countTokenUse,
    cacheLimit: TOKEN_CACHE_LIMIT,
  });
  const { requestHeader } = config;
  const authenticator = createAuthenticator({
    apiAudiences: config.apiAudiences,
    clientCertificates: true,
    serviceAccounts,
    anonymous: { enabled: config.anonymousAuth },
    ...(requestHeader.clientCaFile === ""
      ? {}
      : {
          requestHeader: {
            allowedNames: requestHeader.allowedNames,
            usernameHeaders: requestHeader.usernameHeaders,
            uidHeaders: requestHeader.uidHeaders,
            groupHeaders: requestHeader.groupHeaders,
            extraHeaderPrefixes: requestHeader.extraHeadersPrefix,
          },
        }),
    ...(dependencies.staticTokens === undefined ? {} : { staticTokens: dependencies.staticTokens }),
    ...(config.bootstrapTokens ? { furtherTokens: [bootstrapTokens(dependencies)] } : {}),
  });
  return {
    authenticator,
    signer,
    signerMaxSeconds,
    objects,
    documents: discoveryDocuments(config, keys, dependencies),
  };
}

function bootstrapTokens({ storage, stores, clock }: IdentityDependencies): TokenAuthenticator {
  const secrets = objectReader(storage, stores, "secrets");
  return bootstrapTokenAuthenticator({
    secretOf: (name) => secrets.get("kube-system", name),
    clock,
  });
}

function discoveryDocuments(
  config: Config,
  keys: VerificationKeySource,
  { logger, externalAddress }: IdentityDependencies,
): DiscoveryDocumentSource | undefined {
  try {
    return createDiscoveryDocuments({
      issuer: config.issuers[0] ?? "",
      jwksUri: config.jwksUri,
      externalAddress,
      keys,
      onRebuildError: (error) => logger.error({ error }, "discovery documents not rebuilt"),
    });
  } catch (error) {
    logger.warn({ error }, "serving without the discovery documents of the issuer");
    return undefined;
  }
}

function serviceAccountObjects(storage: Storage, stores: Stores): ServiceAccountObjects {
  const reader = (resource: string) => objectReader(storage, stores, resource);
  const accounts = reader("serviceaccounts");
  const pods = reader("pods");
  const secrets = reader("secrets");
  const nodes = reader("nodes");
  return {
    serviceAccount: (namespace, name) => accounts.get(namespace, name),
    pod: (namespace, name) => pods.get(namespace, name),
    secret: (namespace, name) => secrets.get(namespace, name),
    node: (name) => nodes.get("", name),
  };
}

function objectReader(storage: Storage, stores: Stores, resource: string): ObjectReader {
  const store = stores.of("", "v1", resource);
  if (store === undefined) throw new Error(`${resource} are not served`);
  return createObjectReader(storage, store);
}
