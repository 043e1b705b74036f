/** The right side of a check: a text in which `%(member)s` stands for a member of the target. */

import { VigilError } from "@vigil/core";

/** Pieces in order: texts as they are, and members to be filled in. */
export type Template = readonly (string | { readonly member: string })[];

/**
 * The object that a rule is about, with its members under the names of the REST API. For collections it is
 * the sender's own `project_id` and `user_id`.
 */
export type PolicyTarget = Readonly<Record<string, unknown>>;

/** @throws VigilError invalid-input: a % that is neither `%(member)s` nor `%%` */
export function parseTemplate(text: string): Template {
  const pieces: (string | { member: string })[] = [];
  let rest = text;
  while (rest !== "") {
    const mark = rest.indexOf("%");
    if (mark !== 0) {
      const plain = mark < 0 ? rest : rest.slice(0, mark);
      pieces.push(plain);
      rest = rest.slice(plain.length);
      continue;
    }
    const found = /^%(?:%|\(([^()]+)\)s)/.exec(rest);
    if (found === null) {
      throw new VigilError(
        "invalid-input",
        `"${text}" has a % that begins no %(member)s; write %% for one %`,
      );
    }
    pieces.push(found[1] === undefined ? "%" : { member: found[1] });
    rest = rest.slice(found[0].length);
  }
  return pieces;
}

/** @returns undefined when the target lacks a member: then the check fails, whatever it is compared with */
export function fillTemplate(template: Template, target: PolicyTarget): string | undefined {
  let filled = "";
  for (const piece of template) {
    const text = typeof piece === "string" ? piece : memberText(target, piece.member);
    if (text === undefined) return undefined;
    filled += text;
  }
  return filled;
}

/** `a.b` is a member of that name, else the member b of the member a. */
function memberText(target: PolicyTarget, name: string): string | undefined {
  if (Object.hasOwn(target, name)) return policyText(target[name]);
  let value: unknown = target;
  for (const step of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return policyText(value);
}

/** Values as rules write them: policy files are older than this project and name Python's constants. */
export function policyText(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return String(value);
    default:
      return value === null ? "None" : undefined;
  }
}
