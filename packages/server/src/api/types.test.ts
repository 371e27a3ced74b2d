import { readFileSync } from "node:fs";
import type { V1Role, V1RoleBinding, V1Secret, V1ServiceAccount } from "@kubernetes/client-node";
import { describe, expect, expectTypeOf, test } from "vitest";
import { generateTypes, TYPES_FILE } from "../../../../scripts/generate-types.ts";
import type { KubeObject } from "./object.ts";
import type {
  AutoscalingV1HorizontalPodAutoscaler,
  Container,
  EventsV1Event,
  HorizontalPodAutoscaler,
  PodSpec,
  Role,
  RoleBinding,
  Secret,
  ServiceAccount,
  ServicePort,
  TokenRequest,
  Volume,
} from "./types.ts";

test("the committed file is what the tables give; `npm run generate` renews it", () => {
  expect(readFileSync(TYPES_FILE, "utf8")).toBe(generateTypes());
});

/** JSON instead of the official client's classes: instants as text; what may be null may be absent. */
type AsJson<T> =
  IsAny<T> extends true
    ? unknown
    : T extends Date
      ? string
      : T extends readonly (infer E)[]
        ? AsJson<E>[]
        : T extends object
          ? { [K in keyof T]: AsJson<T[K]> }
          : T;
type IsAny<T> = 0 extends 1 & T ? true : false;
/** Without null, and with every field present, so that only names and types are compared. */
type Plain<T> = unknown extends T
  ? unknown
  : T extends readonly (infer E)[]
    ? Plain<E>[]
    : T extends object
      ? string extends keyof T
        ? Record<string, Plain<Present<T[keyof T]>>>
        : { [K in keyof T]-?: Plain<Present<T[K]>> }
      : T;

/** `NonNullable`, which would make `{}` of unknown. */
type Present<T> = unknown extends T ? unknown : NonNullable<T>;

describe("types", () => {
  test("agree with the official client's, field by field", () => {
    expectTypeOf<Plain<ServiceAccount>>().toEqualTypeOf<Plain<AsJson<V1ServiceAccount>>>();
    expectTypeOf<Plain<Secret>>().toEqualTypeOf<Plain<AsJson<V1Secret>>>();
    expectTypeOf<Plain<Role>>().toEqualTypeOf<Plain<AsJson<V1Role>>>();
    expectTypeOf<Plain<RoleBinding>>().toEqualTypeOf<Plain<AsJson<V1RoleBinding>>>();
  });

  test("kinds are objects of the API", () => {
    expectTypeOf<ServiceAccount>().toExtend<KubeObject>();
    expectTypeOf<RoleBinding>().toExtend<KubeObject>();
    expectTypeOf<TokenRequest>().toExtend<KubeObject>();
  });

  test("fields are there, may be absent, or may be null, as upstream writes them", () => {
    expectTypeOf<Container["name"]>().toEqualTypeOf<string>();
    expectTypeOf<Container["image"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<PodSpec["containers"]>().toEqualTypeOf<Container[]>();
    expectTypeOf<Role["rules"]>().extract<null>().toEqualTypeOf<null>();
    expectTypeOf<RoleBinding["roleRef"]["kind"]>().toEqualTypeOf<string>();
  });

  test("special forms", () => {
    expectTypeOf<ServicePort["targetPort"]>().toEqualTypeOf<number | string | undefined>();
    expectTypeOf<Container["imagePullPolicy"]>().toEqualTypeOf<
      "Always" | "Never" | "IfNotPresent" | undefined
    >();
    expectTypeOf<Volume>().toHaveProperty("projected");
  });

  test("names that clash take a prefix, the preferred version does not", () => {
    expectTypeOf<EventsV1Event>().toHaveProperty("regarding");
    expectTypeOf<HorizontalPodAutoscaler>().not.toEqualTypeOf<AutoscalingV1HorizontalPodAutoscaler>();
  });
});
