import { readFileSync } from "node:fs";
import type { VigilError } from "@vigil/core";
import { ANONYMOUS, type Identity } from "@vigil/openstack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY_RULES } from "./defaults.ts";
import type { PolicyRuleSource, PolicyRules } from "./expression.ts";
import { createPolicy, overridePolicy } from "./policy.ts";
import type { PolicyTarget } from "./template.ts";

const as = (...roles: string[]): Identity => ({ ...ANONYMOUS, roles });

function allows(rule: PolicyRuleSource, identity: Identity, target?: PolicyTarget): boolean {
  return overridePolicy({ "audit:get": rule }).allows("audit:get", identity, target);
}

function refusal(rules: PolicyRules): string {
  try {
    overridePolicy(rules);
  } catch (error) {
    return (error as VigilError).message;
  }
  return "taken";
}

describe("default rules", () => {
  const policy = createPolicy(DEFAULT_POLICY_RULES);
  const verdict = (rule: string, ...roles: string[]) => {
    try {
      policy.check(rule, as(...roles));
      return "allowed";
    } catch (error) {
      return (error as VigilError).message;
    }
  };

  it("admin and administrator may do everything but see passwords", () => {
    for (const rule of Object.keys(DEFAULT_POLICY_RULES).filter((name) => name !== "show_password")) {
      expect(verdict(rule, "admin")).toBe("allowed");
      expect(verdict(rule, "administrator")).toBe("allowed");
      expect(verdict(rule)).toBe(`Policy doesn't allow ${rule} to be performed.`);
      expect(verdict(rule, "member", "reader")).toContain("Policy doesn't allow");
    }
    expect(verdict("show_password", "admin")).toContain("Policy doesn't allow");
  });

  it("services may trigger webhooks, and only that", () => {
    expect(verdict("webhook:trigger", "service")).toBe("allowed");
    expect(verdict("audit:create", "service")).toContain("Policy doesn't allow");
  });

  it("a rule that is not in the table is a bug, not a permission", () => {
    expect(verdict("goal:destroy", "admin")).toContain("no rule goal:destroy");
    expect(verdict("constructor", "admin")).toContain("no rule constructor");
  });
});

describe("the language", () => {
  interface Cases {
    senders: Record<string, unknown>[];
    targets: PolicyTarget[];
    cases: [PolicyRuleSource, string][];
  }
  const file = new URL("./cases/oslo-policy.json", import.meta.url);
  const { senders, targets, cases } = JSON.parse(readFileSync(file, "utf8")) as Cases;

  const identityOf = (sender: Record<string, unknown>): Identity => ({
    ...ANONYMOUS,
    userId: sender.user_id as string,
    projectId: (sender.project_id ?? "") as string,
    roles: sender.roles as string[],
    isAdminProject: sender.is_admin_project as boolean,
    systemScope: (sender.system_scope ?? "") as string,
    serviceRoles: (sender.service_roles ?? []) as string[],
    ...(sender.trustee_user_id === undefined ? {} : { trusteeUserId: sender.trustee_user_id as string }),
  });

  it("says what the reference says, rule by rule", () => {
    const verdictsOf = (rule: PolicyRuleSource) => {
      const policy = createPolicy({ ...DEFAULT_POLICY_RULES, nobody: "!", "audit:get": rule });
      return senders.flatMap((sender) =>
        targets.map((target) => (policy.allows("audit:get", identityOf(sender), target) ? "y" : "n")),
      );
    };
    expect(cases.map(([rule]) => [rule, verdictsOf(rule).join("")])).toEqual(cases);
  });

  it("an empty rule lets everybody pass, also one of blanks", () => {
    for (const rule of ["", "  ", []]) expect(allows(rule, ANONYMOUS)).toBe(true);
  });

  it("without a target, a rule is about the sender's own project and user", () => {
    const owner = { ...ANONYMOUS, projectId: "p", userId: "u" };
    expect(allows("project_id:%(project_id)s and user_id:%(user_id)s", owner)).toBe(true);
    expect(allows("project_id:%(project_id)s", owner, { project_id: "q" })).toBe(false);
    expect(allows("project_id:%(project_id)s", owner, {})).toBe(false);
  });

  it("who has no project owns nothing, not even what belongs to no project", () => {
    for (const target of [{ project_id: null }, { project_id: "" }, { project_id: "None" }]) {
      expect(allows("project_id:%(project_id)s", ANONYMOUS, target)).toBe(false);
    }
    expect(allows("trustee_user_id:%(nobody)s", ANONYMOUS, { nobody: "" })).toBe(false);
  });

  it("members of members, by one name or by steps", () => {
    const user = { ...ANONYMOUS, userId: "u" };
    expect(allows("user_id:%(target.user.id)s", user, { target: { user: { id: "u" } } })).toBe(true);
    expect(allows("user_id:%(target.user.id)s", user, { "target.user.id": "u" })).toBe(true);
    expect(allows("user_id:%(target.user.id)s", user, { target: "u" })).toBe(false);
    expect(allows("user_id:%(constructor.name)s", { ...user, userId: "Object" }, {})).toBe(false);
  });

  it("a trust may be demanded of a certain trustee", () => {
    const rule = "role:vigil_trigger and trustee_user_id:aodh";
    const alarm = { ...as("vigil_trigger"), trustId: "t", trusteeUserId: "aodh" };
    expect(allows(rule, alarm)).toBe(true);
    expect(allows(rule, as("vigil_trigger"))).toBe(false);
  });

  it("is_admin is the verdict of rule admin_api", () => {
    expect(allows("is_admin:True", as("administrator"))).toBe(true);
    expect(allows("is_admin:False", as("member"))).toBe(true);
    const own = overridePolicy({ admin_api: "is_admin:True or role:root" });
    expect(own.allows("audit:get", as("root"))).toBe(true);
    expect(own.allows("audit:get", as("admin"))).toBe(false);
  });

  it("any text is either a rule or refused with its place, never a crash", () => {
    const word = fc.constantFrom(
      "role:a",
      "(",
      ")",
      "and",
      "or",
      "not",
      "@",
      "!",
      "x:y",
      "%",
      "rule:admin_api",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(text, (rule) => {
        const answer = refusal({ "audit:get": rule });
        expect(
          answer === "taken" || /^policy rule audit:get(, column \d+|: rule .* does not exist)/.test(answer),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what is refused at start", () => {
  it.each<[string, PolicyRuleSource, RegExp]>([
    [
      "a word that is no check",
      "role:a or admin",
      /column 11: "admin" is no check; wanted role:<name>, rule:<name>/,
    ],
    ["an operator without operand", "role:a and or role:b", /column 12: wanted a check.*seen "or"/],
    ["a rule that stops", "role:a and", /column 11: wanted a check.*seen the end/],
    ["two checks in a row", "role:a role:b", /column 8: wanted "and", "or" or the end, seen "role:b"/],
    ["a group left open", "(role:a or (role:b)", /the "\)" that closes the "\(" of column 1, seen the end/],
    ["a group never opened", "role:a)", /column 7: .*seen "\)"/],
    [
      "an attribute no token has",
      "projct_id:%(project_id)s",
      /no attribute "projct_id"; did you mean project_id\?; known: user_id,/,
    ],
    [
      "a question to another server",
      "http://policy.example/%(name)s",
      /ask another server \(http:\) are not supported/,
    ],
    ["a broken member", "user_id:%(user_id)", /has a % that begins no %\(member\)s/],
    ["a rule that does not exist", "rule:admn_api", /rule admn_api does not exist; did you mean admin_api\?/],
    ["the same in a list", [["role:a", "rule:admn_api"]], /rule admn_api does not exist/],
    ["a faulty check in a list", ["admin"], /"admin" is no check/],
    ["endless nesting", `${"(".repeat(60)}role:a`, /more than 50 levels of nesting/],
  ])("%s", (_name, rule, message) => {
    expect(refusal({ "audit:get": rule })).toMatch(message);
  });

  it("rings, each rule in one named with the whole way", () => {
    const text = refusal({ admin_api: "rule:b", b: "not (role:x and rule:admin_api)" });
    expect(text).toContain("admin_api refers to itself (admin_api -> b -> admin_api)");
    expect(text).toContain("b refers to itself (b -> admin_api -> b)");
    expect(text).not.toContain("audit:get refers to itself");
  });

  it("a name that overrides nothing and that nothing refers to", () => {
    expect(refusal({ "audit:crate": "@" })).toBe(
      "policy rule audit:crate: Vigil asks no such rule, and no other rule refers to it; did you mean audit:create?",
    );
    expect(refusal({ helper: "role:x", "audit:get": "rule:helper" })).toBe("taken");
    expect(refusal({ default: "!" })).toBe("taken");
  });

  it("all faults at once", () => {
    const text = refusal({ "audit:get": "admin", "goal:get": "rule:nope", x: "@" });
    expect(text.split("\n")).toHaveLength(3);
  });

  it("is the same for a table of one's own", () => {
    expect(() => createPolicy({ a: "rule:b", b: "rule:a" })).toThrow(/a refers to itself \(a -> b -> a\)/);
    expect(createPolicy({ top: "rule:mid", mid: "role:Trigger" }).allows("top", as("trigger"))).toBe(true);
  });
});
