import type { Identity } from "@vigil/openstack";
import { attributeOf } from "./attributes.ts";
import type { PolicyExpression } from "./expression.ts";
import { fillTemplate, type PolicyTarget, policyText, type Template } from "./template.ts";

/** Whom a rule is asked about, and what. */
export interface PolicyQuestion {
  readonly identity: Identity;
  readonly target: PolicyTarget;
  readonly rules: ReadonlyMap<string, PolicyExpression>;
  /** Verdict of rule admin_api; undefined inside that rule itself, where nothing equals it. */
  isAdmin(): boolean | undefined;
}

/** References were checked when the rules were read: none is missing, none leads back to itself. */
export function holds(expression: PolicyExpression, question: PolicyQuestion): boolean {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "role":
      return hasRole(expression.name, question);
    case "rule": {
      const rule = question.rules.get(expression.name);
      return rule !== undefined && holds(rule, question);
    }
    case "attribute":
      return attributeHolds(expression, question);
    case "literal":
      return fillTemplate(expression.wanted, question.target) === expression.text;
    case "not":
      return !holds(expression.term, question);
    case "and":
      return expression.terms.every((term) => holds(term, question));
    case "or":
      return expression.terms.some((term) => holds(term, question));
  }
}

function hasRole(name: Template, { identity, target }: PolicyQuestion): boolean {
  const wanted = fillTemplate(name, target)?.toLowerCase();
  return wanted !== undefined && identity.roles.includes(wanted);
}

/**
 * An attribute that the token lacks equals nothing. In the reference it equals a target's null (both read
 * "None"), so that somebody without a project passes as the owner of what belongs to none.
 */
function attributeHolds(
  { attribute, wanted }: Extract<PolicyExpression, { kind: "attribute" }>,
  question: PolicyQuestion,
): boolean {
  const text = fillTemplate(wanted, question.target);
  if (text === undefined) return false;
  const value = attribute === "is_admin" ? question.isAdmin() : attributeOf(question.identity, attribute);
  if (value === undefined || value === "") return false;
  if (typeof value === "string" || typeof value === "boolean") return policyText(value) === text;
  return value.includes(text);
}
