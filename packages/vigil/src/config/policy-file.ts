import { readFileSync } from "node:fs";
import { VigilError } from "@vigil/core";
import {
  createPolicy,
  DEFAULT_POLICY_RULES,
  overridePolicy,
  type Policy,
  type PolicyRuleSource,
  type PolicyRules,
} from "@vigil/http";
import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";

/** The policy in force, and the rules of the file in it. */
export interface LoadedPolicy {
  policy: Policy;
  /** Rules by name, those of the file in the place of the defaults. */
  rules: PolicyRules;
  /** Names of the rules that the file has. */
  overridden: ReadonlySet<string>;
}

/**
 * The default rules, or those with what the file says in their place.
 * @throws VigilError invalid-input naming every rule of the file that is wrong
 */
export function loadPolicy(path: string | undefined): LoadedPolicy {
  if (path === undefined) {
    const rules = DEFAULT_POLICY_RULES;
    return { policy: createPolicy(rules), rules, overridden: new Set() };
  }
  const overrides = parsePolicyText(contentOf(path), path);
  try {
    const policy = overridePolicy(overrides);
    const rules = { ...DEFAULT_POLICY_RULES, ...overrides };
    return { policy, rules, overridden: new Set(Object.keys(overrides)) };
  } catch (error) {
    const { kind, message } = VigilError.from(error);
    throw new VigilError(kind, `${path}: ${message}`, { cause: error });
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const text = `cannot read the policy file ${path}: ${(error as Error).message}; correct its path or permissions`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
}

/**
 * Reads a policy file as OpenStack services have it: YAML (or JSON, which is YAML), rules by name.
 * @param path for messages
 * @throws VigilError invalid-input naming every line that is wrong
 */
export function parsePolicyText(content: string, path: string): PolicyRules {
  const lines = new LineCounter();
  const document = parseDocument(content, { prettyErrors: false, lineCounter: lines });
  const mistake = document.errors[0] ?? document.warnings[0];
  if (mistake !== undefined) {
    const { line } = lines.linePos(mistake.pos[0]);
    throw new VigilError(
      "invalid-input",
      `${path}, line ${line}: not readable as YAML (${mistake.message}); rules need quotes: "role:admin", "!", "@"`,
    );
  }
  const { contents } = document;
  if (contents === null) return {};
  if (!isMap(contents)) {
    throw new VigilError("invalid-input", `${path}: wanted lines of the form \`"audit:get": "role:admin"\``);
  }
  const rules: [string, PolicyRuleSource][] = [];
  const problems: string[] = [];
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : "?";
    const source: unknown = isNode(value) ? value.toJSON() : null;
    if (isNode(value) && hasTag(value)) {
      problems.push(
        `line ${lineOf(key, lines)}, rule ${name}: a ! without quotes means nothing here; write "!"`,
      );
      continue;
    }
    if (isRuleSource(source)) rules.push([name, source]);
    else problems.push(`line ${lineOf(key, lines)}, rule ${name}: ${notARule(source)}`);
  }
  if (problems.length > 0) throw new VigilError("invalid-input", `${path}: ${problems.join("\n")}`);
  return Object.fromEntries(rules);
}

/** To YAML, `!` begins a tag: without quotes "nobody may" would read as an empty rule, which lets everybody pass. */
function hasTag(value: Node): boolean {
  let found = false;
  visit(value, {
    Node: (_key, node) => {
      found ||= node.tag !== undefined;
    },
  });
  return found;
}

function isRuleSource(source: unknown): source is PolicyRuleSource {
  if (typeof source === "string") return true;
  const isText = (value: unknown) => typeof value === "string";
  return (
    Array.isArray(source) &&
    source.every((item) => isText(item) || (Array.isArray(item) && item.every(isText)))
  );
}

/** The reference takes nothing at all for "everybody may", which nobody means who forgot a value. */
function notARule(source: unknown): string {
  const seen = source === null ? "nothing" : JSON.stringify(source);
  return `seen ${seen}, wanted a text such as "role:admin"; "@" lets everybody pass, "!" nobody`;
}

function lineOf(node: unknown, lines: LineCounter): number {
  const start = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return lines.linePos(start).line;
}
