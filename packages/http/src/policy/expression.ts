/** Rules of the policy in the form they are asked in: parsed once, at start. */

import type { AttributeName } from "./attributes.ts";
import type { Template } from "./template.ts";

export type PolicyExpression =
  | { readonly kind: "constant"; readonly value: boolean }
  /** `role:NAME`, without regard to case. */
  | { readonly kind: "role"; readonly name: Template }
  /** `rule:NAME`. */
  | { readonly kind: "rule"; readonly name: string }
  /** `user_id:%(user_id)s`: what the token says, beside a text or a member of the target. */
  | { readonly kind: "attribute"; readonly attribute: AttributeName; readonly wanted: Template }
  /** `True:%(auto_trigger)s`: a text of the rule's own, beside a member of the target. */
  | { readonly kind: "literal"; readonly text: string; readonly wanted: Template }
  | { readonly kind: "not"; readonly term: PolicyExpression }
  | { readonly kind: "and" | "or"; readonly terms: readonly PolicyExpression[] };

/** What a rule is written as: the text of the language, or the older list of alternatives (lists are "and"). */
export type PolicyRuleSource = string | readonly (string | readonly string[])[];

/** Rules by name. */
export type PolicyRules = Readonly<Record<string, PolicyRuleSource>>;
