/** Paths of no resource: discovery, version, and what relying parties of tokens fetch. */

import { operationId, operationTag } from "./operation-id.ts";
import type { BodyType, OperationModel, PathModel } from "./path-model.ts";
import { OBJECT_TYPES } from "./resource-operations.ts";
import { groupVersionPath } from "./resource-paths.ts";
import { VERSION_INFO } from "./standing-schemas.ts";

type General = Pick<OperationModel, "operationId" | "tag" | "description"> &
  Partial<Pick<OperationModel, "consumes" | "produces">>;

/** `/api/` */
export function coreVersionsPath(): PathModel {
  return generalPath(
    "/api/",
    { typeName: "meta.v1.APIVersions" },
    {
      operationId: "getCoreAPIVersions",
      tag: operationTag(""),
      description: "Lists the versions of the core group.",
    },
  );
}

/** `/apis/` */
export function groupsPath(): PathModel {
  return generalPath(
    "/apis/",
    { typeName: "meta.v1.APIGroupList" },
    {
      operationId: "getAPIVersions",
      tag: "apis",
      description: "Lists the named groups and their versions.",
    },
  );
}

/** `/apis/apps/` */
export function groupPath(group: string): PathModel {
  return generalPath(
    `/apis/${group}/`,
    { typeName: "meta.v1.APIGroup" },
    {
      operationId: operationId("get", group, undefined, "APIGroup"),
      tag: operationTag(group),
      description: "Tells the versions of a group.",
    },
  );
}

/** `/apis/apps/v1/` */
export function resourceListPath(group: string, version: string): PathModel {
  const path = `${groupVersionPath(group, version)}/`;
  return generalPath(
    path,
    { typeName: "meta.v1.APIResourceList" },
    {
      operationId: operationId("get", group, version, "APIResources"),
      tag: operationTag(group, version),
      description: "Lists the resources of a group version.",
    },
  );
}

/** `/version/` */
export function versionPath(): PathModel {
  return generalPath(
    "/version/",
    { typeName: VERSION_INFO },
    {
      operationId: "getCodeVersion",
      tag: "version",
      description: "Tells the version of the server.",
      consumes: ["application/json"],
      produces: ["application/json"],
    },
  );
}

/** `/openid/v1/jwks/` */
export function keySetPath(): PathModel {
  return generalPath("/openid/v1/jwks/", "string", {
    operationId: "getServiceAccountIssuerOpenIDKeyset",
    tag: "openid",
    description: "The keys with which tokens of service accounts are verified.",
    consumes: [],
    produces: ["application/jwk-set+json"],
  });
}

/** `/.well-known/openid-configuration/` */
export function openIdConfigurationPath(): PathModel {
  return generalPath("/.well-known/openid-configuration/", "string", {
    operationId: "getServiceAccountIssuerOpenIDConfiguration",
    tag: "WellKnown",
    description: "OpenID Connect discovery of the issuer of tokens of service accounts.",
    consumes: [],
    produces: ["application/json"],
  });
}

function generalPath(path: string, answer: BodyType, general: General): PathModel {
  return {
    path,
    operations: [
      {
        consumes: OBJECT_TYPES,
        produces: OBJECT_TYPES,
        ...general,
        method: "get",
        parameters: [],
        responses: { 200: answer },
      },
    ],
  };
}
