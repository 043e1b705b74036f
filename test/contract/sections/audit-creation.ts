/** 6.1 to 6.4: what audits look like, how they are made and validated, and their parameters. */

import { beforeAll, describe, expect, it } from "vitest";
import { call, outcome } from "../calls.ts";
import { NOWHERE, newAudit, newName, newTemplate, UUID, WITH_OFFSET } from "../given.ts";

const members = (value: object) => Object.keys(value).sort();
const LISTED = [
  ...["uuid", "name", "audit_type", "state", "goal_uuid", "goal_name", "strategy_uuid", "strategy_name"],
  ...["interval", "scope", "auto_trigger", "next_run_time", "force", "links"],
];
const FULL = [
  ...LISTED,
  ...["parameters", "hostname", "start_time", "end_time", "status_message"],
  ...["created_at", "updated_at", "deleted_at"],
];
const EVENT = { audit_type: "EVENT", goal: "dummy", strategy: "dummy" };
/** Far from now, so that no run of it starts. */
const LATER = "2041-01-01T00:00:00+00:00";

const post = (body: object, version?: string) =>
  call("POST /v1/audits", {
    body: { name: newName(), ...body },
    ...(version === undefined ? {} : { version }),
  });

async function refused(body: object, status: number, text: string | RegExp): Promise<void> {
  const wanted = typeof text === "string" ? expect.stringContaining(text) : expect.stringMatching(text);
  expect(outcome(await post(body))).toEqual([status, wanted]);
}

describe("6.1 view", () => {
  it("members of list, detail and show", async () => {
    const made = await newAudit();
    expect(members(made)).toEqual([...FULL].sort());
    for (const one of (await call("GET /v1/audits")).body.audits)
      expect(members(one)).toEqual([...LISTED].sort());
    for (const one of (await call("GET /v1/audits/detail")).body.audits) {
      expect(members(one)).toEqual([...FULL].sort());
    }
    expect((await call(`GET /v1/audits/${made.uuid}`)).body).toEqual(made);
  });

  it("strategy_name is present where there is no strategy", async () => {
    const { uuid } = await newAudit({ strategy: undefined });
    expect((await call(`GET /v1/audits/${uuid}`)).body).toMatchObject({
      strategy_uuid: null,
      strategy_name: null,
    });
  });

  it("force: false in the short list, the real value in detail and show", async () => {
    const { uuid, force } = await newAudit({ force: true });
    expect(force).toBe(true);
    const last = "sort_key=id&sort_dir=desc&limit=1";
    expect((await call(`GET /v1/audits?${last}`)).body.audits[0]).toMatchObject({ uuid, force: false });
    expect((await call(`GET /v1/audits/detail?${last}`)).body.audits[0]).toMatchObject({ uuid, force: true });
    const old = await call(`GET /v1/audits/detail?${last}`, { version: "1.1" });
    expect(old.body.audits[0]).toMatchObject({ uuid, force: false });
  });
});

describe("6.2 POST", () => {
  it("201 with the show view", async () => {
    const made = await newAudit();
    expect(made).toMatchObject({
      uuid: expect.stringMatching(UUID),
      audit_type: "EVENT",
      state: "PENDING",
      goal_name: "dummy",
      strategy_name: "dummy",
      interval: null,
      scope: [],
      auto_trigger: false,
      next_run_time: null,
      force: false,
      hostname: null,
      start_time: null,
      end_time: null,
      status_message: null,
      created_at: expect.stringMatching(WITH_OFFSET),
      updated_at: null,
      deleted_at: null,
    });
  });

  it.each(["event", "Event", "oneshot", "", "PERIODIC"])("audit_type: %j is not exact, 400", async (type) => {
    expect((await post({ ...EVENT, audit_type: type })).status).toBe(400);
  });

  it("name: is cut to 63 characters without error", async () => {
    const name = newName().padEnd(80, "x");
    expect((await newAudit({ name })).name).toBe(name.slice(0, 63));
  });

  it("goal and strategy: by uuid, id or name", async () => {
    const { uuid } = (await call("GET /v1/goals/dummy")).body;
    expect((await newAudit({ goal: uuid })).goal_uuid).toBe(uuid);
  });

  it.each([
    [true, true],
    ["true", true],
    ["True", true],
    ["yes", true],
    ["on", true],
    ["1", true],
    ["false", false],
    ["no", false],
    [false, false],
    [null, false],
  ])("auto_trigger: %j is %s", async (given, value) => {
    expect((await newAudit({ auto_trigger: given })).auto_trigger).toBe(value);
  });

  it.each(["perhaps", 5, {}, []])("auto_trigger: %j is 400", async (given) => {
    expect((await post({ ...EVENT, auto_trigger: given })).status).toBe(400);
  });

  it("parameters: default {}", async () => {
    expect((await newAudit({ strategy: undefined })).parameters).toEqual({});
  });

  it.each(["state", "scope", "hostname"])("%s: read only", async (name) => {
    await refused({ ...EVENT, [name]: "x" }, 400, "Cannot set read only field.");
  });
});

describe("6.3 validation", () => {
  it("row 1: audit_type missing or unknown is 400", async () => {
    await refused({ goal: "dummy" }, 400, "Mandatory field missing");
    await refused({ audit_type: "NONE", goal: "dummy" }, 400, "Audit type NONE could not be found");
  });

  it.each(["nope", "1.5", "* * *", "61 * * * *", "* * * * * * *", "0", "-5", " ", "1e3"])(
    "row 2: interval %j is 400",
    async (interval) => {
      await refused(
        { audit_type: "CONTINUOUS", goal: "dummy", interval },
        400,
        `Expected an interval or cron syntax but received ${interval}`,
      );
    },
  );

  it.each([10, 0, true, {}, []])("row 2: interval %j is no text, 400", async (interval) => {
    expect((await post({ audit_type: "CONTINUOUS", goal: "dummy", interval })).status).toBe(400);
  });

  it.each(["1", "3600", "*/5 * * * *", "0 0 1 1 *", "0 8 * * mon-fri", "* * * * * 30", "@daily"])(
    "row 2: interval %j is taken",
    async (interval) => {
      const answer = await post({ ...EVENT, audit_type: "CONTINUOUS", start_time: LATER, interval });
      if (interval === "@daily" && answer.status === 400) return;
      expect([answer.status, answer.body.interval]).toEqual([201, interval]);
    },
  );

  it("row 2: an interval above 36 characters is 400", async () => {
    expect((await post({ ...EVENT, interval: `1,${"2,".repeat(20)}3 * * * *` })).status).toBe(400);
  });

  it("row 3: neither goal nor template is 400", async () => {
    await refused({ audit_type: "EVENT" }, 400, "A valid goal or audit_template_id must be provided");
  });

  it("row 4: both are 400", async () => {
    const { uuid } = await newTemplate();
    await refused(
      { ...EVENT, audit_template_uuid: uuid },
      400,
      "Either audit_template_uuid or goal should be provided.",
    );
  });

  it("row 5: ONESHOT with interval is 400", async () => {
    await refused(
      { ...EVENT, audit_type: "ONESHOT", interval: "10" },
      400,
      "Interval of audit must not be set for ONESHOT.",
    );
  });

  it("row 6: CONTINUOUS without interval is 400", async () => {
    for (const more of [{}, { interval: null }]) {
      await refused(
        { ...EVENT, audit_type: "CONTINUOUS", ...more },
        400,
        "Interval of audit must be specified for CONTINUOUS.",
      );
    }
  });

  it.each(["start_time", "end_time"])("row 7: ONESHOT with %s is 400", async (name) => {
    await refused(
      { ...EVENT, audit_type: "ONESHOT", [name]: LATER },
      400,
      "Start or End time of audit must not be set for ONESHOT.",
    );
  });

  it.each(["start_time", "end_time"])("row 8: %s below 1.1 is 406, unreadable 400", async (name) => {
    const answer = await post({ ...EVENT, [name]: LATER }, "1.0");
    expect(outcome(answer)).toEqual([406, expect.stringContaining("Request not acceptable.")]);
    for (const wrong of ["soon", "2041-13-01", "2041-02-30T00:00:00", 5, {}]) {
      expect((await post({ ...EVENT, [name]: wrong })).status).toBe(400);
    }
  });

  it("row 8: an end before the start is not refused", async () => {
    const answer = await post({ ...EVENT, start_time: LATER, end_time: "2031-01-01T00:00:00Z" });
    expect(answer.status).toBe(201);
  });

  it("row 9: EVENT accepts interval and times, stores and ignores them", async () => {
    const made = await newAudit({
      interval: "1",
      start_time: "2031-01-01T00:00:00Z",
      end_time: "2020-01-01T00:00:00Z",
    });
    const stored = { interval: "1", start_time: "2031-01-01T00:00:00", end_time: "2020-01-01T00:00:00" };
    expect(made).toMatchObject({ state: "PENDING", next_run_time: null, ...stored });
    const posted = await call(`POST /v1/webhooks/${made.uuid}`, { at: "edge", body: {} });
    expect(posted.status).toBe(202);
  });

  describe("row 10: a template", () => {
    const scope = [{ compute: [{ availability_zones: [{ name: "az1" }] }] }];
    let uuid: string;
    beforeAll(async () => {
      const parameters = { para1: 4.5, para2: "from the template" };
      ({ uuid } = await newTemplate({ strategy: "dummy", scope, default_parameters: parameters }));
    });

    it("that is unknown is 400", async () => {
      await refused(
        { audit_type: "EVENT", audit_template_uuid: NOWHERE },
        400,
        "The audit template UUID or name specified is invalid",
      );
      expect((await post({ audit_type: "EVENT", audit_template_uuid: "INVALID" })).status).toBe(400);
    });

    it("gives goal, strategy, scope, and parameters under the given ones", async () => {
      const { body } = await post({
        audit_type: "EVENT",
        audit_template_uuid: uuid,
        parameters: { para1: 1.5 },
      });
      expect(body).toMatchObject({
        goal_name: "dummy",
        strategy_name: "dummy",
        scope,
        parameters: { para1: 1.5, para2: "from the template" },
      });
    });

    it("gives its parameters at every microversion, and alone where null is given", async () => {
      for (const parameters of [undefined, {}, null]) {
        const { body } = await post({ audit_type: "EVENT", audit_template_uuid: uuid, parameters }, "1.0");
        expect(body.parameters).toMatchObject({ para1: 4.5, para2: "from the template" });
      }
    });

    it("does not give its strategy where one is given", async () => {
      const { uuid: plain } = await newTemplate({ strategy: "dummy" });
      const { status, body } = await post({
        audit_type: "EVENT",
        audit_template_uuid: plain,
        strategy: "dummy_with_resize",
      });
      expect([status, body.strategy_name]).toEqual([201, "dummy_with_resize"]);
    });
  });

  describe("row 11: without a name", () => {
    const TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}";

    it("it is the strategy's and the time", async () => {
      expect((await newAudit({ name: undefined })).name).toMatch(new RegExp(`^dummy-${TIME}$`));
    });

    it("it is the template's where there is no strategy", async () => {
      const { uuid, name } = await newTemplate({ name: `t${newName("").slice(0, 9)}` });
      const { body } = await call("POST /v1/audits", {
        body: { audit_type: "EVENT", audit_template_uuid: uuid },
      });
      expect(body.name).toMatch(new RegExp(`^${name}-${TIME}$`));
    });

    it("it is the goal's where there is neither", async () => {
      expect((await newAudit({ name: undefined, strategy: undefined })).name).toMatch(
        new RegExp(`^dummy-${TIME}$`),
      );
    });

    it("it is cut to 63 characters", async () => {
      const { uuid, name } = await newTemplate({ name: newName().padEnd(60, "x") });
      const { body } = await call("POST /v1/audits", {
        body: { audit_type: "EVENT", audit_template_uuid: uuid },
      });
      expect(body.name).toHaveLength(63);
      expect(body.name.slice(0, 61)).toBe(`${name}-`);
    });
  });

  it("row 12: an unknown goal or strategy is 404, with a name and without (fix)", async () => {
    for (const name of [newName(), undefined]) {
      await refused({ audit_type: "EVENT", goal: "nope", name }, 404, "Goal nope could not be found");
      await refused({ ...EVENT, strategy: "nope", name }, 404, "Strategy nope could not be found");
    }
  });

  it("row 12: a strategy of another goal is not refused (keep)", async () => {
    const made = await newAudit({ goal: "unclassified", strategy: "dummy" });
    expect([made.goal_name, made.strategy_name]).toEqual(["unclassified", "dummy"]);
  });

  it("row 14: a live audit's name is 409", async () => {
    const { name } = await newAudit();
    await refused({ ...EVENT, name }, 409, `An audit with UUID or name ${name} already exists`);
  });

  it.each([
    ["1 before 3", { audit_type: "NONE", interval: "nope" }, 400, "Audit type NONE could not be found"],
    ["2 before 3", { audit_type: "EVENT", interval: "nope" }, 400, "Expected an interval or cron syntax"],
    [
      "2 before 5",
      { ...EVENT, audit_type: "ONESHOT", interval: "nope" },
      400,
      "Expected an interval or cron syntax",
    ],
    ["3 before 5", { audit_type: "ONESHOT", interval: "10" }, 400, "A valid goal or audit_template_id"],
    ["3 before 6", { audit_type: "CONTINUOUS" }, 400, "A valid goal or audit_template_id"],
    [
      "4 before 5",
      { ...EVENT, audit_type: "ONESHOT", interval: "10", audit_template_uuid: NOWHERE },
      400,
      "Either audit_template_uuid or goal",
    ],
    [
      "5 before 7",
      { ...EVENT, audit_type: "ONESHOT", interval: "10", end_time: LATER },
      400,
      "Interval of audit must not be set",
    ],
    [
      "5 before 12",
      { audit_type: "ONESHOT", goal: "nope", interval: "10" },
      400,
      "Interval of audit must not be set",
    ],
    [
      "12 before 13",
      { ...EVENT, goal: "nope", parameters: { nonsense: 1 } },
      404,
      "Goal nope could not be found",
    ],
  ])("order: row %s", async (_rows, body, status, text) => {
    await refused(body, status, text);
  });

  it("order: row 13 before 14", async () => {
    const { name } = await newAudit();
    await refused(
      { ...EVENT, name, parameters: { nonsense: 1 } },
      400,
      "Audit parameter nonsense are not allowed",
    );
  });

  it("order: row 7 before 8", async () => {
    const answer = await post({ ...EVENT, audit_type: "ONESHOT", end_time: LATER }, "1.0");
    expect(outcome(answer)).toEqual([
      400,
      expect.stringContaining("Start or End time of audit must not be set"),
    ]);
  });
});

describe("6.4 parameters", () => {
  it("row 1: defaults are filled in, given ones win", async () => {
    const { parameters } = await newAudit({ parameters: { para1: 7.5 } });
    expect(parameters).toEqual({ para1: 7.5, para2: expect.any(String) });
  });

  it("row 1: what the schema refuses is 400", async () => {
    for (const para1 of ["text", null, 1e9]) {
      await refused({ ...EVENT, parameters: { para1 } }, 400, /^Invalid parameters for strategy: /);
    }
  });

  it("row 1: a member that is not listed is 400", async () => {
    await refused({ ...EVENT, parameters: { nonsense: 1 } }, 400, "Audit parameter nonsense are not allowed");
  });

  it("row 1: free maps are free: the actuator's input_parameters", async () => {
    const actions = [
      { action_type: "nop", input_parameters: { message: "x", fail_execute: true, any: [1] } },
    ];
    const made = await newAudit({ goal: "unclassified", strategy: "actuator", parameters: { actions } });
    expect(made.parameters.actions).toEqual(actions);
  });

  it("row 2: absent stores defaults, null stores {}", async () => {
    expect((await newAudit()).parameters).toHaveProperty("para1");
    expect((await newAudit({ parameters: {} })).parameters).toHaveProperty("para1");
    expect((await newAudit({ parameters: null })).parameters).toEqual({});
  });

  it("row 2: null fails where the schema wants an object", async () => {
    const body = { audit_type: "EVENT", goal: "unclassified", strategy: "actuator", parameters: null };
    await refused(body, 400, "");
  });

  it("row 3: none are allowed without a strategy", async () => {
    const text =
      "Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy";
    const answer = await post({ audit_type: "EVENT", goal: "dummy", parameters: { para1: 1.5 } });
    expect(answer.status).toBe(400);
    expect(outcome(answer)[1].replaceAll(/\s+/g, " ")).toContain(text);
    const empty = await post({ audit_type: "EVENT", goal: "dummy", parameters: {} });
    expect(empty.status).toBe(201);
  });

  it("row 3: none are allowed where the spec is empty", async () => {
    const { body } = await call("GET /v1/strategies/detail");
    const empty = body.strategies.filter(
      ({ parameters_spec: spec }: { parameters_spec: object }) => Object.keys(spec).length === 0,
    );
    for (const { name, goal_name: goal } of empty) {
      await refused(
        { audit_type: "EVENT", goal, strategy: name, parameters: { any: 1 } },
        400,
        "Specify parameters but no predefined strategy",
      );
    }
  });

  it.each(["text", 5, ["a"], true])("row 4: %j is no object, 400", async (parameters) => {
    expect((await post({ ...EVENT, parameters })).status).toBe(400);
  });
});
