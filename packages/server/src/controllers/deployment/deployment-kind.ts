import type { OwnerKind } from "../controller-ref.ts";

export const DEPLOYMENT_KIND: OwnerKind = { apiVersion: "apps/v1", kind: "Deployment" };
