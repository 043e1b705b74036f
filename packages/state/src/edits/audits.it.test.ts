/** PatchAudit and DeleteAudit on PostgreSQL. Their runs are in audit-runs.it.test.ts. */

import { randomUUID } from "node:crypto";
import { AUDIT_STATES, type AuditState } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EditWorld, failure, openEditWorld, patchOf } from "./testing/edit-world.ts";

let world: EditWorld;
beforeAll(async () => {
  world = await openEditWorld();
});
afterAll(() => world?.close());

/** rest-api 6.5, the table. */
const LEGAL: Record<AuditState, readonly AuditState[]> = {
  PENDING: ["ONGOING", "CANCELLED"],
  ONGOING: ["FAILED", "SUCCEEDED", "CANCELLED", "SUSPENDED"],
  SUSPENDED: ["ONGOING", "DELETED"],
  SUCCEEDED: ["DELETED"],
  FAILED: ["DELETED"],
  CANCELLED: ["DELETED"],
  DELETED: [],
};

describe("rest-api 6.5: PATCH of the state", () => {
  for (const from of AUDIT_STATES) {
    test.each(AUDIT_STATES)(`${from} -> %s`, async (to) => {
      const uuid = await world.newAudit({ state: from });
      if (LEGAL[from].includes(to)) {
        const audit = await world.patchAudit(uuid, ["replace", "/state", to]);
        expect(audit).toMatchObject({ uuid, state: to, version: "2", updatedAt: expect.any(String) });
        expect(audit.hostname ?? null).toEqual(
          ["ONGOING", "SUCCEEDED", "FAILED"].includes(to) ? expect.any(String) : null,
        );
        expect(await world.indexEntries(uuid)).toMatchObject([
          { state: to, version: "2", deleted: to === "DELETED" },
        ]);
      } else {
        expect(await failure(world.patchAudit(uuid, ["add", "/state", to]))).toMatchObject({
          kind: "illegal-state",
          message: `State transition not allowed: (${from} -> ${to})`,
        });
        expect(await world.indexEntries(uuid)).toEqual([]);
      }
    });
  }

  test("remove, and null, of the state", async () => {
    const uuid = await world.newAudit();
    for (const step of [
      ["remove", "/state"],
      ["replace", "/state", null],
    ] as const) {
      expect(await failure(world.patchAudit(uuid, step))).toMatchObject({
        message: "/state can't be updated.",
      });
    }
  });
});

describe("rest-api 6.6: PATCH of an audit", () => {
  test.each(["/audit_template_uuid", "/type", "/goal", "/strategy"])("%s is refused", async (path) => {
    const uuid = await world.newAudit();
    expect(await failure(world.patchAudit(uuid, ["replace", path, "x"]))).toMatchObject({
      kind: "invalid-input",
      message: `${path} can't be updated.`,
    });
  });

  test.each(["/uuid", "/id", "/links", "/created_at", "/updated_at", "/deleted_at", "/status_message"])(
    "%s is internal",
    async (path) => {
      const uuid = await world.newAudit();
      expect(await failure(world.patchAudit(uuid, ["replace", path, "x"]))).toMatchObject({
        kind: "invalid-input",
        message: `'${path}' is an internal attribute and can not be updated`,
      });
    },
  );

  test("each other member is stored, and the answer is the row", async () => {
    const uuid = await world.newAudit();
    const name = `renamed ${uuid}`;
    const audit = await world.patchAudit(
      uuid,
      ["replace", "/name", name],
      ["replace", "/audit_type", "CONTINUOUS"],
      ["add", "/interval", "*/5 * * * *"],
      ["replace", "/parameters/para1", 7],
      ["replace", "/scope", [{ compute: [{ availability_zones: [{ name: "AZ1" }] }] }]],
      ["replace", "/auto_trigger", true],
      ["replace", "/force", "True"],
      ["replace", "/start_time", "2027-01-01T09:00:00.5+01:00"],
      ["replace", "/end_time", "2027-01-02T08:00:00Z"],
      ["replace", "/hostname", "host-a"],
    );
    const wanted = {
      name,
      auditType: "CONTINUOUS",
      interval: "*/5 * * * *",
      parametersJson: '{"para1":7,"para2":"hello"}',
      scopeJson: '[{"compute":[{"availability_zones":[{"name":"AZ1"}]}]}]',
      autoTrigger: true,
      force: true,
      startTime: "2027-01-01T08:00:00.500000+00:00",
      endTime: "2027-01-02T08:00:00.000000+00:00",
      hostname: "host-a",
      version: "2",
    };
    expect(audit).toMatchObject(wanted);
    expect(await world.indexEntries(uuid)).toMatchObject([{ name, type: "CONTINUOUS", version: "2" }]);
    const removed = [
      "/interval",
      "/scope",
      "/auto_trigger",
      "/force",
      "/start_time",
      "/end_time",
      "/hostname",
    ];
    const bare = await world.patchAudit(uuid, ...removed.map((path) => ["remove", path] as const));
    expect(bare).toMatchObject({ name, scopeJson: "[]", autoTrigger: false, force: false, version: "3" });
    for (const member of ["interval", "startTime", "endTime", "hostname"])
      expect(bare).not.toHaveProperty(member);
  });

  test("an audit is found by id and by name in any case too", async () => {
    const uuid = await world.newAudit({ name: "Night Watch" });
    const { id } = await world.patchAudit("night watch", ["replace", "/force", true]);
    expect(await world.patchAudit(String(id), ["replace", "/name", "Day Watch"])).toMatchObject({
      uuid,
      force: true,
    });
    expect(await failure(world.patchAudit("night watch", ["remove", "/force"]))).toMatchObject({
      kind: "not-found",
      message: "Audit night watch could not be found",
    });
  });

  test("conformance trap 14: the interval of a finished ONESHOT audit is set and stored as text", async () => {
    const uuid = await world.newAudit({ type: "ONESHOT", state: "SUCCEEDED" });
    expect(await world.patchAudit(uuid, ["add", "/interval", "2"])).toMatchObject({ interval: "2" });
    for (const [value, message] of [
      [2, "Invalid input for field/attribute interval. Value: '2'. Wrong type. Expected 'string'."],
      ["0", "Expected an interval or cron syntax but received 0"],
      ["soon", "Expected an interval or cron syntax but received soon"],
    ]) {
      expect(await failure(world.patchAudit(uuid, ["replace", "/interval", value]))).toMatchObject({
        kind: "invalid-input",
        message,
      });
    }
  });

  test("garbage for times and wrong parameters are refused, and nothing is changed", async () => {
    const uuid = await world.newAudit();
    const steps = [
      ["replace", "/start_time", "soon"],
      ["replace", "/end_time", "2027-02-30T00:00:00Z"],
      ["replace", "/parameters", { para1: "x" }],
      ["add", "/parameters/other", 1],
      ["replace", "/hostname", "h".repeat(256)],
      ["replace", "/scope", [{ compute: 1 }]],
      ["add", "/deadline", 1],
      ["replace", "/deadline", 1],
    ] as const;
    for (const step of steps) {
      expect(await failure(world.patchAudit(uuid, ["replace", "/force", true], step))).toMatchObject({
        kind: "invalid-input",
      });
    }
    expect(await world.query("select force, version::int from audit where uuid = $1", [uuid])).toEqual([
      { force: false, version: 1 },
    ]);
  });

  test("a name is cut, and one that a live audit has is a conflict; a deleted one's is free", async () => {
    const uuid = await world.newAudit();
    expect((await world.patchAudit(uuid, ["replace", "/name", "ü😀".repeat(40)])).name).toBe(
      `${"ü😀".repeat(31)}ü`,
    );
    const taken = await world.newAudit({ name: "taken", state: "FAILED" });
    expect(await failure(world.patchAudit(uuid, ["replace", "/name", "taken"]))).toMatchObject({
      kind: "conflict",
      message: "An audit with UUID or name taken already exists",
    });
    await world.deleteAudit(taken);
    expect((await world.patchAudit(uuid, ["replace", "/name", "taken"])).name).toBe("taken");
  });

  test("[] changes nothing", async () => {
    const uuid = await world.newAudit();
    expect(await world.patchAudit(uuid)).toMatchObject({ uuid, version: "1" });
  });

  test("parameters can't grow beyond what a new audit may have", async () => {
    const uuid = await world.newAudit();
    const text = "x".repeat(200_000);
    await world.patchAudit(uuid, ["replace", "/parameters/para2", text]);
    expect(
      await failure(world.patchAudit(uuid, ["replace", "/parameters/para2", text + text])),
    ).toMatchObject({
      message: expect.stringContaining("at most 262144 are wanted"),
    });
  });
});

describe("rest-api 6.7: DELETE of an audit", () => {
  test.each(AUDIT_STATES)("from %s", async (state) => {
    const uuid = await world.newAudit({ state });
    if (["SUCCEEDED", "FAILED", "CANCELLED", "SUSPENDED"].includes(state)) {
      await world.deleteAudit(uuid);
      const [row] = await world.query(
        "select state, deleted_at is not null as gone from audit where uuid = $1",
        [uuid],
      );
      expect(row).toEqual({ state: "DELETED", gone: true });
      expect(await world.indexEntries(uuid)).toMatchObject([
        { state: "DELETED", version: "2", deleted: true },
      ]);
      expect(await failure(world.deleteAudit(uuid))).toMatchObject({
        kind: "not-found",
        message: `Audit ${uuid} could not be found`,
      });
    } else {
      expect(await failure(world.deleteAudit(uuid))).toMatchObject({
        kind: "illegal-state",
        message: `Couldn't delete when state is '${state}'.`,
      });
    }
  });

  test("its plans are kept", async () => {
    const plan = await world.newPlan("RECOMMENDED");
    const [row] = await world.query<{ uuid: string }>(
      "select a.uuid from audit a join action_plan p on p.audit_id = a.id where p.uuid = $1",
      [plan.uuid],
    );
    await world.deleteAudit(row!.uuid);
    expect(
      await world.query("select state, deleted_at from action_plan where uuid = $1", [plan.uuid]),
    ).toEqual([{ state: "RECOMMENDED", deleted_at: null }]);
  });
});

describe("edits that meet or repeat", () => {
  test("of two patches of different members at once both survive", async () => {
    const uuid = await world.newAudit();
    const numbers = Array.from({ length: 8 }, (_, n) => n);
    await Promise.all([
      ...numbers.map((n) => world.patchAudit(uuid, ["replace", "/parameters/para1", n + 1])),
      world.patchAudit(uuid, ["replace", "/parameters/para2", "both"]),
      world.patchAudit(uuid, ["replace", "/hostname", "h"]),
      world.patchAudit(uuid, ["replace", "/state", "ONGOING"]),
    ]);
    const audit = await world.patchAudit(uuid);
    expect(audit).toMatchObject({ hostname: "h", state: "ONGOING", version: "12" });
    expect(JSON.parse(audit.parametersJson!).para2).toBe("both");
    const versions = (await world.indexEntries(uuid)).map(({ version }) => version);
    expect(new Set(versions).size).toBe(11);
  });

  test("a repeated edit is answered with the row as it is", async () => {
    const uuid = await world.newAudit();
    const patch = patchOf(uuid, [["replace", "/state", "CANCELLED"]]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => world.edits.patchAudit(patch)));
    for (const { audit } of answers) expect(audit).toMatchObject({ state: "CANCELLED", version: "2" });
    expect(await world.indexEntries(uuid)).toHaveLength(1);
  });

  test("a repeated renaming finds its audit, and a repeated deletion does not delete the next of the name", async () => {
    const name = `old ${randomUUID()}`;
    const uuid = await world.newAudit({ name, state: "FAILED" });
    const renaming = patchOf(name, [["replace", "/name", `new ${name}`]]);
    await world.edits.patchAudit(renaming);
    expect((await world.edits.patchAudit(renaming)).audit).toMatchObject({ uuid, version: "2" });

    const deletion = { editId: randomUUID(), ident: `new ${name}` };
    await world.edits.deleteAudit(deletion);
    const next = await world.newAudit({ name: `new ${name}`, state: "FAILED" });
    await world.edits.deleteAudit(deletion);
    expect(await world.patchAudit(next)).toMatchObject({ uuid: next, state: "FAILED" });
  });

  test("an edit that is no edit is refused", async () => {
    const uuid = await world.newAudit();
    const patch = patchOf(uuid, []);
    for (const over of [
      { editId: "" },
      { editId: "x" },
      { patchJson: "" },
      { patchJson: "{" },
      { patchJson: "{}" },
    ]) {
      expect(await failure(world.edits.patchAudit({ ...patch, ...over }))).toMatchObject({
        kind: "invalid-input",
      });
    }
  });
});

describe("planner-and-applier 1.4: the schedule of a CONTINUOUS audit", () => {
  async function continuous(state: AuditState, next: string | null) {
    const uuid = await world.newAudit({ type: "CONTINUOUS", state, interval: "3600" });
    await world.query(
      "update audit set next_run_time = $2::timestamptz, consecutive_failures = 2 where uuid = $1",
      [uuid, next],
    );
    return uuid;
  }
  const secondsToNext = async (uuid: string) =>
    (
      await world.query<{ s: number | null; failures: number }>(
        `select extract(epoch from next_run_time - clock_timestamp())::float8 as s, consecutive_failures as failures
         from audit where uuid = $1`,
        [uuid],
      )
    )[0]!;

  test("another interval counts from now on", async () => {
    const uuid = await continuous("ONGOING", "2030-01-01T00:00:00Z");
    await world.patchAudit(uuid, ["replace", "/interval", "60"]);
    const { s, failures } = await secondsToNext(uuid);
    expect(s).toBeGreaterThan(50);
    expect(s).toBeLessThanOrEqual(61);
    expect(failures).toBe(2);
    await world.patchAudit(uuid, ["replace", "/interval", "* * * * *"]);
    expect((await secondsToNext(uuid)).s).toBeLessThanOrEqual(60);
  });

  test("the same interval leaves it, to the microsecond", async () => {
    const uuid = await continuous("ONGOING", "2030-01-01T00:00:00.123456Z");
    const audit = await world.patchAudit(uuid, ["replace", "/interval", "3600"]);
    expect(audit.nextRunTime).toBe("2030-01-01T00:00:00.123456+00:00");
  });

  test("SUSPENDED to ONGOING goes on where it was, and forgets failures", async () => {
    const uuid = await continuous("SUSPENDED", "2030-01-01T00:00:00.123456Z");
    const audit = await world.patchAudit(uuid, ["replace", "/state", "ONGOING"]);
    expect(audit.nextRunTime).toBe("2030-01-01T00:00:00.123456+00:00");
    expect((await secondsToNext(uuid)).failures).toBe(0);
  });
});
