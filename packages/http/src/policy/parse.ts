/**
 * The policy language of OpenStack, as far as rules about tokens and objects need it. Splitting is theirs:
 * words end at blanks, and parentheses count only at the ends of a word, so that `%(user_id)s` needs no
 * quoting.
 *
 * The reference turns what it can't read into "nobody may", or "nobody but": here it is refused, because an
 * operator who wrote a rule wants it to hold.
 */

import { suggestion, VigilError } from "@vigil/core";
import { ATTRIBUTE_NAMES, isAttributeName } from "./attributes.ts";
import type { PolicyExpression, PolicyRuleSource } from "./expression.ts";
import { parseTemplate } from "./template.ts";

/** Groups within groups; more is no rule that anybody could read. */
const DEPTH_MAX = 50;

type TokenKind = "(" | ")" | "and" | "or" | "not" | "check" | "end";

interface Token {
  kind: TokenKind;
  text: string;
  /** Of its first character, from 1. */
  column: number;
}

/** @throws VigilError invalid-input with the column of what can't be read */
export function parseRule(source: PolicyRuleSource): PolicyExpression {
  if (typeof source !== "string") return parseAlternatives(source);
  const tokens = tokenize(source);
  // An empty rule lets everybody pass, as in the reference.
  if (tokens.length === 1) return { kind: "constant", value: true };
  return new Parser(tokens).parse();
}

/** The older form: a list of alternatives, each a check or a list of checks that must all hold. */
function parseAlternatives(source: readonly (string | readonly string[])[]): PolicyExpression {
  if (source.length === 0) return { kind: "constant", value: true };
  const terms = source
    .map((alternative) => (typeof alternative === "string" ? [alternative] : alternative))
    .filter((checks) => checks.length > 0)
    .map((checks) => joined("and", checks.map(parseCheck)));
  return terms.length === 0 ? { kind: "constant", value: false } : joined("or", terms);
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): PolicyExpression {
    const expression = this.#operands("or", () => this.#operands("and", () => this.#term()));
    if (this.#token.kind !== "end") throw unexpected(this.#token, '"and", "or" or the end');
    return expression;
  }

  get #token(): Token {
    // The last token is the end, and nothing steps over it.
    return this.#tokens[this.#next]!;
  }

  #operands(kind: "and" | "or", operand: () => PolicyExpression): PolicyExpression {
    const terms = [operand()];
    while (this.#token.kind === kind) {
      this.#next += 1;
      terms.push(operand());
    }
    return joined(kind, terms);
  }

  #term(): PolicyExpression {
    const token = this.#token;
    if (token.kind === "not") {
      this.#next += 1;
      return { kind: "not", term: this.#nested(token, () => this.#term()) };
    }
    if (token.kind === "(") return this.#group(token);
    if (token.kind !== "check") throw unexpected(token, 'a check, "not" or "("');
    this.#next += 1;
    try {
      return parseCheck(token.text);
    } catch (error) {
      throw refusal(token.column, (error as Error).message);
    }
  }

  #group(opening: Token): PolicyExpression {
    this.#next += 1;
    const inner = this.#nested(opening, () =>
      this.#operands("or", () => this.#operands("and", () => this.#term())),
    );
    if (this.#token.kind !== ")") {
      throw unexpected(this.#token, `the ")" that closes the "(" of column ${opening.column}`);
    }
    this.#next += 1;
    return inner;
  }

  #nested(token: Token, parse: () => PolicyExpression): PolicyExpression {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw refusal(token.column, `more than ${DEPTH_MAX} levels of nesting`);
    const expression = parse();
    this.#depth -= 1;
    return expression;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const word of text.matchAll(/\S+/g)) {
    const [whole] = word;
    const column = word.index + 1;
    const opening = /^\(*/.exec(whole)![0].length;
    const bare = whole.slice(opening);
    const closing = /\)*$/.exec(bare)![0].length;
    const core = bare.slice(0, bare.length - closing);
    for (let i = 0; i < opening; i += 1) tokens.push({ kind: "(", text: "(", column: column + i });
    if (core !== "") tokens.push({ kind: kindOf(core), text: core, column: column + opening });
    const end = column + opening + core.length;
    for (let i = 0; i < closing; i += 1) tokens.push({ kind: ")", text: ")", column: end + i });
  }
  tokens.push({ kind: "end", text: "the end", column: text.length + 1 });
  return tokens;
}

function kindOf(word: string): TokenKind {
  const lowered = word.toLowerCase();
  return lowered === "and" || lowered === "or" || lowered === "not" ? lowered : "check";
}

/** One check: `role:admin`, `rule:admin_api`, `project_id:%(project_id)s`, `True:%(force)s`, `@`, `!`. */
function parseCheck(check: string): PolicyExpression {
  if (check === "@" || check === "!") return { kind: "constant", value: check === "@" };
  const colon = check.indexOf(":");
  if (colon < 0) {
    throw new VigilError(
      "invalid-input",
      `"${check}" is no check; wanted role:<name>, rule:<name>, <attribute>:<value>, @ or !`,
    );
  }
  const kind = check.slice(0, colon);
  const value = check.slice(colon + 1);
  if (kind === "rule") return { kind: "rule", name: value };
  const wanted = parseTemplate(value);
  if (kind === "role") return { kind: "role", name: wanted };
  if (isAttributeName(kind)) return { kind: "attribute", attribute: kind, wanted };
  const literal = literalText(kind);
  if (literal !== undefined) return { kind: "literal", text: literal, wanted };
  throw unknownAttribute(kind);
}

/** Constants as Python writes them, and texts in quotes. */
function literalText(kind: string): string | undefined {
  if (/^(?:True|False|None|0|-?[1-9]\d*)$/.test(kind)) return kind;
  return /^(["'])([^"'\\]*)\1$/.exec(kind)?.[2];
}

function unknownAttribute(kind: string): VigilError {
  const text =
    kind === "http" || kind === "https"
      ? `checks that ask another server (${kind}:) are not supported`
      : `a token has no attribute "${kind}"${suggestion(kind, ["role", "rule", ...ATTRIBUTE_NAMES])}; known: ${ATTRIBUTE_NAMES.join(", ")}; constants: True, False, None, numbers, texts in quotes`;
  return new VigilError("invalid-input", text);
}

function joined(kind: "and" | "or", terms: readonly PolicyExpression[]): PolicyExpression {
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? first : { kind, terms };
}

function unexpected(token: Token, wanted: string): VigilError {
  const seen = token.kind === "end" ? token.text : `"${token.text}"`;
  return refusal(token.column, `wanted ${wanted}, seen ${seen}`);
}

function refusal(column: number, text: string): VigilError {
  return new VigilError("invalid-input", `column ${column}: ${text}`);
}
