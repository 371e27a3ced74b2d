/** Every body that was sent to a real server: taken where it took it, refused in its words. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type BodyMediaType, DecodeError, decodeBody, strictMessage, warningsOf } from "./codec.ts";
import { type Kind, kindOf } from "./scheme.ts";

const FOLDER = new URL("../../../../../shared/golden/scenarios/", import.meta.url);
const files = existsSync(FOLDER)
  ? readdirSync(FOLDER).flatMap((area) =>
      readdirSync(new URL(`${area}/`, FOLDER)).map((name) => `${area}/${name}`),
    )
  : [];

interface Step {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  readonly expect?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

const KINDS: Readonly<Record<string, string>> = {
  configmaps: "ConfigMap",
  secrets: "Secret",
  pods: "Pod",
  services: "Service",
  endpoints: "Endpoints",
  events: "Event",
  serviceaccounts: "ServiceAccount",
  deployments: "Deployment",
  leases: "Lease",
  roles: "Role",
  rolebindings: "RoleBinding",
  clusterroles: "ClusterRole",
  clusterrolebindings: "ClusterRoleBinding",
  tokenreviews: "TokenReview",
  selfsubjectreviews: "SelfSubjectReview",
  subjectaccessreviews: "SubjectAccessReview",
  certificatesigningrequests: "CertificateSigningRequest",
};
const MEDIA_TYPES: readonly string[] = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
];

/** The kind that a path takes; undefined for subresources and kinds not listed above. */
function kindOfPath(path: string): Kind | undefined {
  const match =
    /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/[^/]+)?\/([a-z]+)(?:\/[^/?]+)?(?:\?|$)/.exec(
      path,
    );
  if (match === null) return undefined;
  const [, group = "", version = "", resource = ""] = match;
  const name = KINDS[resource];
  return name === undefined ? undefined : kindOf(group, version, name);
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (body === undefined) return new Uint8Array(0);
  if (typeof body === "string") return new TextEncoder().encode(body);
  const { base64 } = body as { base64?: unknown };
  if (typeof base64 === "string") return Uint8Array.fromBase64(base64);
  // As Python's json.dumps separates, which texts that show a body tell.
  const spaced = JSON.stringify(body, null, 1).replace(/\n */g, " ");
  return new TextEncoder().encode(spaced.replace(/([{[]) /g, "$1").replace(/ ([}\]])/g, "$1"));
}

interface Answer {
  readonly message?: string;
  readonly warnings: readonly string[];
}

function answer(step: Step, kind: Kind, mediaType: BodyMediaType): Answer {
  try {
    const { strictErrors } = decodeBody({ kind, mediaType, bytes: bytesOf(step.body) });
    const mode = /fieldValidation=(Strict|Ignore)/.exec(step.path ?? "")?.[1];
    if (mode === "Strict" && strictErrors.length > 0) {
      return { message: strictMessage(kind, strictErrors), warnings: [] };
    }
    return { warnings: mode === undefined ? warningsOf(strictErrors) : [] };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { message: maskTimes(error.message), warnings: [] };
  }
}

function maskTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, "<time>");
}

const DECODING = /cannot be handled as|\(must be of type|does not match the expected API version/;

/** What the recorded answer says of the decoding; other errors came after it. */
function wanted({ expect: recorded }: Step): Answer {
  const { message } = (recorded?.body ?? {}) as { message?: unknown };
  const isRefused =
    recorded?.status === 400 && typeof message === "string" && DECODING.test(message);
  const header = recorded?.headers?.warning ?? "";
  const warnings = header
    .split(" | ")
    .filter((text) => /"(?:unknown|duplicate) field/.test(text))
    .map((text): string => JSON.parse(text.slice("299 - ".length)));
  return isRefused ? { message, warnings: [] } : { warnings };
}

interface Case {
  readonly step: Step;
  readonly kind: Kind;
  readonly mediaType: BodyMediaType;
}

/** The steps of a file that send a body of a kind above, and were answered after it was read. */
function casesOf(file: string): Case[] {
  const { steps }: { steps: readonly Step[] } = JSON.parse(
    readFileSync(new URL(file, FOLDER), "utf8"),
  );
  return steps.flatMap((step) => {
    const kind = kindOfPath(step.path ?? "");
    const type = step.headers?.["Content-Type"] ?? "application/json";
    const mediaType = type.split(";")[0] || "application/json";
    const isWrite = step.method === "POST" || step.method === "PUT";
    const isAnswered = step.expect?.headers !== undefined && step.expect.status !== 413;
    if (!isWrite || !isAnswered || kind === undefined) return [];
    if (!MEDIA_TYPES.includes(mediaType)) return [];
    return [{ step, kind, mediaType: mediaType as BodyMediaType }];
  });
}

const cases = files
  .map((file): [string, Case[]] => [file, casesOf(file)])
  .filter(([, each]) => each.length > 0);

describe.skipIf(files.length === 0)("recorded bodies", () => {
  it.each(cases)("%s", (_file, each) => {
    for (const { step, kind, mediaType } of each) {
      expect(answer(step, kind, mediaType), step.name).toEqual(wanted(step));
    }
  });

  it("are many, and refused in many words", () => {
    const steps = cases.flatMap(([, each]) => each.map(({ step }) => step));
    expect(steps.length).toBeGreaterThan(500);
    expect(new Set(steps.map((step) => wanted(step).message)).size).toBeGreaterThan(40);
  });
});
