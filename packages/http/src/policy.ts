/**
 * Who may do what (rest-api 1.7). The table is data: a rule is a list of alternatives, each the name of
 * a role or of another rule; an empty list lets nobody through.
 */

import { VigilError } from "@vigil/core";
import type { Identity } from "@vigil/openstack";

export type PolicyRules = Readonly<Record<string, readonly string[]>>;

const ADMIN = ["rule:admin_api"] as const;

export const DEFAULT_POLICY_RULES = {
  admin_api: ["role:admin", "role:administrator"],
  admin_or_service_api: ["rule:admin_api", "role:service"],
  show_password: [],
  "action:detail": ADMIN,
  "action:get": ADMIN,
  "action:get_all": ADMIN,
  "action:update": ADMIN,
  "action_plan:delete": ADMIN,
  "action_plan:detail": ADMIN,
  "action_plan:get": ADMIN,
  "action_plan:get_all": ADMIN,
  "action_plan:update": ADMIN,
  "action_plan:start": ADMIN,
  "audit:create": ADMIN,
  "audit:delete": ADMIN,
  "audit:detail": ADMIN,
  "audit:get": ADMIN,
  "audit:get_all": ADMIN,
  "audit:update": ADMIN,
  "audit_template:create": ADMIN,
  "audit_template:delete": ADMIN,
  "audit_template:detail": ADMIN,
  "audit_template:get": ADMIN,
  "audit_template:get_all": ADMIN,
  "audit_template:update": ADMIN,
  "data_model:get_all": ADMIN,
  "goal:detail": ADMIN,
  "goal:get": ADMIN,
  "goal:get_all": ADMIN,
  "scoring_engine:detail": ADMIN,
  "scoring_engine:get": ADMIN,
  "scoring_engine:get_all": ADMIN,
  "service:detail": ADMIN,
  "service:get": ADMIN,
  "service:get_all": ADMIN,
  "strategy:detail": ADMIN,
  "strategy:get": ADMIN,
  "strategy:get_all": ADMIN,
  "strategy:state": ADMIN,
  "webhook:trigger": ["rule:admin_or_service_api"],
} as const satisfies PolicyRules;

export type PolicyRule = keyof typeof DEFAULT_POLICY_RULES;

export interface Policy {
  /** @throws VigilError forbidden with the sentence that Watcher's clients know */
  check(rule: string, identity: Identity): void;
}

/**
 * Resolves a rule table once: a check is then a look-up of role names.
 *
 * @throws VigilError invalid-input: a rule refers to an unknown rule, to itself, or to neither role nor rule
 */
export function createPolicy(rules: PolicyRules): Policy {
  const rolesOf = new Map(Object.keys(rules).map((rule) => [rule, resolve(rules, rule, [])]));
  return {
    check(rule, identity) {
      const allowed = rolesOf.get(rule);
      if (allowed === undefined) {
        throw new VigilError(
          "internal",
          `policy has no rule ${rule}; known: ${[...rolesOf.keys()].join(", ")}`,
        );
      }
      if (identity.roles.some((role) => allowed.has(role))) return;
      throw new VigilError("forbidden", `Policy doesn't allow ${rule} to be performed.`);
    },
  };
}

/** Roles in lower case that satisfy a rule. */
function resolve(rules: PolicyRules, rule: string, path: readonly string[]): Set<string> {
  const alternatives = rules[rule];
  if (alternatives === undefined || path.includes(rule)) {
    const fault = alternatives === undefined ? "does not exist" : "refers to itself";
    throw new VigilError(
      "invalid-input",
      `policy rule ${rule} ${fault} (reached by ${[...path, rule].join(" -> ")})`,
    );
  }
  const roles = new Set<string>();
  for (const check of alternatives) {
    if (check.startsWith("role:")) roles.add(check.slice("role:".length).toLowerCase());
    else if (check.startsWith("rule:")) {
      for (const role of resolve(rules, check.slice("rule:".length), [...path, rule])) roles.add(role);
    } else {
      throw new VigilError(
        "invalid-input",
        `policy rule ${rule} has the check "${check}"; wanted role:<name> or rule:<name>`,
      );
    }
  }
  return roles;
}

const DEFAULT_POLICY = createPolicy(DEFAULT_POLICY_RULES);

/**
 * Checks against the default table.
 *
 * @throws VigilError forbidden
 */
export function checkPolicy(rule: string, identity: Identity): void {
  DEFAULT_POLICY.check(rule, identity);
}
