import { invalidValue, root } from "./field-error.ts";
import {
  type LabelOperator,
  type LabelRequirement,
  labelRequirementComplaints,
} from "./label-requirement.ts";
import { badRequest, type StatusError } from "./status-error.ts";
import { qualifiedNameComplaints } from "./validation/names.ts";

/**
 * The grammar of label selectors:
 *
 *     selector    = [ requirement { "," requirement } ]
 *     requirement = [ "!" ] key | key ( "in" | "notin" ) "(" values ")" | key operator [ value ]
 *     operator    = "=" | "==" | "!=" | ">" | "<"
 *     values      = [ value ] { "," [ value ] }
 *
 * `in` and `notin` are words only where an operator can stand.
 * @see apimachinery pkg/labels/selector.go Lexer, Parser
 */

type TokenKind =
  | "end"
  | "identifier"
  | "in"
  | "notin"
  | ","
  | "("
  | ")"
  | "!"
  | "="
  | "=="
  | "!="
  | ">"
  | "<";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const END: Token = { kind: "end", text: "" };
/** As upstream lists what it expected. */
const OPERATORS = "in, notin, =, ==, !=, gt, lt";

function isBlank(character: string): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

function isSpecial(character: string): boolean {
  return "=!(),><".includes(character);
}

function symbolAt(text: string, index: number): Token {
  const two = text.slice(index, index + 2);
  if (two === "==" || two === "!=") return { kind: two, text: two };
  const one = text[index] as "," | "(" | ")" | "!" | "=" | ">" | "<";
  return { kind: one, text: one };
}

function wordAt(text: string, index: number): Token {
  let end = index;
  for (; end < text.length; end++) {
    const character = text[end] ?? "";
    if (character === "\0" || isSpecial(character) || isBlank(character)) break;
  }
  const word = text.slice(index, end);
  return { kind: word === "in" || word === "notin" ? word : "identifier", text: word };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text[index] ?? "";
    // Upstream's scanner takes a NUL for the end of the text.
    if (character === "\0") break;
    if (isBlank(character)) {
      index++;
      continue;
    }
    const token = isSpecial(character) ? symbolAt(text, index) : wordAt(text, index);
    tokens.push(token);
    index += token.text.length;
  }
  tokens.push(END);
  return tokens;
}

function found(token: Token, expected: string): StatusError {
  return badRequest(`found '${token.text}', expected: ${expected}`);
}

/** Errors inside a requirement carry upstream's prefix. */
function foundInside(token: Token, expected: string): StatusError {
  return badRequest(`unable to parse requirement: found '${token.text}', expected: ${expected}`);
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? END;
  }

  #next(): Token {
    const token = this.#peek();
    this.#position++;
    return token;
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.#peek().kind === "end") return requirements;
    if (!startsRequirement(this.#peek())) {
      throw found(this.#peek(), "!, identifier, or 'end of string'");
    }
    for (;;) {
      requirements.push(this.#requirement());
      const separator = this.#next();
      if (separator.kind === "end") return requirements;
      if (separator.kind !== ",") throw found(separator, "',' or 'end of string'");
      if (!startsRequirement(this.#peek())) throw found(this.#peek(), "identifier after ','");
    }
  }

  #requirement(): LabelRequirement {
    const negated = this.#peek().kind === "!";
    if (negated) this.#next();
    const word = this.#next();
    if (!isIdentifier(word)) throw foundInside(word, "identifier");
    const key = word.text;
    checkKey(key);
    if (negated) return checked({ key, operator: "!", values: [] });
    const after = this.#peek().kind;
    if (after === "end" || after === ",") return checked({ key, operator: "exists", values: [] });
    const operator = this.#operator();
    const values = operator === "in" || operator === "notin" ? this.#set() : [this.#value()];
    return checked({ key, operator, values });
  }

  #operator(): LabelOperator {
    const token = this.#next();
    switch (token.kind) {
      case "in":
      case "notin":
      case "=":
      case "==":
      case "!=":
        return token.kind;
      case ">":
        return "gt";
      case "<":
        return "lt";
      default:
        throw foundInside(token, OPERATORS);
    }
  }

  #value(): string {
    const { kind } = this.#peek();
    if (kind === "end" || kind === ",") return "";
    const token = this.#next();
    if (!isIdentifier(token)) throw foundInside(token, "identifier");
    return token.text;
  }

  /** `(a,b)`, sorted and without doubles; `()`, `(a,)` and `(,a)` hold the empty value. */
  #set(): string[] {
    const open = this.#next();
    if (open.kind !== "(") {
      throw badRequest(`unable to parse requirement: found '${open.text}' expected: '('`);
    }
    const first = this.#peek();
    if (first.kind === ")") {
      this.#next();
      return [""];
    }
    if (!isIdentifier(first) && first.kind !== ",") {
      throw foundInside(first, "',', ')' or identifier");
    }
    const values = this.#identifiers();
    this.#next();
    return [...values].sort();
  }

  /** Up to the closing parenthesis, which stays. */
  #identifiers(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.#next();
      const { kind } = this.#peek();
      if (isIdentifier(token)) {
        values.add(token.text);
        if (kind === ")") return values;
        if (kind !== ",") throw foundInside(this.#peek(), "',' or ')'");
      } else if (token.kind === ",") {
        if (values.size === 0 || kind === ")" || kind === ",") values.add("");
        if (kind === ")") return values;
      } else {
        throw foundInside(token, "',', or identifier");
      }
    }
  }
}

function isIdentifier({ kind }: Token): boolean {
  return kind === "identifier" || kind === "in" || kind === "notin";
}

function startsRequirement(token: Token): boolean {
  return token.kind === "!" || isIdentifier(token);
}

/** A bad key is found before the operator is looked at; its error has no path. */
function checkKey(key: string): void {
  const complaints = qualifiedNameComplaints(key);
  if (complaints.length === 0) return;
  const { message } = invalidValue(root(), key, complaints.join("; "));
  throw badRequest(`unable to parse requirement: <nil>: ${message}`);
}

function checked(requirement: LabelRequirement): LabelRequirement {
  const complaints = labelRequirementComplaints(requirement);
  if (complaints.length === 0) return requirement;
  const text = complaints.length === 1 ? complaints[0] : `[${complaints.join(", ")}]`;
  throw badRequest(`unable to parse requirement: ${text}`);
}

/** Requirements in the order they are written. @throws StatusError 400 with Go's text */
export function parseLabelRequirements(text: string): LabelRequirement[] {
  return new Parser(text).parse();
}
