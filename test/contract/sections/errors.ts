/** 1.6: the error envelope. */

import { describe, expect, it } from "vitest";
import { type Answer, type CallOptions, call, faultOf } from "../calls.ts";
import { NOWHERE, newAudit, newName, tokenOf } from "../given.ts";

/** The inner JSON. */
function inner(answer: Answer): Record<string, unknown> {
  expect(Object.keys(answer.body)).toEqual(["error_message"]);
  expect(answer.body.error_message).toBeTypeOf("string");
  return JSON.parse(answer.body.error_message);
}

describe("1.6 errors", () => {
  it.each<[string, number, CallOptions]>([
    ["GET /v1/goals?limit=0", 400, {}],
    [
      "GET /v1/goals",
      403,
      {
        get token() {
          return tokenOf("member");
        },
      },
    ],
    ["GET /v1/goals/nope", 404, {}],
    ["POST /v1/audits", 415, { body: {}, type: "text/plain" }],
  ])("%s, %i: one member, a string that holds JSON", async (line, status, options) => {
    const answer = await call(line, options);
    expect(answer.status).toBe(status);
    expect(inner(answer)).toEqual({
      faultcode: "Client",
      faultstring: expect.stringMatching(/./),
      debuginfo: null,
    });
  });

  it("409 has the envelope too", async () => {
    const { name } = await newAudit();
    const answer = await call("POST /v1/audits", { body: { audit_type: "EVENT", goal: "dummy", name } });
    expect(answer.status).toBe(409);
    expect(inner(answer)).toMatchObject({ faultcode: "Client", debuginfo: null });
  });

  it("the text of the contract's example", async () => {
    expect(inner(await call("GET /v1/goals/nope"))).toEqual({
      faultcode: "Client",
      faultstring: "Goal nope could not be found",
      debuginfo: null,
    });
  });

  it.each([
    ["unknown path", "GET /v1/nothing", 404, undefined],
    ["method", "DELETE /v1/goals", 405, undefined],
    ["version", "GET /v1/goals", 406, "3.0"],
  ])(
    "router-level errors, %s: what is inside is an object or no JSON",
    async (_what, line, status, version) => {
      const answer = await call(line, version === undefined ? {} : { version });
      expect(answer.status).toBe(status);
      expect(Object.keys(answer.body)).toEqual(["error_message"]);
      expect(faultOf(answer)).toMatch(/./);
    },
  );

  it("texts with quotes, backslashes and other scripts are decoded twice as they were", async () => {
    const name = `no "goal" \\ нет ${NOWHERE}`;
    expect(faultOf(await call(`GET /v1/goals/${encodeURIComponent(name)}`))).toBe(
      `Goal ${name} could not be found`,
    );
  });

  const post = (over: object) =>
    call("POST /v1/audits", { body: { audit_type: "EVENT", goal: "dummy", name: newName(), ...over } });

  it.each([
    ["a mandatory member is missing", { audit_type: undefined }, "audit_type", "Mandatory field missing."],
    ["a read-only member", { state: "PENDING" }, "state", "Cannot set read only field."],
    ["no uuid", { audit_template_uuid: "INVALID", goal: undefined }, "audit_template_uuid", "INVALID"],
    ["a wrong type", { parameters: "text" }, "parameters", ""],
  ])("type errors name the member: %s", async (_what, over, member, detail) => {
    const answer = await post(over);
    expect(answer.status).toBe(400);
    expect(faultOf(answer)).toMatch(/^Invalid input for field\/attribute /);
    expect(faultOf(answer)).toContain(member);
    expect(faultOf(answer)).toContain(detail);
  });
});
