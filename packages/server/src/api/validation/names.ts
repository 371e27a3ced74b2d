/**
 * Formats of names, keys and short texts, with the complaints Kubernetes makes about them.
 * Each checker answers a list of complaints, empty when the value is good; good values cost one
 * pass over their characters and no allocation.
 * @see apimachinery pkg/util/validation/validation.go, pkg/api/validate/content
 */

/** No complaints; shared, so never changed. */
const NONE: readonly string[] = Object.freeze([]);

const LABEL_FORMAT = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN_FORMAT = `${LABEL_FORMAT}(\\.${LABEL_FORMAT})*`;
const UNDERSCORE_LABEL_FORMAT = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const UNDERSCORE_SUBDOMAIN_FORMAT = `${UNDERSCORE_LABEL_FORMAT}(\\.${UNDERSCORE_LABEL_FORMAT})*`;
const UNDERSCORE_SUBDOMAIN = new RegExp(`^${UNDERSCORE_SUBDOMAIN_FORMAT}$`);
const LABEL_1035_FORMAT = "[a-z]([-a-z0-9]*[a-z0-9])?";
const KEY_FORMAT = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/** RFC 1123: a label has at most 63 bytes, a subdomain 253. */
export const LABEL_MAX_BYTES = 63;
export const SUBDOMAIN_MAX_BYTES = 253;

/** Bytes of the text in UTF-8: lengths are limited in bytes, as Go counts them. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    const next = text.charCodeAt(index + 1);
    // The two halves of a surrogate pair are four bytes together.
    if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) index++;
  }
  return bytes;
}

/** The text for a value that misses its regular expression. */
export function regexComplaint(message: string, format: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${message} (e.g. ${shown}regex used for validation is '${format}')`;
}

export function maxCharactersComplaint(length: number): string {
  return `must be no more than ${length} characters`;
}

/** Newer checks of upstream (label keys and values) word the same limit in bytes. */
function maxBytesComplaint(length: number): string {
  return `must be no more than ${length} bytes`;
}

export function rangeComplaint(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

function isLowerAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

function isAlphanumeric(code: number): boolean {
  return isLowerAlphanumeric(code) || (code >= 65 && code <= 90);
}

/** Whether `text[from…to)` is a DNS-1123 label of any length. */
function isLabelShaped(text: string, from: number, to: number): boolean {
  if (from >= to) return false;
  if (!isLowerAlphanumeric(text.charCodeAt(from))) return false;
  if (!isLowerAlphanumeric(text.charCodeAt(to - 1))) return false;
  for (let index = from + 1; index < to - 1; index++) {
    const code = text.charCodeAt(index);
    if (code !== 45 && !isLowerAlphanumeric(code)) return false;
  }
  return true;
}

function isSubdomainShaped(text: string): boolean {
  let from = 0;
  for (;;) {
    const dot = text.indexOf(".", from);
    if (dot < 0) return isLabelShaped(text, from, text.length);
    if (!isLabelShaped(text, from, dot)) return false;
    from = dot + 1;
  }
}

/** A DNS-1123 label: `my-name`. */
export function dnsLabelComplaints(value: string): readonly string[] {
  const shaped = isLabelShaped(value, 0, value.length);
  if (shaped && value.length <= LABEL_MAX_BYTES) return NONE;
  const complaints: string[] = [];
  if (utf8Length(value) > LABEL_MAX_BYTES) complaints.push(maxCharactersComplaint(LABEL_MAX_BYTES));
  if (!shaped) {
    complaints.push(
      isSubdomainShaped(value)
        ? "must not contain dots"
        : regexComplaint(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
            LABEL_FORMAT,
            "my-name",
            "123-abc",
          ),
    );
  }
  return complaints;
}

/** A DNS-1123 subdomain: `example.com`. */
export function dnsSubdomainComplaints(value: string): readonly string[] {
  return subdomainComplaints(value, maxCharactersComplaint);
}

function subdomainComplaints(
  value: string,
  tooLongText: (length: number) => string,
): readonly string[] {
  const shaped = isSubdomainShaped(value);
  if (shaped && value.length <= SUBDOMAIN_MAX_BYTES) return NONE;
  const complaints: string[] = [];
  if (utf8Length(value) > SUBDOMAIN_MAX_BYTES) complaints.push(tooLongText(SUBDOMAIN_MAX_BYTES));
  if (!shaped) {
    complaints.push(
      regexComplaint(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SUBDOMAIN_FORMAT,
        "example.com",
      ),
    );
  }
  return complaints;
}

/** A subdomain whose labels may hold underscores, as search paths of DNS do. */
export function dnsSubdomainWithUnderscoreComplaints(value: string): readonly string[] {
  const complaints: string[] = [];
  if (utf8Length(value) > SUBDOMAIN_MAX_BYTES) {
    complaints.push(maxCharactersComplaint(SUBDOMAIN_MAX_BYTES));
  }
  if (!UNDERSCORE_SUBDOMAIN.test(value)) {
    complaints.push(
      regexComplaint(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        UNDERSCORE_SUBDOMAIN_FORMAT,
        "example.com",
      ),
    );
  }
  return complaints;
}

/** A DNS-1035 label: like a DNS-1123 label, but it begins with a letter. */
export function dns1035LabelComplaints(value: string): readonly string[] {
  const first = value.charCodeAt(0);
  const shaped = isLabelShaped(value, 0, value.length) && first >= 97 && first <= 122;
  if (shaped && value.length <= LABEL_MAX_BYTES) return NONE;
  const complaints: string[] = [];
  if (utf8Length(value) > LABEL_MAX_BYTES) complaints.push(maxCharactersComplaint(LABEL_MAX_BYTES));
  if (!shaped) {
    complaints.push(
      regexComplaint(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        LABEL_1035_FORMAT,
        "my-name",
        "abc-123",
      ),
    );
  }
  return complaints;
}

/** What has to hold for a name to stand in a URL. */
export function pathSegmentComplaints(name: string, prefix: boolean): readonly string[] {
  if (!prefix) {
    if (name === ".") return ["may not be '.'"];
    if (name === "..") return ["may not be '..'"];
  }
  const slash = name.includes("/");
  const percent = name.includes("%");
  if (!slash && !percent) return NONE;
  return [...(slash ? ["may not contain '/'"] : []), ...(percent ? ["may not contain '%'"] : [])];
}

/** A prefix of a generated name may end with a dash: letters follow. */
function withoutTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
}

/** The rule of most kinds; the second argument says that the name is a `generateName`. */
export function nameIsDnsSubdomain(name: string, prefix: boolean): readonly string[] {
  return dnsSubdomainComplaints(prefix ? withoutTrailingDash(name) : name);
}

/** The rule of namespaces and, since 1.36, services. */
export function nameIsDnsLabel(name: string, prefix: boolean): readonly string[] {
  return dnsLabelComplaints(prefix ? withoutTrailingDash(name) : name);
}

export function nameIsDns1035Label(name: string, prefix: boolean): readonly string[] {
  return dns1035LabelComplaints(prefix ? withoutTrailingDash(name) : name);
}

/** Whether `text[from…)` is alphanumeric at both ends, with `-_.` in between. */
function isKeyNameShaped(text: string, from: number): boolean {
  const last = text.length - 1;
  if (from > last) return false;
  if (!isAlphanumeric(text.charCodeAt(from)) || !isAlphanumeric(text.charCodeAt(last))) {
    return false;
  }
  for (let index = from + 1; index < last; index++) {
    const code = text.charCodeAt(index);
    if (code !== 45 && code !== 46 && code !== 95 && !isAlphanumeric(code)) return false;
  }
  return true;
}

const KEY_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** A qualified name, which is what a label key is: `name` or `example.com/name`. */
export function qualifiedNameComplaints(value: string): readonly string[] {
  const slash = value.indexOf("/");
  const nameLength = value.length - slash - 1;
  if (slash >= 0 && value.indexOf("/", slash + 1) >= 0) {
    const text = regexComplaint(KEY_MESSAGE, KEY_FORMAT, "MyName", "my.name", "123-abc");
    return [
      `a valid label key ${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const shaped = isKeyNameShaped(value, slash + 1);
  const prefix = slash < 0 ? undefined : value.slice(0, slash);
  const prefixComplaints =
    prefix === undefined || prefix === "" ? NONE : subdomainComplaints(prefix, maxBytesComplaint);
  if (shaped && nameLength <= LABEL_MAX_BYTES && prefix !== "" && prefixComplaints.length === 0) {
    return NONE;
  }
  const complaints: string[] = [];
  if (prefix === "") complaints.push("prefix part must be non-empty");
  for (const complaint of prefixComplaints) complaints.push(`prefix part ${complaint}`);
  if (nameLength === 0) complaints.push("name part must be non-empty");
  else if (utf8Length(value.slice(slash + 1)) > LABEL_MAX_BYTES) {
    complaints.push(`name part ${maxBytesComplaint(LABEL_MAX_BYTES)}`);
  }
  if (!shaped) {
    complaints.push(
      `name part ${regexComplaint(KEY_MESSAGE, KEY_FORMAT, "MyName", "my.name", "123-abc")}`,
    );
  }
  return complaints;
}

/** A label value: empty, or shaped like the name part of a key. */
export function labelValueComplaints(value: string): readonly string[] {
  const shaped = value === "" || isKeyNameShaped(value, 0);
  if (shaped && value.length <= LABEL_MAX_BYTES) return NONE;
  const complaints: string[] = [];
  if (utf8Length(value) > LABEL_MAX_BYTES) complaints.push(maxBytesComplaint(LABEL_MAX_BYTES));
  if (!shaped) {
    complaints.push(
      regexComplaint(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        `(${KEY_FORMAT})?`,
        "MyValue",
        "my_value",
        "12345",
      ),
    );
  }
  return complaints;
}

/** A key of a Secret or ConfigMap: a file name of `[-._a-zA-Z0-9]` that leaves no directory. */
export function configKeyComplaints(value: string): readonly string[] {
  let shaped = value !== "";
  for (let index = 0; index < value.length && shaped; index++) {
    const code = value.charCodeAt(index);
    shaped = code === 45 || code === 46 || code === 95 || isAlphanumeric(code);
  }
  if (shaped && value.length <= SUBDOMAIN_MAX_BYTES && !value.startsWith(".")) return NONE;
  const complaints: string[] = [];
  if (utf8Length(value) > SUBDOMAIN_MAX_BYTES) {
    complaints.push(maxCharactersComplaint(SUBDOMAIN_MAX_BYTES));
  }
  if (!shaped) {
    complaints.push(
      regexComplaint(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        "[-._a-zA-Z0-9]+",
        "key.name",
        "KEY_NAME",
        "key-name",
      ),
    );
  }
  if (value === ".") complaints.push("must not be '.'");
  else if (value === "..") complaints.push("must not be '..'");
  else if (value.startsWith("..")) complaints.push("must not start with '..'");
  return complaints;
}
