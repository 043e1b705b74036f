/** Who may do what (rest-api 1.7): rules are data, read once and checked as a whole before anything is served. */

import { suggestion, VigilError } from "@vigil/core";
import type { Identity } from "@vigil/openstack";
import { DEFAULT_POLICY_RULES } from "./defaults.ts";
import { holds } from "./evaluate.ts";
import type { PolicyExpression, PolicyRules } from "./expression.ts";
import { parseRule } from "./parse.ts";
import type { PolicyTarget } from "./template.ts";

/** The rule whose verdict is the attribute `is_admin`. */
const ADMIN_RULE = "admin_api";

/** What the reference takes for rules it does not know. There are none: files that name it are not wrong. */
const FALLBACK_RULE = "default";

export interface Policy {
  /**
   * @param target the object that the rule is about; for collections the sender's own project and user,
   *   which is the default
   * @throws VigilError forbidden with the sentence that Watcher's clients know
   */
  check(rule: string, identity: Identity, target?: PolicyTarget): void;
  /** The verdict alone. */
  allows(rule: string, identity: Identity, target?: PolicyTarget): boolean;
}

/**
 * A policy of exactly these rules.
 *
 * @throws VigilError invalid-input naming every rule that can't be read, refers to a rule that does not
 *   exist, or to itself
 */
export function createPolicy(rules: PolicyRules): Policy {
  const { expressions, problems } = readRules(rules);
  if (problems.length > 0) throw new VigilError("invalid-input", problems.join("\n"));
  return new RulePolicy(expressions);
}

/**
 * The default rules with those of an operator in the place of theirs, and more rules that his refer to.
 *
 * @throws VigilError invalid-input also for a rule that overrides nothing and that nothing refers to: a
 *   misspelt name would leave the default in force, in silence
 */
export function overridePolicy(overrides: PolicyRules): Policy {
  const { expressions, problems } = readRules({ ...DEFAULT_POLICY_RULES, ...overrides });
  const used = new Set([...expressions.values()].flatMap((expression) => [...referencesOf(expression)]));
  const known = Object.keys(DEFAULT_POLICY_RULES);
  for (const name of Object.keys(overrides)) {
    if (Object.hasOwn(DEFAULT_POLICY_RULES, name) || used.has(name) || name === FALLBACK_RULE) continue;
    problems.push(
      `policy rule ${name}: Vigil asks no such rule, and no other rule refers to it${suggestion(name, known)}`,
    );
  }
  if (problems.length > 0) throw new VigilError("invalid-input", problems.join("\n"));
  return new RulePolicy(expressions);
}

class RulePolicy implements Policy {
  readonly #rules: ReadonlyMap<string, PolicyExpression>;

  constructor(rules: ReadonlyMap<string, PolicyExpression>) {
    this.#rules = rules;
  }

  check(rule: string, identity: Identity, target?: PolicyTarget): void {
    if (this.allows(rule, identity, target)) return;
    throw new VigilError("forbidden", `Policy doesn't allow ${rule} to be performed.`);
  }

  allows(rule: string, identity: Identity, target: PolicyTarget = ownTarget(identity)): boolean {
    const expression = this.#rules.get(rule);
    if (expression === undefined) {
      throw new VigilError(
        "internal",
        `policy has no rule ${rule}; known: ${[...this.#rules.keys()].join(", ")}`,
      );
    }
    const inside = { identity, target, rules: this.#rules, isAdmin: () => undefined };
    const admin = this.#rules.get(ADMIN_RULE);
    return holds(expression, { ...inside, isAdmin: () => admin !== undefined && holds(admin, inside) });
  }
}

/** What Watcher asks a collection's rule about: everything is global, so there is no owner but the sender. */
function ownTarget({ projectId, userId }: Identity): PolicyTarget {
  return { project_id: projectId, user_id: userId };
}

function readRules(rules: PolicyRules): { expressions: Map<string, PolicyExpression>; problems: string[] } {
  const expressions = new Map<string, PolicyExpression>();
  const problems: string[] = [];
  for (const [name, source] of Object.entries(rules)) {
    try {
      expressions.set(name, parseRule(source));
    } catch (error) {
      problems.push(`policy rule ${name}, ${VigilError.from(error).message}`);
    }
  }
  for (const name of expressions.keys()) problems.push(...referenceProblems(expressions, rules, name));
  return { expressions, problems };
}

/** A rule in a ring is named once, by its own ring; rules that lead into it are not at fault. */
function referenceProblems(
  expressions: ReadonlyMap<string, PolicyExpression>,
  rules: PolicyRules,
  start: string,
): string[] {
  const problems: string[] = [];
  const names = Object.keys(rules);
  for (const name of referencesOf(expressions.get(start)!)) {
    if (Object.hasOwn(rules, name)) continue;
    problems.push(`policy rule ${start}: rule ${name} does not exist${suggestion(name, names)}`);
  }
  const ring = pathBack(expressions, start);
  if (ring !== undefined) problems.push(`policy rule ${start} refers to itself (${ring.join(" -> ")})`);
  return problems;
}

/** The way from a rule back to itself; undefined when there is none. */
function pathBack(
  expressions: ReadonlyMap<string, PolicyExpression>,
  start: string,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (path: readonly string[]): readonly string[] | undefined => {
    const expression = expressions.get(path.at(-1)!);
    if (expression === undefined) return undefined;
    for (const name of referencesOf(expression)) {
      if (name === start) return [...path, name];
      if (seen.has(name)) continue;
      seen.add(name);
      const found = search([...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search([start]);
}

function referencesOf(expression: PolicyExpression): Set<string> {
  switch (expression.kind) {
    case "rule":
      return new Set([expression.name]);
    case "not":
      return referencesOf(expression.term);
    case "and":
    case "or":
      return new Set(expression.terms.flatMap((term) => [...referencesOf(term)]));
    default:
      return new Set();
  }
}
