/** 1.1: paths. */

import { beforeAll, describe, expect, it } from "vitest";
import { call } from "../calls.ts";
import { type GivenPlan, newAudit, newName, newPlan, newTemplate } from "../given.ts";

describe("1.1 paths", () => {
  let plan: GivenPlan;
  beforeAll(async () => {
    plan = await newPlan();
  });

  it.each([
    ["row 1: no v1 in front", "/goals", "/v1/goals"],
    ["row 2: a slash at the end of a list", "/v1/goals/", "/v1/goals"],
    ["row 2: a slash before the query", "/v1/goals/?limit=2", "/v1/goals?limit=2"],
    ["row 2: a slash at the end of an object", "/v1/goals/dummy/", "/v1/goals/dummy"],
    ["row 3: slashes repeated at the start", "//v1/goals", "/v1/goals"],
    ["row 3: slashes repeated inside", "/v1//goals", "/v1/goals"],
    ["row 3: as Tempest lists audits", "/v1//audits/detail", "/v1/audits/detail"],
    ["row 3: as Tempest shows a goal", "/v1//goals/dummy", "/v1/goals/dummy"],
  ])("%s: %s is %s", async (_row, path, same) => {
    const [answer, wanted] = [await call(`GET ${path}`), await call(`GET ${same}`)];
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(wanted.body);
  });

  it("row 3: as Tempest shows a plan", async () => {
    const answer = await call(`GET /v1//action_plans/${plan.uuid}`);
    expect([answer.status, answer.body.uuid]).toEqual([200, plan.uuid]);
  });

  it.each([
    ["row 1: another version is a name", "/v2/goals"],
    ["row 2: the exception", "/v1/goals/detail/"],
  ])("%s: %s is 404", async (_row, path) => {
    expect((await call(`GET ${path}`)).status).toBe(404);
  });

  it.each(["my at name", "a.b:c", "übung – 名前 ✓", "100% sure", "a+b&c=d?e#f", "x.740198", "x.json.gz"])(
    "row 4 and 5: a name is found percent-encoded: %s",
    async (text) => {
      const name = `${text} ${newName("").slice(0, 12)}${text.includes(".") ? text : ""}`;
      const { uuid } = await newTemplate({ name });
      const answer = await call(`GET /v1/audit_templates/${encodeURIComponent(name)}`);
      expect([answer.status, answer.body.uuid, answer.body.name]).toEqual([200, uuid, name]);
    },
  );

  it("row 5: the end of an audit's own name is no extension", async () => {
    const { uuid, name } = await newAudit({ name: undefined });
    expect(name).toMatch(/\.\d{6}$/);
    const answer = await call(`GET /v1/audits/${encodeURIComponent(name)}`);
    expect([answer.status, answer.body.uuid]).toEqual([200, uuid]);
  });

  it("row 6: detail is the detailed list, whatever is named so", async () => {
    const { uuid } = await newTemplate({ name: "detail" });
    const answer = await call("GET /v1/audit_templates/detail");
    expect(answer.body.audit_templates.map((one: { uuid: string }) => one.uuid)).toContain(uuid);
    expect((await call(`DELETE /v1/audit_templates/${uuid}`)).status).toBe(204);
  });
});
