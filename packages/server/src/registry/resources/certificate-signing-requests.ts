/** @see kubernetes pkg/registry/certificates/certificates/strategy.go */
import type { KubeObject } from "../../api/object.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { Strategy, StrategyContext } from "../strategy.ts";
import {
  type SigningCondition,
  type SigningRequest,
  validateSigningRequest,
  validateSigningRequestUpdate,
} from "./signing-request-validation.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";

function asRequest(object: KubeObject): SigningRequest {
  return object as SigningRequest;
}

/** The server says who asks, whatever the request says. */
function stampRequester(object: KubeObject, { user }: StrategyContext): void {
  const {
    username: _n,
    uid: _u,
    groups: _g,
    extra: _e,
    ...asked
  } = (object.spec ?? {}) as Record<string, unknown>;
  const extra = Object.entries(user.extra);
  object.spec = {
    ...asked,
    username: user.username,
    ...(user.uid === "" ? {} : { uid: user.uid }),
    groups: [...user.groups],
    ...(extra.length === 0
      ? {}
      : { extra: Object.fromEntries(extra.map(([key, values]) => [key, [...values]])) }),
  };
}

function conditionsOf(object: KubeObject): readonly SigningCondition[] {
  return asRequest(object).status?.conditions ?? [];
}

/** Conditions say when they came, and when their status last changed. */
function withTimes(
  conditions: readonly SigningCondition[],
  old: readonly SigningCondition[],
  now: number,
): SigningCondition[] {
  const time = formatTime(now);
  return conditions.map((condition) => {
    const before = old.find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && lastTransitionTime != null,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? time,
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? time,
    };
  });
}

/** Decisions as they are stored, when there are as many of them. */
function keepDecisions(
  conditions: readonly SigningCondition[],
  old: readonly SigningCondition[],
): SigningCondition[] {
  const kept = [...conditions];
  for (const decision of ["Approved", "Denied"]) {
    const stored = old.filter(({ type }) => type === decision);
    const places = kept.flatMap(({ type }, index) => (type === decision ? [index] : []));
    if (stored.length !== places.length) continue;
    places.forEach((place, index) => {
      const condition = stored[index];
      if (condition !== undefined) kept[place] = condition;
    });
  }
  return kept;
}

function setConditions(object: KubeObject, conditions: readonly SigningCondition[]): void {
  const { conditions: _replaced, ...rest } = (object.status ?? {}) as Record<string, unknown>;
  object.status = conditions.length === 0 ? rest : { ...rest, conditions };
}

export const certificateSigningRequestsStrategy: Strategy = {
  group: "certificates.k8s.io",
  resource: "certificatesigningrequests",
  // Names are free: upstream checks only what any object's name must satisfy.
  validateName: () => [],
  prepareForCreate: (object, context) => {
    stampRequester(object, context);
    object.status = {};
  },
  validateCreate: (object) => validateSigningRequest(asRequest(object)),
  prepareForUpdate: (object, old) => {
    keepSpec(object, old);
    keepStatus(object, old);
  },
  updateChecks: ["whole", "own", "change"],
  validateUpdate: (object, old) =>
    validateSigningRequestUpdate(asRequest(object), asRequest(old), {}),
  hasNamespaceField: false,
  selectableFields: (object) => ({
    "spec.signerName": asRequest(object).spec?.signerName ?? "",
  }),
  resetFields: [["spec"], ["status"]],
  subresources: {
    approval: {
      prepareForUpdate: (object, old, { now }) => {
        const conditions = withTimes(conditionsOf(object), conditionsOf(old), now);
        keepSpec(object, old);
        keepStatus(object, old);
        setConditions(object, conditions);
      },
      updateChecks: ["whole", "own", "change"],
      validateUpdate: (object, old) =>
        validateSigningRequestUpdate(asRequest(object), asRequest(old), { decision: true }),
      resetFields: [["spec"], ["status", "certificate"]],
    },
    status: {
      prepareForUpdate: (object, old, { now }) => {
        keepSpec(object, old);
        const kept = keepDecisions(conditionsOf(object), conditionsOf(old));
        setConditions(object, withTimes(kept, conditionsOf(old), now));
      },
      updateChecks: ["whole", "own", "change"],
      validateUpdate: (object, old) =>
        validateSigningRequestUpdate(asRequest(object), asRequest(old), { certificate: true }),
      resetFields: [["spec"], ["status", "conditions"]],
    },
  },
};
