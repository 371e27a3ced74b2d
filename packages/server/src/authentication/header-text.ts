/**
 * A header's value as text: HTTP carries bytes, Node reads each as a character, and clients of
 * kube-apiserver mean UTF-8. What is no UTF-8 becomes U+FFFD, as in the JSON that Go writes.
 */
export function headerText(value: string): string {
  return /^[\0-\x7f]*$/.test(value) ? value : Buffer.from(value, "latin1").toString("utf8");
}
