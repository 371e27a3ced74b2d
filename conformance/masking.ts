const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const UID = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d\d:?\d\d( UTC)?)/g;
const LONG_TIME = /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d ([+-]\d{4}|[A-Z]{3})/g;
const RESOURCE_VERSION = /(resourceVersion"?: ?"?|Resource Version: +)\d+/g;
const VOLUME = /kube-api-access-[a-z0-9]{5}\b/g;
/** client-go up to 1.32 may read a first message before it has made the stream for it. */
const UNREADY_STREAM =
  /^E\d{4} \S+ +\d+ websocket\.go:\d+\] Unknown stream id \d+, discarding message\n/gm;
/** A cell of a table, once columns are two spaces apart. */
const AGE = /(^|(?<= {2}))\d+[smhdy](\d+[smhd])?(?=$| {2})/gm;

/**
 * Makes answers comparable: values that differ from run to run get names (JWT, UID, TIME, RV, AGE,
 * the namespace `$ns`), columns are two spaces apart, and spaces at the ends of lines are gone.
 */
export function mask(text: string, namespace: string): string {
  return text
    .replace(UNREADY_STREAM, "")
    .replaceAll(namespace, "$ns")
    .replace(JWT, "JWT")
    .replace(UID, "UID")
    .replace(TIME, "TIME")
    .replace(LONG_TIME, "TIME")
    .replace(RESOURCE_VERSION, "$1RV")
    .replace(VOLUME, "kube-api-access-RANDOM")
    .replace(/ deleted from \$ns namespace$/gm, " deleted") // since kubectl 1.34
    .replace(/(?<=\S) {2,}/g, "  ")
    .replace(/ +$/gm, "")
    .replace(AGE, "AGE")
    .replace(/\n+$/, "");
}
