/**
 * What the labels of a namespace say of the pods in it.
 * @see kubernetes pod-security-admission/api/helpers.go
 */
import { type FieldError, invalidValue, root } from "../../api/field-error.ts";

export type Level = "privileged" | "baseline" | "restricted";

/** A level as one version of Kubernetes defines it. */
export interface LevelVersion {
  readonly level: Level;
  /** `latest` or `v1.30`. */
  readonly version: string;
}

export interface PodSecurityPolicy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

type Mode = keyof PodSecurityPolicy;
type Labels = Readonly<Record<string, string>>;

const LEVELS: readonly Level[] = ["privileged", "baseline", "restricted"];
const PREFIX = "pod-security.kubernetes.io/";
const LATEST = "latest";
const VERSION = /^v1\.(?:\d|[1-9]\d*)$/;
const ANYTHING: LevelVersion = { level: "privileged", version: LATEST };

export const NO_POLICY: PodSecurityPolicy = { enforce: ANYTHING, audit: ANYTHING, warn: ANYTHING };

/** Negative when `left` allows more than `right`. */
export function compareLevels(left: Level, right: Level): number {
  return LEVELS.indexOf(left) - LEVELS.indexOf(right);
}

export function printLevel({ level, version }: LevelVersion): string {
  return `${level}:${version}`;
}

/** A policy with what is wrong about the labels: a bad level enforces all, and warns of nothing. */
export function policyOf(labels: Labels | undefined): {
  readonly policy: PodSecurityPolicy;
  readonly errors: readonly FieldError[];
} {
  if (labels === undefined || Object.keys(labels).length === 0) {
    return { policy: NO_POLICY, errors: [] };
  }
  const errors: FieldError[] = [];
  const enforce = readMode(labels, "enforce", "restricted", errors);
  const audit = readMode(labels, "audit", "privileged", errors);
  const warn = readMode(labels, "warn", "privileged", errors);
  return { policy: { enforce, audit, warn: warnOf(labels, enforce, warn) }, errors };
}

function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

function readMode(labels: Labels, mode: Mode, failed: Level, errors: FieldError[]): LevelVersion {
  const levelLabel = `${PREFIX}${mode}`;
  const versionLabel = `${levelLabel}-version`;
  const { [levelLabel]: level = "privileged", [versionLabel]: version = LATEST } = labels;
  const report = (label: string, value: string, detail: string) =>
    errors.push(invalidValue(root("metadata", "labels").key(label), value, detail));
  const isKnown = isLevel(level);
  if (!isKnown) report(levelLabel, level, `must be one of ${LEVELS.join(", ")}`);
  const isVersion = version === LATEST || VERSION.test(version);
  if (!isVersion) report(versionLabel, version, 'must be "latest" or "v1.x"');
  return { level: isKnown ? level : failed, version: isVersion ? version : LATEST };
}

/** Who says nothing about warnings is warned of what is refused. */
function warnOf(labels: Labels, enforce: LevelVersion, warn: LevelVersion): LevelVersion {
  const { [`${PREFIX}warn`]: level, [`${PREFIX}enforce`]: enforced = "" } = labels;
  if (level !== undefined || !isLevel(enforced)) return warn;
  if (compareLevels(enforce.level, warn.level) <= 0) return warn;
  const hasVersion = labels[`${PREFIX}warn-version`] !== undefined;
  return { level: enforce.level, version: hasVersion ? warn.version : enforce.version };
}
