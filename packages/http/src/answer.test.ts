import { ERROR_KINDS, VigilError } from "@vigil/core";
import { ANONYMOUS } from "@vigil/openstack";
import { describe, expect, it } from "vitest";
import { errorAnswer, errorEnvelope } from "./answer.ts";
import { HttpFault } from "./fault.ts";
import { checkPolicy, createPolicy, DEFAULT_POLICY_RULES } from "./policy.ts";
import { httpStatusOf } from "./status.ts";

describe("errors as answers", () => {
  it("every kind has its status", () => {
    const statuses = ERROR_KINDS.map((kind) => httpStatusOf(new VigilError(kind, "x")));
    expect(Object.fromEntries(ERROR_KINDS.map((kind, index) => [kind, statuses[index]]))).toEqual({
      "invalid-input": 400,
      unauthenticated: 401,
      forbidden: 403,
      "not-found": 404,
      conflict: 409,
      "illegal-state": 400,
      overloaded: 429,
      unavailable: 503,
      deadline: 504,
      internal: 500,
    });
    expect(httpStatusOf(new HttpFault(415, "x"))).toBe(415);
  });

  it("the envelope is JSON text inside JSON", () => {
    const body = errorEnvelope(404, 'Goal "nope" could not be found');
    expect(Object.keys(body)).toEqual(["error_message"]);
    expect(JSON.parse(body.error_message)).toEqual({
      faultcode: "Client",
      faultstring: 'Goal "nope" could not be found',
      debuginfo: null,
    });
    expect(JSON.parse(errorEnvelope(503, "x").error_message).faultcode).toBe("Server");
  });

  it("the envelope holds no half of a surrogate pair, which a Python client could not print", () => {
    const { error_message } = errorEnvelope(400, "Audit type a\ud800b could not be found");
    expect(JSON.parse(error_message).faultstring).toBe("Audit type a\ufffdb could not be found");
  });

  it("a missing token is answered in Keystone's form", () => {
    expect(errorAnswer(new VigilError("unauthenticated", "whatever"), "http://keystone/v3")).toEqual({
      status: 401,
      headers: { "www-authenticate": 'Keystone uri="http://keystone/v3"' },
      body: {
        error: {
          code: 401,
          title: "Unauthorized",
          message: "The request you have made requires authentication.",
        },
      },
    });
  });

  it("bugs are not described to the sender", () => {
    for (const thrown of [
      new Error("select * from secret"),
      new VigilError("internal", "secret"),
      "secret",
    ]) {
      const answer = errorAnswer(thrown, "");
      expect(answer.status).toBe(500);
      expect(JSON.stringify(answer)).not.toContain("secret");
    }
  });

  it("load and outages say when to come again", () => {
    expect(errorAnswer(new VigilError("unavailable", "x"), "").headers).toEqual({ "retry-after": "1" });
    expect(errorAnswer(new VigilError("not-found", "x"), "").headers).toEqual({});
  });
});

describe("policy", () => {
  const as = (...roles: string[]) => ({ ...ANONYMOUS, roles });
  const verdict = (rule: string, ...roles: string[]) => {
    try {
      checkPolicy(rule, as(...roles));
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
  });

  it("other tables: role names in any case, rules by rules, faults named", () => {
    const policy = createPolicy({ top: ["rule:mid"], mid: ["role:Trigger"] });
    expect(() => policy.check("top", as("trigger"))).not.toThrow();
    expect(() => createPolicy({ a: ["rule:b"], b: ["rule:a"] })).toThrow(/refers to itself.*a -> b -> a/);
    expect(() => createPolicy({ a: ["rule:b"] })).toThrow(/b does not exist/);
    expect(() => createPolicy({ a: ["admin"] })).toThrow(/wanted role:<name> or rule:<name>/);
  });
});
