/**
 * What differs from run to run in the output of a command, and how it is written when two runs are
 * compared: names that are made up, times, keys, addresses.
 */
interface Mask {
  readonly pattern: RegExp;
  readonly written: string;
}

/** In this order: what is longer and surer comes first. */
const MASKS: readonly Mask[] = [
  { pattern: /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, written: "<token>" },
  { pattern: /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, written: "<uid>" },
  { pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, written: "<time>" },
  { pattern: /\b\d{4}-\d\d-\d\d\b/g, written: "<date>" },
  { pattern: /\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\.\d+/g, written: "<directory>" },
  { pattern: /"(exp|iat|nbf|warnafter)": ?\d+/g, written: '"$1": <seconds>' },
  { pattern: /"kid": ?"[^"]+"/g, written: '"kid": "<key>"' },
  { pattern: /[\w+/=-]{60,}/g, written: "<bytes>" },
  // A Deployment's pod: the hash of its template, and five letters of its own.
  { pattern: /-[bcdf-hj-np-tv-xz\d]{6,10}-[bcdf-hj-np-tv-xz\d]{5}\b/g, written: "-<pod>" },
  { pattern: /\bkube-api-access-[bcdf-hj-np-tv-xz\d]{5}\b/g, written: "kube-api-access-<name>" },
  { pattern: /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, written: "<address>" },
  { pattern: /\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d\b/g, written: "<time>" },
  // Ages and how long something took, also where kubectl counts: `4s (x2 over 7s)`.
  {
    pattern: /(?<![\w-])(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?<=\d[dhms])(?![\w-])/g,
    written: "<age>",
  },
];

/**
 * What kubectl says, now and then, of the first message of a WebSocket, when it comes before kubectl
 * is ready for it. Nothing is lost with it, and any server sees it.
 */
const KUBECTL_NOISE = /^E\d{4} .* Unknown stream id \d, discarding message$/;

/**
 * A text by which outputs are compared: what may differ is masked, and the width of columns, which
 * follows from it, does not count.
 */
export function maskOutput(text: string): string {
  const said = text.split("\n").filter((line) => !KUBECTL_NOISE.test(line));
  return MASKS.reduce(
    (result, { pattern, written }) => result.replace(pattern, written),
    said.join("\n"),
  )
    .split("\n")
    .map((line) => line.trimEnd().replace(/(\S)\s{2,}/g, "$1  "))
    .join("\n")
    .trimEnd();
}
