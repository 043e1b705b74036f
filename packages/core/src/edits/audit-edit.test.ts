import { describe, expect, test } from "vitest";
import type { JsonValue } from "../json.ts";
import { AUDIT_STATES, type AuditState } from "../life/terms.ts";
import {
  type AuditEdit,
  checkAuditPatch,
  deleteAudit,
  type EditableAudit,
  editAudit,
  endOfEditedRun,
  endOfRetypedRun,
  withoutRun,
} from "./audit-edit.ts";
import type { AuditMembers } from "./audit-members.ts";
import type { PatchOperation } from "./json-patch.ts";

const NOW_MS = Date.UTC(2027, 0, 1, 12, 0, 0);

function audit(members: Partial<AuditMembers> = {}, over: Partial<EditableAudit> = {}): EditableAudit {
  return {
    members: {
      name: "night watch",
      audit_type: "EVENT",
      state: "PENDING",
      interval: null,
      parameters: { para1: 3.2, para2: "hello" },
      scope: [],
      auto_trigger: false,
      force: false,
      start_time: null,
      end_time: null,
      hostname: null,
      ...members,
    },
    strategyName: "dummy",
    nextRunMs: null,
    ...over,
  };
}

const replace = (path: string, value: JsonValue): PatchOperation => ({ op: "replace", path, value });
const remove = (path: string): PatchOperation => ({ op: "remove", path });
const edited = (of: EditableAudit, ...operations: PatchOperation[]): AuditEdit =>
  editAudit(of, operations, NOW_MS);
const members = (...operations: PatchOperation[]) => edited(audit(), ...operations).members;

function refusal(call: () => unknown): { kind: string; message: string } {
  try {
    call();
  } catch (thrown) {
    return thrown as { kind: string; message: string };
  }
  throw new Error("nothing was refused");
}

/** rest-api 6.5, the table. */
const LEGAL: Record<string, readonly AuditState[]> = {
  PENDING: ["ONGOING", "CANCELLED"],
  ONGOING: ["FAILED", "SUCCEEDED", "CANCELLED", "SUSPENDED"],
  SUSPENDED: ["ONGOING", "DELETED"],
  SUCCEEDED: ["DELETED"],
  FAILED: ["DELETED"],
  CANCELLED: ["DELETED"],
};

describe("rest-api 6.5: states", () => {
  for (const from of AUDIT_STATES) {
    test.each(AUDIT_STATES)(`${from} -> %s`, (to) => {
      for (const op of ["add", "replace"] as const) {
        const patch = () => edited(audit({ state: from }), { op, path: "/state", value: to });
        if (LEGAL[from]?.includes(to)) expect(patch().members.state).toBe(to);
        else {
          expect(refusal(patch)).toMatchObject({
            kind: "illegal-state",
            message: `State transition not allowed: (${from} -> ${to})`,
          });
        }
      }
    });
  }

  test.each(["INVALID", "pending", "", 5, ["ONGOING"], {}])("%j is no state", (to) => {
    expect(refusal(() => members(replace("/state", to))).message).toMatch(
      /^State transition not allowed: \(PENDING -> /,
    );
  });

  test("the state can be neither removed nor null", () => {
    for (const operation of [remove("/state"), replace("/state", null)]) {
      expect(refusal(() => members(operation))).toMatchObject({
        kind: "invalid-input",
        message: "/state can't be updated.",
      });
    }
  });

  test("of several, each is a step of its own", () => {
    const there = edited(audit(), replace("/state", "ONGOING"), replace("/state", "SUSPENDED"));
    expect(there).toMatchObject({ members: { state: "SUSPENDED" }, runs: "discard" });
    const back = () => edited(audit(), replace("/state", "ONGOING"), replace("/state", "PENDING"));
    expect(refusal(back).message).toBe("State transition not allowed: (ONGOING -> PENDING)");
  });

  test("leaving PENDING and ONGOING discards the run; going on in them keeps it", () => {
    expect(edited(audit(), replace("/state", "ONGOING")).runs).toBe("keep");
    expect(edited(audit(), replace("/state", "CANCELLED")).runs).toBe("discard");
    for (const state of LEGAL.ONGOING!) {
      expect(edited(audit({ state: "ONGOING" }), replace("/state", state)).runs).toBe("discard");
    }
    expect(edited(audit({ state: "SUCCEEDED" }), replace("/name", "n")).runs).toBe("keep");
  });

  test("SUSPENDED to ONGOING resumes; the one run of a ONESHOT audit is made again", () => {
    const resumed = (type: AuditMembers["audit_type"]) =>
      edited(audit({ audit_type: type, state: "SUSPENDED" }), replace("/state", "ONGOING"));
    expect(resumed("EVENT")).toMatchObject({ runs: "keep", resume: true });
    expect(resumed("CONTINUOUS")).toMatchObject({ runs: "keep", resume: true, nextRunMs: null });
    expect(resumed("ONESHOT")).toMatchObject({ runs: "restart", resume: true });
  });

  test("an audit that becomes ONESHOT while it is open gets its run, for nobody else would make one", () => {
    const oneshot = (state: AuditState) =>
      edited(audit({ audit_type: "CONTINUOUS", state, interval: "60" }), replace("/audit_type", "ONESHOT"));
    for (const state of AUDIT_STATES) {
      const isOpen = state === "PENDING" || state === "ONGOING";
      expect(oneshot(state).runs, state).toBe(isOpen ? "restart" : state === "DELETED" ? "discard" : "keep");
    }
    const same = edited(audit({ audit_type: "ONESHOT" }), replace("/audit_type", "ONESHOT"));
    expect(same.runs).toBe("keep");
  });

  test.each([
    ["ONESHOT", "EVENT"],
    ["ONESHOT", "CONTINUOUS"],
    ["CONTINUOUS", "EVENT"],
    ["EVENT", "CONTINUOUS"],
  ] as const)("%s to %s while it is open: what was due for the type before is not run", (from, to) => {
    const retyped = (state: AuditState) =>
      edited(audit({ audit_type: from, state, interval: "60" }), replace("/audit_type", to));
    for (const state of AUDIT_STATES) {
      const isOpen = state === "PENDING" || state === "ONGOING";
      expect(retyped(state).runs, state).toBe(isOpen ? "retype" : state === "DELETED" ? "discard" : "keep");
    }
    const cancelled = [replace("/audit_type", to), replace("/state", "CANCELLED")];
    expect(edited(audit({ audit_type: from }), ...cancelled).runs).toBe("discard");
  });

  test("an audit that becomes EVENT and has no run waits PENDING, unless the patch says otherwise", () => {
    const running = audit({ audit_type: "CONTINUOUS", state: "ONGOING", interval: "60", hostname: "h" });
    const event = edited(running, replace("/audit_type", "EVENT"));
    expect(event.members).toMatchObject({ state: "ONGOING", hostname: "h" });
    expect(withoutRun(event).members).toMatchObject({ state: "PENDING", hostname: null });
    const pending = audit({ audit_type: "CONTINUOUS", interval: "60" });
    const asked = edited(pending, replace("/audit_type", "EVENT"), replace("/state", "ONGOING"));
    expect(withoutRun(asked)).toBe(asked);
    const other = edited(
      audit({ audit_type: "ONESHOT", state: "ONGOING" }),
      replace("/audit_type", "CONTINUOUS"),
    );
    expect(withoutRun(other)).toBe(other);
  });

  test("a run of the type before leaves events that wait to a run of their own", () => {
    expect(endOfRetypedRun("EVENT")).toMatchObject({
      run: { state: "DISCARDED" },
      waiting: "keep",
      reason: "a user made the audit EVENT",
      deadLetter: false,
    });
  });

  test("DELETED by PATCH is a deletion", () => {
    expect(edited(audit({ state: "FAILED" }), replace("/state", "DELETED"))).toMatchObject({
      isDeletion: true,
      runs: "discard",
    });
  });

  test("a discarded run leaves no event behind, and no dead letter", () => {
    expect(endOfEditedRun("CANCELLED")).toEqual({
      run: { state: "DISCARDED" },
      leased: "DISCARDED",
      waiting: "DISCARDED",
      reason: "a user set the audit to CANCELLED",
      audit: {},
      deadLetter: false,
    });
  });
});

describe("rest-api 6.6: what is refused", () => {
  test.each([
    "/audit_template_uuid",
    "/type",
    "/goal",
    "/strategy",
    "/goal_uuid",
    "/strategy_name",
    "/next_run_time",
  ])("%s can't be updated", (path) => {
    for (const operation of [replace(path, "x"), { op: "add", path, value: "x" } as const, remove(path)]) {
      expect(refusal(() => checkAuditPatch([operation]))).toMatchObject({
        kind: "invalid-input",
        message: `${path} can't be updated.`,
      });
    }
  });

  test.each([
    "/uuid",
    "/id",
    "/links",
    "/links/0",
    "/created_at",
    "/updated_at",
    "/deleted_at",
    "/status_message",
  ])("%s is internal", (path) => {
    expect(refusal(() => checkAuditPatch([replace(path, "x")]))).toMatchObject({
      kind: "invalid-input",
      message: `'${path}' is an internal attribute and can not be updated`,
    });
  });

  test("unknown members are refused with the texts of the patch rules", () => {
    expect(refusal(() => members({ op: "add", path: "/deadline", value: 1 })).message).toBe(
      "Adding a new attribute (/deadline) to the root of  the resource is not allowed",
    );
    expect(refusal(() => members(remove("/deadline"))).message).toContain(
      "Reason: can't remove a non-existent object",
    );
  });
});

describe("rest-api 6.6: what is taken", () => {
  test("name: cut to 63 characters, never gone", () => {
    expect(members(replace("/name", "ü😀".repeat(40))).name).toBe(`${"ü😀".repeat(31)}ü`);
    for (const operation of [
      remove("/name"),
      replace("/name", null),
      replace("/name", ""),
      replace("/name", 5),
    ]) {
      expect(refusal(() => members(operation)).kind).toBe("invalid-input");
    }
  });

  test("interval: seconds or cron as text, whatever the audit's type and state; removable", () => {
    const finished = audit({ audit_type: "ONESHOT", state: "SUCCEEDED" });
    for (const interval of ["2", "*/5 * * * *"]) {
      for (const op of ["add", "replace"] as const) {
        expect(edited(finished, { op, path: "/interval", value: interval }).members.interval).toBe(interval);
      }
    }
    expect(edited(audit({ interval: "2" }), remove("/interval")).members.interval).toBeNull();
    expect(refusal(() => members(replace("/interval", 2))).message).toBe(
      "Invalid input for field/attribute interval. Value: '2'. Wrong type. Expected 'string'.",
    );
    for (const interval of ["0", "-5", "soon", "* * * *", "9".repeat(40)]) {
      expect(refusal(() => members(replace("/interval", interval))).message).toBe(
        `Expected an interval or cron syntax but received ${interval}`,
      );
    }
  });

  test("start_time and end_time: each is read, garbage is refused, and they can be removed", () => {
    const start = "2027-01-01T08:00:00.000000+00:00";
    const end = "2027-01-02T08:00:00+02:00";
    expect(members(replace("/start_time", start), replace("/end_time", end))).toMatchObject({
      start_time: start,
      end_time: end,
    });
    expect(edited(audit({ end_time: end }), remove("/end_time")).members.end_time).toBeNull();
    for (const time of [
      "soon",
      "2027-02-29T00:00:00+00:00",
      "2027-01-01T08:00:00",
      "0000-01-01T00:00:00Z",
      5,
      {},
    ]) {
      expect(refusal(() => members(replace("/end_time", time))).message).toContain(
        "field/attribute end_time.",
      );
    }
    expect(members(replace("/start_time", "2028-02-29T00:00:00Z")).start_time).not.toBeNull();
  });

  test.each(["auto_trigger", "force"] as const)(
    "%s: a boolean or a word for one; removed it is false",
    (flag) => {
      const set = (value: JsonValue) => members(replace(`/${flag}`, value))[flag];
      expect([true, "True", "yes", 1].map(set)).toEqual([true, true, true, true]);
      expect([false, "off", 0, null].map(set)).toEqual([false, false, false, false]);
      expect(edited(audit({ [flag]: true }), remove(`/${flag}`)).members[flag]).toBe(false);
      for (const value of ["maybe", 2, [], {}]) expect(refusal(() => set(value)).kind).toBe("invalid-input");
    },
  );

  test("parameters: whole or in part, checked against the strategy, with its defaults", () => {
    expect(members(replace("/parameters/para1", 2)).parameters).toEqual({ para1: 2, para2: "hello" });
    expect(members(replace("/parameters", { para1: 1 })).parameters).toEqual({ para1: 1, para2: "hello" });
    expect(refusal(() => members(replace("/parameters/para1", "x"))).message).toMatch(
      /^Invalid parameters for strategy: /,
    );
    expect(refusal(() => members({ op: "add", path: "/parameters/other", value: 1 })).message).toBe(
      "Audit parameter other are not allowed",
    );
    expect(refusal(() => members(replace("/parameters", [1]))).kind).toBe("invalid-input");
  });

  test("parameters of an audit whose strategy is none or gone", () => {
    const none = audit({ parameters: {} }, { strategyName: "" });
    expect(refusal(() => edited(none, replace("/parameters", { a: 1 }))).message).toContain(
      "no predefined strategy",
    );
    const gone = audit({}, { strategyName: "gone" });
    expect(refusal(() => edited(gone, replace("/parameters", { a: 1 }))).kind).toBe("invalid-input");
    expect(edited(gone, replace("/name", "n")).members.parameters).toEqual(gone.members.parameters);
  });

  test("scope: checked, wrapped, and everything when removed", () => {
    const compute = [{ availability_zones: [{ name: "AZ1" }] }];
    expect(members(replace("/scope", compute)).scope).toEqual([{ compute }]);
    expect(edited(audit({ scope: [{ compute }] }), remove("/scope")).members.scope).toEqual([]);
    expect(refusal(() => members(replace("/scope", [{ compute: 5 }]))).kind).toBe("invalid-input");
    expect(refusal(() => members(replace("/scope", "x"))).kind).toBe("invalid-input");
  });

  test("hostname and audit_type", () => {
    expect(members(replace("/hostname", "h1")).hostname).toBe("h1");
    expect(refusal(() => members(replace("/hostname", "h".repeat(256)))).kind).toBe("invalid-input");
    expect(members(replace("/audit_type", "ONESHOT")).audit_type).toBe("ONESHOT");
    expect(refusal(() => members(replace("/audit_type", "oneshot"))).message).toBe(
      "Audit type oneshot could not be found",
    );
    expect(refusal(() => members(remove("/audit_type"))).kind).toBe("invalid-input");
  });

  test("the stored audit is left alone, and only touched members are told", () => {
    const stored = audit();
    const before = structuredClone(stored);
    const edit = edited(stored, replace("/parameters/para1", 2), replace("/force", true));
    expect(stored).toEqual(before);
    expect([...edit.touched]).toEqual(["parameters", "force"]);
    expect(edited(stored)).toMatchObject({ members: stored.members, runs: "keep", isDeletion: false });
  });
});

describe("planner-and-applier 1.4: the schedule of a CONTINUOUS audit", () => {
  const continuous = (interval: string | null, nextRunMs: number | null) =>
    audit({ audit_type: "CONTINUOUS", state: "ONGOING", interval }, { nextRunMs });

  test("another interval counts from now", () => {
    const stored = continuous("3600", NOW_MS + 5_000);
    expect(edited(stored, replace("/interval", "60")).nextRunMs).toBe(NOW_MS + 60_000);
    expect(edited(stored, replace("/interval", "30 12 * * *")).nextRunMs).toBe(NOW_MS + 30 * 60_000);
    expect(edited(stored, remove("/interval")).nextRunMs).toBeNull();
  });

  test("an audit that waits for its window is looked at anew when window or interval change", () => {
    const soon = new Date(NOW_MS + 60_000).toISOString();
    const waiting = audit(
      { audit_type: "CONTINUOUS", interval: "60", start_time: new Date(NOW_MS + 3_600_000).toISOString() },
      { nextRunMs: NOW_MS + 3_600_000 },
    );
    expect(edited(waiting, replace("/start_time", soon)).nextRunMs).toBeNull();
    expect(edited(waiting, remove("/start_time")).nextRunMs).toBeNull();
    for (const interval of ["7200", "1"]) {
      expect(edited(waiting, replace("/interval", interval)).nextRunMs).toBeNull();
    }
    expect(edited(waiting, replace("/end_time", soon)).nextRunMs).toBe(NOW_MS + 3_600_000);
    const began = audit(
      { audit_type: "CONTINUOUS", interval: "60", start_time: new Date(NOW_MS - 1_000).toISOString() },
      { nextRunMs: NOW_MS + 5_000 },
    );
    expect(edited(began, replace("/start_time", soon)).nextRunMs).toBe(NOW_MS + 5_000);
  });

  test("the same interval, other members and an audit that never ran leave it", () => {
    const stored = continuous("3600", NOW_MS + 5_000);
    expect(edited(stored, replace("/interval", "3600")).nextRunMs).toBe(NOW_MS + 5_000);
    expect(edited(stored, replace("/name", "n")).nextRunMs).toBe(NOW_MS + 5_000);
    expect(edited(continuous("3600", null), replace("/interval", "60")).nextRunMs).toBeNull();
  });

  test("a paused audit goes on where it was", () => {
    const paused = audit(
      { audit_type: "CONTINUOUS", state: "SUSPENDED", interval: "60" },
      { nextRunMs: NOW_MS - 1 },
    );
    expect(edited(paused, replace("/state", "ONGOING")).nextRunMs).toBe(NOW_MS - 1);
  });

  test("another type forgets it", () => {
    expect(edited(continuous("60", NOW_MS), replace("/audit_type", "EVENT")).nextRunMs).toBeNull();
  });
});

describe("rest-api 6.7: deletion", () => {
  test.each(AUDIT_STATES)("from %s", (state) => {
    const deletion = () => deleteAudit(audit({ state }, { nextRunMs: NOW_MS }));
    if (["SUCCEEDED", "FAILED", "CANCELLED", "SUSPENDED"].includes(state)) {
      expect(deletion()).toMatchObject({
        members: { state: "DELETED", name: "night watch" },
        isDeletion: true,
        runs: "discard",
        nextRunMs: NOW_MS,
      });
    } else {
      expect(refusal(deletion)).toMatchObject({
        kind: "illegal-state",
        message: `Couldn't delete when state is '${state}'.`,
      });
    }
  });
});
