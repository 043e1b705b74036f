/** 6.5 to 6.7: states of audits, their PATCH and DELETE. */

import { until } from "@vigil/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { call, outcome, patch } from "../calls.ts";
import { NOWHERE, newAudit, newName, newPlan, newTemplate, putInState, WITH_OFFSET } from "../given.ts";

const STATES = ["PENDING", "ONGOING", "SUCCEEDED", "FAILED", "CANCELLED", "SUSPENDED", "DELETED"] as const;
/** What PATCH takes, as the contract lists it. */
const ALLOWED: Record<string, readonly string[]> = {
  PENDING: ["ONGOING", "CANCELLED"],
  ONGOING: ["FAILED", "SUCCEEDED", "CANCELLED", "SUSPENDED"],
  SUSPENDED: ["ONGOING", "DELETED"],
  SUCCEEDED: ["DELETED"],
  FAILED: ["DELETED"],
  CANCELLED: ["DELETED"],
};
const MATRIX = Object.keys(ALLOWED).flatMap((from) => STATES.map((to) => [from, to] as const));

describe("6.5 states", () => {
  let uuid: string;
  const path = () => `/v1/audits/${uuid}`;
  beforeAll(async () => {
    ({ uuid } = await newAudit());
  });

  it.each(MATRIX)("%s to %s", async (from, to) => {
    await putInState("audit", uuid, from);
    for (const op of ["replace", "add"]) {
      if (ALLOWED[from]!.includes(to)) continue;
      const answer = await patch(path(), op, "/state", to);
      expect(outcome(answer)).toEqual([
        400,
        expect.stringContaining(`State transition not allowed: (${from} -> ${to})`),
      ]);
    }
    if (!ALLOWED[from]!.includes(to)) return;
    const answer = await patch(path(), "replace", "/state", to);
    expect([answer.status, answer.body.state]).toEqual([200, to]);
    if (to === "DELETED") {
      const after = await call(`GET ${path()}`);
      // Vigil may treat it as DELETE.
      expect([200, 404]).toContain(after.status);
      if (after.status === 200) expect(after.body.state).toBe("DELETED");
      ({ uuid } = await newAudit());
    }
  });

  it.each(["add", "replace"])("an unknown state by %s is 400", async (op) => {
    const { uuid: other } = await newAudit();
    for (const value of ["NONE", "pending", "", 5, {}]) {
      expect((await patch(`/v1/audits/${other}`, op, "/state", value)).status).toBe(400);
    }
  });

  it("ONESHOT ends SUCCEEDED with its host", async () => {
    const { audit } = await newPlan();
    const { body } = await call(`GET /v1/audits/${audit}`);
    expect(body).toMatchObject({ state: "SUCCEEDED", hostname: expect.stringMatching(/./) });
  });

  it("EVENT ends SUCCEEDED with its host and can be triggered again", async () => {
    const { uuid: event } = await newAudit({ force: true });
    for (const plans of [1, 2]) {
      expect((await call(`POST /v1/webhooks/${event}`, { at: "edge", body: {} })).status).toBe(202);
      await until(`plan ${plans}`, async () => {
        const { body } = await call(`GET /v1/action_plans?audit_uuid=${event}`);
        return body.action_plans.length === plans;
      });
      await until("its end", async () => (await call(`GET /v1/audits/${event}`)).body.state === "SUCCEEDED");
    }
    expect((await call(`GET /v1/audits/${event}`)).body.hostname).toMatch(/./);
  });

  const DAY_MS = 86_400_000;
  /** The first midnight after now that is wanted; UTC. */
  const nextDay = (isWanted: (day: Date) => boolean): string => {
    let day = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS);
    while (!isWanted(day)) day = new Date(day.getTime() + DAY_MS);
    return day.toISOString().slice(0, 10);
  };

  it.each([
    ["the sixth field is seconds", "0 0 * * * 30", () => `${nextDay(() => true)}T00:00:30`],
    [
      "day of month or day of week",
      "0 0 13 * 5",
      () => `${nextDay((day) => day.getUTCDate() === 13 || day.getUTCDay() === 5)}T00:00:00`,
    ],
    ["7 is Sunday", "0 0 * * 7", () => `${nextDay((day) => day.getUTCDay() === 0)}T00:00:00`],
    ["names of days", "0 0 * * mon", () => `${nextDay((day) => day.getUTCDay() === 1)}T00:00:00`],
  ])("CONTINUOUS by cron: its next run is the next such time in UTC: %s", async (_what, interval, at) => {
    const { uuid: continuous } = await newAudit({ audit_type: "CONTINUOUS", force: true, interval });
    const next = await until("its next run", async () => {
      const { body } = await call(`GET /v1/audits/${continuous}`);
      return (body.next_run_time as string | null) ?? undefined;
    });
    expect(next).toBe(at());
    expect((await patch(`/v1/audits/${continuous}`, "replace", "/state", "CANCELLED")).status).toBe(200);
  });

  it("CONTINUOUS goes to ONGOING at its first run; the next is now + interval", async () => {
    const before = Date.now();
    const { uuid: continuous } = await newAudit({ audit_type: "CONTINUOUS", force: true, interval: "5000" });
    const next = await until("its next run", async () => {
      const { body } = await call(`GET /v1/audits/${continuous}`);
      return body.state === "ONGOING" && (body.next_run_time ?? undefined);
    });
    const inMs = Date.parse(`${next}Z`) - before;
    expect(inMs).toBeGreaterThanOrEqual(4_999_000);
    expect(inMs).toBeLessThan(5_030_000);
    await patch(`/v1/audits/${continuous}`, "replace", "/state", "CANCELLED");
  });
});

describe("6.6 PATCH", () => {
  let uuid: string;
  const path = () => `/v1/audits/${uuid}`;
  beforeAll(async () => {
    ({ uuid } = await newAudit());
  });

  it.each([
    ["/audit_template_uuid", NOWHERE],
    ["/type", "EVENT"],
    ["/state", null],
  ])("row 1: %s with %j can't be updated", async (member, value) => {
    expect(outcome(await patch(path(), "replace", member, value))).toEqual([
      400,
      `${member} can't be updated.`,
    ]);
  });

  it.each(["/uuid", "/id", "/links", "/created_at", "/updated_at", "/deleted_at", "/status_message"])(
    "row 1: %s is internal",
    async (member) => {
      for (const op of ["add", "replace", "remove"]) {
        expect(outcome(await patch(path(), op, member, op === "remove" ? undefined : "x"))).toEqual([
          400,
          expect.stringContaining(`'${member}' is an internal attribute and can not be updated`),
        ]);
      }
    },
  );

  it("row 2: remove /state is 400 (fix)", async () => {
    expect((await patch(path(), "remove", "/state")).status).toBe(400);
    expect((await call(`GET ${path()}`)).body.state).toBe("PENDING");
  });

  it.each(["/start_time", "/end_time"])("row 3: %s, text in any form, each one, in UTC", async (member) => {
    const name = member.slice(1);
    for (const [op, text, shown] of [
      ["add", "2041-06-01T10:00:00+02:00", "2041-06-01T08:00:00"],
      ["replace", "2041-06-01 10:00:00Z", "2041-06-01T10:00:00"],
    ] as const) {
      const answer = await patch(path(), op, member, text);
      expect([answer.status, answer.body[name]]).toEqual([200, shown]);
    }
    for (const garbage of ["soon", "", 5, {}, "2041-99-01T00:00:00"]) {
      expect((await patch(path(), "replace", member, garbage)).status).toBe(400);
    }
    const removed = await patch(path(), "remove", member, undefined, { version: "1.0" });
    expect(removed.status).toBe(200);
    expect((await call(`GET ${path()}`)).body[name]).toBeNull();
  });

  it("row 3: both times in one patch, behind another member (fix)", async () => {
    const body = [
      { op: "replace", path: "/auto_trigger", value: false },
      { op: "replace", path: "/start_time", value: "2041-06-01T10:00:00+02:00" },
      { op: "replace", path: "/end_time", value: "2042-06-01T10:00:00+02:00" },
    ];
    expect((await call(`PATCH ${path()}`, { body })).body).toMatchObject({
      start_time: "2041-06-01T08:00:00",
      end_time: "2042-06-01T08:00:00",
    });
  });

  it("row 4: /interval is text of an integer or cron, whatever the audit's type", async () => {
    const { audit } = await newPlan();
    const at = `/v1/audits/${audit}`;
    for (const [op, value] of [
      ["add", "2"],
      ["replace", "3600"],
      ["replace", "*/5 * * * *"],
    ] as const) {
      const answer = await patch(at, op, "/interval", value);
      expect([answer.status, answer.body.interval]).toEqual([200, value]);
    }
    for (const wrong of [2, "nope", "0", "-1", "1.5"]) {
      expect((await patch(at, "replace", "/interval", wrong)).status).toBe(400);
    }
    const removed = await patch(at, "remove", "/interval");
    expect([removed.status, removed.body.interval]).toEqual([200, null]);
  });

  it.each([
    ["/auto_trigger", true],
    ["/force", true],
    ["/parameters", { para1: 2.5, para2: "x" }],
    ["/parameters/para1", 1.25],
    ["/scope", [{ compute: [{ availability_zones: [{ name: "a" }] }] }]],
    ["/hostname", "some-host"],
    ["/audit_type", "CONTINUOUS"],
    ["/audit_type", "EVENT"],
  ])("row 5: %s is accepted", async (member, value) => {
    await patch(path(), "add", "/interval", "3600");
    const answer = await patch(path(), "replace", member, value);
    expect(answer.status, answer.text).toBe(200);
    const seen = member
      .slice(1)
      .split("/")
      .reduce((at, name) => at[name], answer.body);
    expect(seen).toEqual(value);
    expect(answer.body.updated_at).toMatch(WITH_OFFSET);
    const shown = (await call(`GET ${path()}`)).body;
    expect(
      member
        .slice(1)
        .split("/")
        .reduce((at, name) => at[name], shown),
    ).toEqual(value);
  });

  it("row 5: /name is accepted, a taken one is 409", async () => {
    const name = newName();
    const renamed = await patch(path(), "replace", "/name", name);
    expect([renamed.status, renamed.body.name]).toEqual([200, name]);
    const { name: taken } = await newAudit();
    expect(outcome(await patch(path(), "replace", "/name", taken))).toEqual([
      409,
      `An audit with UUID or name ${taken} already exists`,
    ]);
  });

  it.each([
    ["/goal", "dummy"],
    ["/strategy", "dummy"],
  ])("row 5: %s is 400", async (member, value) => {
    for (const op of ["add", "replace"]) {
      expect((await patch(path(), op, member, value)).status).toBe(400);
    }
  });

  it("row 6: parameters are validated against the strategy", async () => {
    expect((await patch(path(), "replace", "/parameters", { nonsense: 1 })).status).toBe(400);
    expect((await patch(path(), "replace", "/parameters/para1", "text")).status).toBe(400);
    expect((await patch(path(), "add", "/parameters/nonsense", 1)).status).toBe(400);
  });

  it("the answer is the show view, below 1.1 too", async () => {
    const answer = await patch(path(), "replace", "/force", false, { version: "1.0" });
    expect(answer.body).toEqual((await call(`GET ${path()}`, { version: "1.0" })).body);
  });

  it("404, and 400 without an id", async () => {
    expect((await patch("/v1/audits/nope", "replace", "/force", true)).status).toBe(404);
    expect((await patch("/v1/audits", "replace", "/force", true)).status).toBe(400);
  });
});

describe("6.7 DELETE", () => {
  it.each(["SUCCEEDED", "FAILED", "CANCELLED", "SUSPENDED"])("from %s is 204", async (state) => {
    const { uuid, name } = await newAudit();
    await putInState("audit", uuid, state);
    expect((await call(`DELETE /v1/audits/${uuid}`)).status).toBe(204);
    for (const ident of [uuid, name]) expect((await call(`GET /v1/audits/${ident}`)).status).toBe(404);
    expect((await call(`DELETE /v1/audits/${uuid}`)).status).toBe(404);
    const deleted = await call(`GET /v1/audits/${uuid}`, { headers: { "x-show-deleted": "1" } });
    expect(deleted.body).toMatchObject({ state: "DELETED", deleted_at: expect.stringMatching(WITH_OFFSET) });
    expect((await newAudit({ name })).uuid).not.toBe(uuid);
  });

  it.each(["PENDING", "ONGOING"])("from %s is 400", async (state) => {
    const { uuid } = await newAudit();
    await putInState("audit", uuid, state);
    expect(outcome(await call(`DELETE /v1/audits/${uuid}`))).toEqual([
      400,
      `Couldn't delete when state is '${state}'.`,
    ]);
    expect((await call(`GET /v1/audits/${uuid}`)).body.state).toBe(state);
  });

  it("action plans are kept", async () => {
    const { uuid, audit } = await newPlan();
    expect((await call(`DELETE /v1/audits/${audit}`)).status).toBe(204);
    const { status, body } = await call(`GET /v1/action_plans/${uuid}`);
    expect([status, body.audit_uuid]).toEqual([200, audit]);
  });

  it("by name, of one made from a template", async () => {
    const { uuid: template } = await newTemplate();
    const { uuid, name } = await newAudit({
      goal: undefined,
      strategy: undefined,
      audit_template_uuid: template,
    });
    await patch(`/v1/audits/${uuid}`, "replace", "/state", "CANCELLED");
    expect((await call(`DELETE /v1/audits/${name}`)).status).toBe(204);
  });
});
