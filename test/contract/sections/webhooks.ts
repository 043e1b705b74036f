/**
 * 8.4: webhooks, with the senders' page, section 13, before rows 5 to 9: what Vigil can't read it accepts, since a
 * refusal is a lost alarm.
 */

import { describe, expect, it } from "vitest";
import { type CallOptions, call, faultOf, outcome, patch } from "../calls.ts";
import { contract } from "../contract.ts";
import { NOWHERE, newAudit, tokenOf, UNAUTHORIZED } from "../given.ts";

const trigger = (ident: string, options: CallOptions = {}) =>
  call(`POST /v1/webhooks/${ident}`, { at: "edge", body: {}, version: null, ...options });
const idOf = async (uuid: string) =>
  (await contract().system.rows<{ id: string }>("select id from audit where uuid = $1", [uuid]))[0]!.id;

/** An EVENT audit in a state that users give. */
async function auditIn(state: string): Promise<string> {
  const { uuid } = await newAudit();
  const over = ["SUCCEEDED", "FAILED", "SUSPENDED"].includes(state);
  for (const step of [...(over ? ["ONGOING"] : []), ...(state === "PENDING" ? [] : [state])]) {
    const answer = await patch(`/v1/audits/${uuid}`, "replace", "/state", step);
    expect(answer.status, answer.text).toBe(200);
  }
  return uuid;
}

const AODH = {
  alarm_name: "cpu",
  alarm_id: NOWHERE,
  severity: "low",
  previous: "ok",
  current: "alarm",
  reason: "Transition to alarm",
  reason_data: { type: "threshold", disposition: "inside", count: 1, most_recent: 80.5 },
};

describe("8.4 webhooks", () => {
  it("row 15: by uuid, name and integer id: 202 and empty", async () => {
    const { uuid, name } = await newAudit();
    for (const ident of [uuid, name, await idOf(uuid)]) {
      const answer = await trigger(ident);
      expect([answer.status, answer.text]).toEqual([202, ""]);
    }
  });

  it.each(["//v1/webhooks/ID", "/v1//webhooks/ID", "/webhooks/ID", "/v1/webhooks/ID/"])(
    "the path %s will do, and never redirects",
    async (path) => {
      const { uuid } = await newAudit();
      const answer = await call(`POST ${path.replace("ID", uuid)}`, { at: "edge", body: {} });
      expect(answer.status).toBe(202);
    },
  );

  it.each([[{}], [[]], [null], [5], ["text"], [AODH]])("the body %j will do", async (body) => {
    const { uuid } = await newAudit();
    expect((await trigger(uuid, { body })).status).toBe(202);
  });

  it("row 1: no or an invalid token is 401 in Keystone's form", async () => {
    const { uuid } = await newAudit();
    for (const token of [null, "invalid"]) {
      const answer = await trigger(uuid, { token });
      expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
    }
  });

  it("row 2: a version out of range is 406", async () => {
    const { uuid } = await newAudit();
    const answer = await trigger(uuid, { version: "1.999" });
    expect(answer.status).toBe(406);
    expect(faultOf(answer)).toContain("Version 1.999 was requested but the minor version is not supported");
    expect(answer.headers).toMatchObject({
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
    });
  });

  it.each(["GET", "PUT", "PATCH", "DELETE"])("row 3: %s is 405, Allow: POST", async (method) => {
    const answer = await call(`${method} /v1/webhooks/${NOWHERE}`, { at: "edge", body: {} });
    expect([answer.status, answer.headers.allow]).toEqual([405, "POST"]);
  });

  it.each(["/v1/webhooks", "/v1/webhooks/"])("row 4: POST %s without an ident is 400", async (path) => {
    const answer = await call(`POST ${path}`, { at: "edge", body: {} });
    expect(outcome(answer)).toEqual([400, 'Missing argument: "audit_ident"']);
  });

  it.each<[string, CallOptions]>([
    ["row 5: an absent body", { body: undefined }],
    ["row 5: an empty body", { raw: "" }],
    ["row 6: a body that is no JSON", { raw: "{nope" }],
    ["row 6: a bare NaN, as Aodh sends it", { raw: '{"most_recent": NaN}' }],
    ["row 8: JSON without a content type", { type: null }],
    ["row 9: a query parameter", {}],
  ])("%s is accepted: the senders' rules go before", async (row, options) => {
    const { uuid } = await newAudit();
    const answer = await trigger(row.startsWith("row 9") ? `${uuid}?nonsense=1` : uuid, options);
    expect([answer.status, answer.text]).toEqual([202, ""]);
  });

  it.each(["text/plain", "application/xml", "application/octet-stream"])(
    "row 7: content type %s is 415",
    async (type) => {
      const { uuid } = await newAudit();
      expect(outcome(await trigger(uuid, { raw: "text", type }))).toEqual([415, `Unknown mimetype: ${type}`]);
    },
  );

  it("row 10: without the role is 403", async () => {
    const { uuid } = await newAudit();
    expect(outcome(await trigger(uuid, { token: tokenOf("member") }))).toEqual([
      403,
      "Policy doesn't allow webhook:trigger to be performed.",
    ]);
    expect((await trigger(uuid, { token: tokenOf("member"), at: "openEdge" })).status).toBe(202);
  });

  it("row 11: an unknown or deleted audit is 404", async () => {
    for (const ident of ["nobody", NOWHERE, "99999999"]) {
      expect(outcome(await trigger(ident))).toEqual([404, `Audit ${ident} could not be found`]);
    }
    const uuid = await auditIn("CANCELLED");
    expect((await call(`DELETE /v1/audits/${uuid}`)).status).toBe(204);
    expect(outcome(await trigger(uuid))).toEqual([404, `Audit ${uuid} could not be found`]);
  });

  it.each([
    ["ONESHOT", {}],
    ["CONTINUOUS", { interval: "3600", start_time: "2041-01-01T00:00:00Z" }],
  ])("row 12: type %s is 400", async (type, more) => {
    const { uuid } = await newAudit({ audit_type: type, force: true, ...more });
    expect(outcome(await trigger(uuid))).toEqual([400, `Audit type ${type} is disallowed.`]);
  });

  it.each(["CANCELLED", "SUSPENDED"])("row 13: state %s is 400", async (state) => {
    const uuid = await auditIn(state);
    expect(outcome(await trigger(uuid))).toEqual([400, `Audit state ${state} is disallowed.`]);
  });

  it.each(["ONGOING", "FAILED", "CANCELLED", "SUSPENDED"])(
    "row 13: strict: state %s is 400",
    async (state) => {
      const uuid = await auditIn(state);
      expect(outcome(await trigger(uuid, { at: "openEdge" }))).toEqual([
        400,
        `Audit state ${state} is disallowed.`,
      ]);
    },
  );

  it.each(["PENDING", "SUCCEEDED"])("row 13: state %s is 202", async (state) => {
    expect((await trigger(await auditIn(state))).status).toBe(202);
    expect((await trigger(await auditIn(state), { at: "openEdge" })).status).toBe(202);
  });

  // The design goes before: events during a run lead to one more run, and a failure does not disarm an audit.
  it.each(["ONGOING", "FAILED"])("row 13: state %s is 202 unless strict", async (state) => {
    expect((await trigger(await auditIn(state))).status).toBe(202);
  });
});
