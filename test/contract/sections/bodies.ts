/** 1.3: request bodies and content types. */

import { describe, expect, it } from "vitest";
import { call, outcome } from "../calls.ts";
import { newAudit, newName, newTemplate, tokenOf } from "../given.ts";

const NEEDING_A_BODY = [
  ["POST", "/v1/audits", "audit_p"],
  ["POST", "/v1/audit_templates", "audit_template_postdata"],
  ["PATCH", "/v1/audits/AUDIT", "patch"],
  ["PATCH", "/v1/audit_templates/TEMPLATE", "patch"],
] as const;

/** Something that is there to be patched. */
async function existing(path: string): Promise<string> {
  if (path.includes("AUDIT")) return path.replace("AUDIT", (await newAudit()).uuid);
  if (path.includes("TEMPLATE")) return path.replace("TEMPLATE", (await newTemplate()).uuid);
  return path;
}

const anAudit = () => ({ audit_type: "EVENT", goal: "dummy", strategy: "dummy", name: newName() });

describe("1.3 request bodies", () => {
  it.each(["application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8"])(
    "row 1: %s is parsed",
    async (type) => {
      expect((await call("POST /v1/audits", { body: anAudit(), type })).status).toBe(201);
    },
  );

  it.each([
    "text/plain",
    "application/octet-stream",
    "application/json-patch+json",
    "application/vnd.openstack.watcher.v1+json",
  ])("row 2: %s is 415", async (type) => {
    for (const [method, path] of NEEDING_A_BODY) {
      const answer = await call(`${method} ${await existing(path)}`, { body: [], type });
      expect(outcome(answer)).toEqual([415, `Unknown mimetype: ${type}`]);
    }
  });

  it.each([null, "application/x-www-form-urlencoded"])("row 3: content type %s is 400", async (type) => {
    for (const [method, path] of NEEDING_A_BODY) {
      const answer = await call(`${method} ${await existing(path)}`, { raw: "some=text", type });
      expect(outcome(answer)).toEqual([400, expect.stringMatching(/^Unknown argument: /)]);
    }
  });

  it.each(NEEDING_A_BODY)("row 4: %s %s of broken JSON is 400", async (method, path) => {
    for (const raw of ["{", "[{]", "nope", '{"a": NaN}']) {
      const answer = await call(`${method} ${await existing(path)}`, { raw });
      expect(outcome(answer)).toEqual([400, "Request is not in valid JSON format"]);
    }
  });

  it.each(NEEDING_A_BODY)(
    "row 5: %s %s without a body is 400 and names %s",
    async (method, path, argument) => {
      const target = `${method} ${await existing(path)}`;
      const missing = [400, `Missing argument: "${argument}"`];
      expect(outcome(await call(target, { raw: "" }))).toEqual(missing);
      expect(outcome(await call(target))).toEqual(missing);
      expect(outcome(await call(target, { type: "application/json" }))).toEqual(missing);
    },
  );

  it.each([[[]], [null], ["text"], [5], [true]])("row 6: %j for an object is 400", async (body) => {
    expect((await call("POST /v1/audits", { body })).status).toBe(400);
    expect((await call("POST /v1/audit_templates", { body })).status).toBe(400);
  });

  it.each([[{}], [null], ["text"], [5], [["text"]], [[null]]])(
    "row 6: %j for a patch is 400",
    async (body) => {
      expect((await call(`PATCH ${await existing("/v1/audits/AUDIT")}`, { body })).status).toBe(400);
    },
  );

  it("row 7: GET may have a JSON content type and no body", async () => {
    for (const path of ["/v1/goals", "/v1/goals/dummy", "/v1/audits/?limit=2", "/v1"]) {
      expect((await call(`GET ${path}`, { type: "application/json" })).status).toBe(200);
    }
  });

  it("row 8: DELETE may have a binary content type and no body", async () => {
    const { uuid } = await newTemplate();
    const answer = await call(`DELETE /v1/audit_templates/${uuid}`, { type: "application/octet-stream" });
    expect([answer.status, answer.text]).toEqual([204, ""]);
  });

  it.each([
    ["/v1/audits", "audit_p", anAudit()],
    ["/v1/audit_templates", "audit_template_postdata", { name: newName(), goal: "dummy" }],
  ])("row 9: an unknown member in a POST to %s is 400", async (path, argument, body) => {
    const answer = await call(`POST ${path}`, { body: { ...body, nonsense: 1 } });
    expect(outcome(answer)).toEqual([400, `Unknown attribute for argument ${argument}: nonsense`]);
  });

  it.each([
    "/v1/goals",
    "/v1/goals/dummy",
    "/v1/audits",
    "/v1/actions/detail",
    "/v1/services",
    "/v1/data_model",
  ])("row 10: an unknown query parameter at %s is 400, whoever asks", async (path) => {
    for (const token of [tokenOf("admin"), tokenOf("member")]) {
      const answer = await call(`GET ${path}?nonsense=1`, { token });
      expect(outcome(answer)).toEqual([400, 'Unknown argument: "nonsense"']);
    }
  });

  it("row 10: an unknown query parameter of a change is 400, and nothing is done", async () => {
    const { uuid } = await newTemplate();
    const path = `/v1/audit_templates/${uuid}?nonsense=1`;
    const unknown = [400, 'Unknown argument: "nonsense"'];
    expect(outcome(await call("POST /v1/audits?nonsense=1", { body: anAudit() }))).toEqual(unknown);
    expect(outcome(await call(`DELETE ${path}`))).toEqual(unknown);
    const body = [{ op: "replace", path: "/description", value: "x" }];
    expect(outcome(await call(`PATCH ${path}`, { body }))).toEqual(unknown);
    expect((await call(`GET /v1/audit_templates/${uuid}`)).body.description).toBeNull();
  });

  it("row 11: a query parameter twice is 400", async () => {
    expect((await call("GET /v1/goals?limit=1&limit=2")).status).toBe(400);
    expect((await call("GET /v1/goals?limit=1&limit=1")).status).toBe(400);
  });

  it("null is as good as left out in an audit, as Tempest sends it", async () => {
    const body = {
      ...anAudit(),
      interval: null,
      audit_template_uuid: null,
      start_time: null,
      end_time: null,
    };
    const answer = await call("POST /v1/audits", { body: { ...body, parameters: null, strategy: null } });
    expect([answer.status, answer.body.interval, answer.body.parameters]).toEqual([201, null, {}]);
  });

  it("null is as good as left out in a template, as the dashboard sends it", async () => {
    const body = { name: newName(), goal: "dummy", strategy: null, description: null, scope: null };
    const answer = await call("POST /v1/audit_templates", { body });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ strategy_uuid: null, description: null, scope: [] });
  });

  it.each(["state", "scope", "hostname"])(
    "a read-only %s is refused even when null or empty",
    async (name) => {
      for (const value of [null, "", []]) {
        const answer = await call("POST /v1/audits", { body: { ...anAudit(), [name]: value } });
        expect(outcome(answer)).toEqual([400, expect.stringContaining("Cannot set read only field.")]);
      }
    },
  );

  it.each(["application/json", "*/*", "text/html, application/json;q=0.5", "application/*"])(
    "Accept: %s gives JSON",
    async (accept) => {
      const answer = await call("GET /v1/goals", { headers: { accept } });
      expect([answer.status, answer.headers["content-type"]]).toEqual([
        200,
        expect.stringMatching(/^application\/json/),
      ]);
    },
  );

  it.each(["text/html", "application/xml"])("Accept: %s is 406", async (accept) => {
    expect((await call("GET /v1/goals", { headers: { accept } })).status).toBe(406);
  });
});
