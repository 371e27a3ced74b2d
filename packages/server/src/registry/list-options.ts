import { type FieldError, forbiddenField, notSupported, root } from "../api/field-error.ts";
import { parseFieldSelector, parseLabelSelector } from "../api/selectors.ts";
import { badRequest, bareError, invalid } from "../api/status-error.ts";
import type { Query } from "../request/query.ts";
import { integerParameter, optionalBoolean } from "../request/query-values.ts";

/** Options of list, watch and deletecollection, decoded and validated. */
export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  /** As sent; `""` and `"0"` have meanings of their own. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  /** 0 for none. */
  readonly limit: number;
  readonly continueToken: string;
}

const MATCH = root("resourceVersionMatch");
const LIST_OPTIONS = { group: "meta.k8s.io", kind: "ListOptions" };

/** @throws StatusError 400 for numbers that are none, 422 for options that contradict each other */
export function parseListOptions(query: Query, watch: boolean): ListOptions {
  if (query.raw === "") return watch ? WATCH_DEFAULTS : LIST_DEFAULTS;
  const timeoutSeconds = integerParameter(query, "timeoutSeconds");
  const limit = integerParameter(query, "limit");
  const options: ListOptions = {
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    watch,
    allowWatchBookmarks: optionalBoolean(query, "allowWatchBookmarks") ?? false,
    sendInitialEvents: optionalBoolean(query, "sendInitialEvents"),
    resourceVersion: query.get("resourceVersion") ?? "",
    resourceVersionMatch: query.get("resourceVersionMatch") ?? "",
    timeoutSeconds,
    limit: Math.max(0, limit ?? 0),
    continueToken: query.get("continue") ?? "",
  };
  // Below `/watch/` it is the path that makes the watch; upstream judges the options of a list.
  const asksToWatch = watch && optionalBoolean(query, "watch") === true;
  const errors = asksToWatch ? watchErrors(withInitialEvents(options)) : listErrors(options);
  if (errors.length > 0) {
    // Selectors that cannot be read are told of first.
    parseLabelSelector(options.labelSelector);
    parseFieldSelector(options.fieldSelector);
    throw invalid(LIST_OPTIONS, "", errors);
  }
  return options;
}

const LIST_DEFAULTS: ListOptions = {
  labelSelector: "",
  fieldSelector: "",
  watch: false,
  allowWatchBookmarks: false,
  sendInitialEvents: undefined,
  resourceVersion: "",
  resourceVersionMatch: "",
  timeoutSeconds: undefined,
  limit: 0,
  continueToken: "",
};

const WATCH_DEFAULTS: ListOptions = { ...LIST_DEFAULTS, watch: true };

/** @see apimachinery pkg/apis/meta/internalversion/validation/validation.go */
function listErrors(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { resourceVersionMatch: match, resourceVersion, continueToken } = options;
  if (match !== "") {
    if (resourceVersion === "") {
      errors.push(
        forbiddenField(
          MATCH,
          "resourceVersionMatch is forbidden unless resourceVersion is provided",
        ),
      );
    }
    if (continueToken !== "") {
      errors.push(
        forbiddenField(MATCH, "resourceVersionMatch is forbidden when continue is provided"),
      );
    }
    if (match !== "Exact" && match !== "NotOlderThan") {
      errors.push(notSupported(MATCH, match, ["Exact", "NotOlderThan", ""]));
    }
    if (match === "Exact" && resourceVersion === "0") {
      errors.push(
        forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  if (options.sendInitialEvents !== undefined) {
    errors.push(
      forbiddenField(root("sendInitialEvents"), "sendInitialEvents is forbidden for list"),
    );
  }
  return errors;
}

/** What a watch that begins with all there is means. @see internalversion/defaults.go */
function withInitialEvents(options: ListOptions): ListOptions {
  const { sendInitialEvents, resourceVersionMatch, resourceVersion } = options;
  if (sendInitialEvents !== undefined || resourceVersionMatch !== "") return options;
  if (resourceVersion !== "" && resourceVersion !== "0") return options;
  return { ...options, sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" };
}

function watchErrors(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { resourceVersionMatch: match, sendInitialEvents, continueToken } = options;
  if (sendInitialEvents !== undefined && match !== "NotOlderThan") {
    errors.push(
      forbiddenField(
        MATCH,
        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
      ),
    );
  }
  if (match === "") return errors;
  if (sendInitialEvents === undefined) {
    errors.push(
      forbiddenField(
        MATCH,
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
      ),
    );
  }
  if (match !== "NotOlderThan") errors.push(notSupported(MATCH, match, ["NotOlderThan"]));
  if (continueToken !== "") {
    errors.push(
      forbiddenField(MATCH, "resourceVersionMatch is forbidden when continue is provided"),
    );
  }
  return errors;
}

const DIGITS = /^\d+$/;
const MAX_UINT64 = 2n ** 64n - 1n;

/** Why a text is no revision, in Go's words; undefined when it is one. */
function revisionComplaint(text: string): string | undefined {
  const isNumber = DIGITS.test(text);
  // Shorter ones fit for sure.
  if (isNumber && (text.length < 20 || BigInt(text) <= MAX_UINT64)) return undefined;
  const why = isNumber ? "value out of range" : "invalid syntax";
  const quoted = JSON.stringify(text);
  return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${why}`;
}

/** A resourceVersion of a list as a number; 0 for `""` and `"0"`. @throws StatusError 400 */
export function listRevision(text: string): number {
  if (text === "") return 0;
  const complaint = revisionComplaint(text);
  if (complaint !== undefined) throw badRequest(`invalid resource version: ${complaint}`);
  return Number(text);
}

/** The same for a watch, where a real server answers a bare 500. @throws StatusError 500 */
export function watchRevision(text: string): number {
  if (text === "") return 0;
  const complaint = revisionComplaint(text);
  if (complaint !== undefined) throw bareError(complaint);
  return Number(text);
}

/** A revision as messages show it: all its digits, which a number may not have. */
export function revisionText(text: string): string {
  return text === "" ? "0" : String(BigInt(text));
}
