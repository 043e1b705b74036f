/** The run service on PostgreSQL: what only a real database can show (locks, races, leases). */

import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { DEFAULT_MAX_LOST_LEASES } from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, firstRow, rows } from "../database/transaction.ts";
import type { RunService } from "./run-service.ts";
import { event, leaseRef, openRunWorld, plan, type RunWorld, WORKER } from "./testing/run-world.ts";

const LEASE_MS = 1_000;

let world: RunWorld;
let orm: MikroORM;
let runs: RunService;
let ingest: RunWorld["ingest"];
let complete: RunWorld["complete"];
let newAudit: RunWorld["newAudit"];
let fates: RunWorld["fates"];
let runStates: RunWorld["runStates"];

beforeAll(async () => {
  world = await openRunWorld(LEASE_MS);
  ({ orm, runs, ingest, complete, newAudit, fates, runStates } = world);
});

afterAll(() => world.close());

describe("ingest", () => {
  it("starts one run however many come at once, and the rest wait for one follow-up", async () => {
    const audit = await newAudit();
    const answers = await Promise.all(Array.from({ length: 30 }, () => ingest(event(audit))));
    const started = answers.filter((answer) => answer.lease);
    expect(started).toHaveLength(1);
    expect(await fates(audit)).toEqual({ LEASED: 1, WAITING: 29 });
    await complete(started[0]!.lease);
    expect(await fates(audit)).toEqual({ DONE: 1, WAITING: 29 });
    expect(await runStates(audit)).toEqual(["SUCCEEDED", "DUE"]);
    const { leases } = await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" });
    expect(leases).toHaveLength(1);
    expect(leases![0]!.eventIds).toHaveLength(29);
    await complete(leases![0]);
    expect(await fates(audit)).toEqual({ DONE: 30 });
  });

  it("without a free slot makes a due run and wakes the workers", async () => {
    const audit = await newAudit();
    const before = world.wakes();
    expect(await ingest(event(audit), false)).toMatchObject({ outcome: "WAITING", lease: null });
    expect(world.wakes()).toBe(before + 1);
    expect(await runStates(audit)).toEqual(["DUE"]);
    // The next event finds a worker with a free slot and takes the due run with both events.
    const { lease } = await ingest(event(audit));
    expect(lease?.eventIds).toHaveLength(2);
    expect(await fates(audit)).toEqual({ LEASED: 2 });
    await complete(lease);
  });

  it("filters by the audit's trigger states, discards for a cancelled one, keeps a dead letter for none", async () => {
    const picky = await newAudit("PENDING", '["alarm"]');
    expect((await ingest(event(picky, { current: "ok" }))).outcome).toBe("FILTERED");
    const cancelled = await newAudit("CANCELLED");
    expect((await ingest(event(cancelled))).outcome).toBe("DISCARDED");
    const nobody = event("", { auditIdent: "no such audit" });
    expect((await ingest(nobody)).outcome).toBe("DEAD_LETTER");
    expect((await ingest(nobody)).outcome).toBe("DEAD_LETTER");
    const letter = await firstRow<{ n: number }>(
      autoCommit(orm),
      "select count(*)::int as n from dead_letter where event_id = $1",
      [nobody.eventId],
    );
    expect(letter!.n).toBe(1);
  });

  it("finds the audit by name when the edge could not resolve it", async () => {
    const audit = await newAudit();
    const { outcome, lease } = await ingest(event("", { auditIdent: `AUDIT ${audit}` }));
    expect(outcome).toBe("STARTED");
    await complete(lease);
  });

  it("of many in one transaction fails only the one that the database can't store", async () => {
    const audits = await Promise.all(Array.from({ length: 6 }, () => newAudit()));
    const events = audits.map((audit, n) => event(audit, n === 3 ? { senderJson: '{"x":"\\u0000"}' } : {}));
    const answers = await Promise.allSettled(events.map((sent) => ingest(sent)));
    expect(answers.map((answer) => answer.status === "fulfilled")).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
    ]);
    for (const answer of answers) if (answer.status === "fulfilled") await complete(answer.value.lease);
  });

  it("under two names of one audit at once still starts one run", async () => {
    const audit = await newAudit();
    const answers = await Promise.all([
      ingest(event(await newAudit(), {})),
      ingest(event(audit)),
      ingest(event("", { auditIdent: `audit ${audit}` })),
      ingest(event("", { auditIdent: `AUDIT ${audit}` })),
    ]);
    expect(await runStates(audit)).toEqual(["LIVE"]);
    expect(await fates(audit)).toEqual({ LEASED: 1, WAITING: 2 });
    for (const answer of answers) if (answer.lease) await complete(answer.lease);
    const { leases } = await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" });
    await complete(leases![0]);
  });

  it("under two names of one audit in one transaction gives each event its own fate", async () => {
    const audit = await newAudit("PENDING", '["alarm"]');
    // As many as there are transactions at once: the two behind them share one.
    const before = await Promise.all(Array.from({ length: 4 }, () => newAudit()));
    const [, , , , alarm, ok] = await Promise.all([
      ...before.map((other) => ingest(event(other), false)),
      ingest(event(audit)),
      ingest(event("", { auditIdent: `audit ${audit}`, current: "ok" })),
    ]);
    expect([alarm!.outcome, ok!.outcome]).toEqual(["STARTED", "FILTERED"]);
    expect(await fates(audit)).toEqual({ LEASED: 1, FILTERED: 1 });
    await complete(alarm!.lease);
    const { leases } = await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" });
    for (const lease of leases!) await complete(lease);
  });

  it("refuses what is not an event", async () => {
    await expect(ingest(event("not-a-uuid"))).rejects.toMatchObject({ kind: "invalid-input" });
    await expect(
      runs.ingest({ workerId: WORKER, canRun: true, event: null, more: [] }),
    ).rejects.toMatchObject({
      kind: "invalid-input",
    });
  });
});

describe("complete", () => {
  it("writes plan, actions in order and indicators; a repetition writes nothing and answers the same", async () => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    const first = await complete(lease, 1_000);
    expect(first.outcome).toBe("RECORDED");
    expect(await complete(lease, 1_000)).toEqual(first);
    const actions = await rows<{ input: { message: string }; parents: string[]; uuid: string }>(
      autoCommit(orm),
      `select uuid, input_parameters as input, parents from action
       where action_plan_id = (select id from action_plan where uuid = $1) order by id`,
      [first.actionPlanUuid],
    );
    expect(actions.map((action) => Number(action.input.message))).toEqual([...Array(1_000).keys()]);
    expect(actions[7]!.parents).toEqual([actions[6]!.uuid]);
    const [row] = await rows<{ state: string; hostname: string }>(
      autoCommit(orm),
      "select state, hostname from audit where uuid = $1",
      [audit],
    );
    expect(row).toEqual({ state: "SUCCEEDED", hostname: "host-a" });
  });

  it("of an empty plan leaves it SUCCEEDED", async () => {
    const { lease } = await ingest(event(await newAudit()));
    const { actionPlanUuid } = await complete(lease, 0);
    const row = await firstRow<{ state: string }>(
      autoCommit(orm),
      "select state from action_plan where uuid = $1",
      [actionPlanUuid],
    );
    expect(row!.state).toBe("SUCCEEDED");
  });

  it("refuses a plan whose parents point forwards, and writes nothing", async () => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    const bad = plan(2);
    bad.actions[0]!.parents = [1];
    const request = {
      workerId: WORKER,
      runId: lease!.runId!,
      token: String(lease!.token),
      plan: bad,
      failure: null,
    };
    await expect(runs.complete(request)).rejects.toMatchObject({ kind: "invalid-input" });
    expect(await runStates(audit)).toEqual(["LIVE"]);
    await complete(lease);
  });

  it("of a failure re-arms the audit and leaves a dead letter", async () => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    const failure = {
      kind: "not-found",
      message: "no such host",
      retryable: false,
      endedThread: false,
      modelMissing: false,
    };
    const request = {
      workerId: WORKER,
      runId: lease!.runId!,
      token: String(lease!.token),
      plan: null,
      failure,
    };
    expect((await runs.complete(request)).outcome).toBe("FAILED");
    expect(await fates(audit)).toEqual({ DEAD_LETTER: 1 });
    const row = await firstRow<{ state: string; status_message: string; hostname: string | null }>(
      autoCommit(orm),
      "select state, status_message, hostname from audit where uuid = $1",
      [audit],
    );
    expect(row).toEqual({ state: "PENDING", status_message: "no such host", hostname: null });
    const next = await ingest(event(audit));
    expect(next.outcome).toBe("STARTED");
    await complete(next.lease);
  });
});

describe("a failure", () => {
  const fail = (
    lease: { runId?: string; token?: unknown } | null | undefined,
    kind: string,
    message: string,
  ) =>
    runs.complete({
      workerId: WORKER,
      ...leaseRef(lease),
      plan: null,
      failure: {
        kind,
        message,
        retryable: kind !== "invalid-input",
        endedThread: kind === "deadline",
        modelMissing: false,
      },
    });

  it("by an outage uses up no attempt, however often", async () => {
    const audit = await newAudit();
    let { lease } = await ingest(event(audit));
    for (let outage = 0; outage < 5; outage++) {
      expect((await fail(lease, "unavailable", "no broker")).outcome).toBe("RETRY_LATER");
      await rows(
        autoCommit(orm),
        "update run set due_at = clock_timestamp() where state = 'DUE' and run_id = $1",
        [lease!.runId],
      );
      ({ lease } = await ingest(event(audit)));
      expect(lease?.attempt).toBe(1);
    }
    await complete(lease);
    expect(await fates(audit)).toEqual({ DONE: 6 });
  });

  it("for want of a model waits where the database has a copy of one, and is final where it has none", async () => {
    const failure = {
      kind: "illegal-state",
      message: "x",
      retryable: false,
      endedThread: false,
      modelMissing: true,
    };
    const failWithout = (lease: { runId?: string; token?: unknown } | null | undefined) =>
      runs.complete({ workerId: WORKER, ...leaseRef(lease), plan: null, failure });
    const audit = await newAudit();
    const none = await ingest(event(audit));
    expect((await failWithout(none.lease)).outcome).toBe("FAILED");
    await rows(
      autoCommit(orm),
      "insert into model_head (kind, hash, imported_at, details) values ('compute', repeat('a', 64), '2026-01-01T00:00:00Z', '{}')",
      [],
    );
    const { lease } = await ingest(event(audit));
    expect((await failWithout(lease)).outcome).toBe("RETRY_LATER");
    await rows(autoCommit(orm), "delete from model_head", []);
    const due = "update run set due_at = clock_timestamp() where state = 'DUE' and run_id = $1";
    await rows(autoCommit(orm), due, [lease!.runId]);
    await complete((await ingest(event(audit))).lease);
  });

  it("is tried again at its time, and at once when the clock was stepped back since that was set", async () => {
    const setDue = (ahead: string) =>
      rows(
        autoCommit(orm),
        `update run set due_at = clock_timestamp() + $2::interval
         where state = 'DUE' and audit_id = (select id from audit where uuid = $1)`,
        [audit, ahead],
      );
    const audit = await newAudit();
    let { lease } = await ingest(event(audit));
    await fail(lease, "unavailable", "no broker");
    await setDue("50 seconds");
    expect((await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" })).leases).toEqual([]);
    expect((await ingest(event(audit))).lease).toBeNull();
    await setDue("1 hour");
    [lease] = (await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" })).leases!;
    expect(lease!.auditUuid).toBe(audit);
    await fail(lease, "unavailable", "no broker");
    await setDue("1 hour");
    ({ lease } = await ingest(event(audit)));
    await complete(lease);
    expect(await fates(audit)).toEqual({ DONE: 3 });
  });

  it("that ended its thread has the run computed alone, and the dead letter tells of every attempt", async () => {
    const audit = await newAudit();
    let { lease } = await ingest(event(audit));
    expect(lease).toMatchObject({ attempt: 1, alone: false });
    for (const attempt of [2, 3]) {
      expect((await fail(lease, "deadline", "took 120 s")).outcome).toBe("RETRY_LATER");
      await makeAllDue();
      [lease] = (await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" })).leases!;
      expect(lease).toMatchObject({ attempt, alone: true });
    }
    expect((await fail(lease, "overloaded", "no memory")).outcome).toBe("FAILED");
    const letter = await firstRow<{ reason: string }>(
      autoCommit(orm),
      "select reason from dead_letter where run_id = $1",
      [lease!.runId],
    );
    expect(letter?.reason).toBe("in 3 attempts: 2 x took 120 s; 1 x no memory");

    // The next alarm finds the same strategy and the same model: no worker is to die of it again.
    ({ lease } = await ingest(event(audit)));
    expect(lease).toMatchObject({ attempt: 1, alone: true });
    await ingest(event(audit));
    expect((await fail(lease, "invalid-input", "no")).outcome).toBe("FAILED");
    [lease] = (await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" })).leases!;
    expect(lease).toMatchObject({ attempt: 1, alone: true });
    await complete(lease);
    ({ lease } = await ingest(event(audit)));
    expect(lease).toMatchObject({ attempt: 1, alone: false });
    await complete(lease);
  });

  it.each([
    ["NUL", "x\0y"],
    ["half a character at the cut", `${"x".repeat(254)}\u{1f525}`],
    ["no end", "x".repeat(20_000_000)],
  ])("whose message has %s is recorded", async (_name, message) => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    expect((await fail(lease, "invalid-input", message)).outcome).toBe("FAILED");
    expect(await runStates(audit)).toEqual(["FAILED"]);
  });
});

const byRun = (leases: readonly Lease[]) =>
  [...leases].sort((a, b) => String(a.runId).localeCompare(String(b.runId)));

/** Ends the wait for the next attempt. */
const makeAllDue = () =>
  rows(autoCommit(orm), "update run set due_at = clock_timestamp() where state = 'DUE'", []);

describe("leases", () => {
  it("run out without heartbeats; the run is due again and the zombie's token is refused", async () => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    await expect.poll(() => runStates(audit), { timeout: 10_000 }).toEqual(["DUE"]);
    const { leases } = await runs.claim({ workerId: "host-b:1:y", maxRuns: 4, claimId: "" });
    expect(leases![0]).toMatchObject({
      runId: lease!.runId,
      token: "2",
      // What else the dead worker did may have killed it: no attempt is counted, but the run is a suspect.
      attempt: 1,
      alone: true,
      seed: lease!.seed,
    });
    await expect(complete(lease)).rejects.toMatchObject({ kind: "illegal-state" });
    const lost = await runs.heartbeat({
      workerId: WORKER,
      leases: [{ runId: lease!.runId!, token: String(lease!.token) }],
    });
    expect(lost.lostRunIds).toEqual([lease!.runId]);
    expect((await complete(leases![0])).outcome).toBe("RECORDED");
  });

  it("live on as long as the heartbeat moves", async () => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    const held = { runId: lease!.runId!, token: String(lease!.token) };
    const beat = setInterval(() => {
      runs.heartbeat({ workerId: WORKER, leases: [held] }).catch(() => undefined);
    }, LEASE_MS / 4);
    const begun = performance.now();
    await expect.poll(() => performance.now() - begun > 4 * LEASE_MS, { timeout: 10_000 }).toBe(true);
    clearInterval(beat);
    expect(await runStates(audit)).toEqual(["LIVE"]);
    await complete(lease);
  });

  it("handed back count no attempt", async () => {
    const audit = await newAudit();
    const { lease } = await ingest(event(audit));
    await runs.release({ workerId: WORKER, leases: [{ runId: lease!.runId!, token: String(lease!.token) }] });
    const { leases } = await runs.claim({ workerId: WORKER, maxRuns: 1, claimId: "" });
    expect(leases![0]).toMatchObject({ runId: lease!.runId, attempt: 1, token: "2" });
    await complete(leases![0]);
  });

  it("of workers that always die cost a suspect no attempt, and end it only after many", async () => {
    const audit = await newAudit();
    await ingest(event(audit));
    const again = async () => {
      await expect.poll(() => runStates(audit), { timeout: 10_000 }).toEqual(["DUE"]);
      await makeAllDue();
      const { leases } = await runs.claim({ workerId: WORKER, maxRuns: 4, claimId: "" });
      expect(leases).toMatchObject([{ attempt: 1, alone: true }]);
    };
    await again();
    await again();
    await rows(
      autoCommit(orm),
      `update run set failures = array_to_json(array_fill(failures ->> 0, array[$2::int]))
       where audit_id = (select id from audit where uuid = $1)`,
      [audit, DEFAULT_MAX_LOST_LEASES - 2],
    );
    await again();
    await expect.poll(() => runStates(audit), { timeout: 10_000 }).toEqual(["DEAD_LETTER"]);
    expect(await fates(audit)).toEqual({ DEAD_LETTER: 1 });
  });

  it("come again when the question for them is repeated, fresh, and to nobody else", async () => {
    const audits = [await newAudit(), await newAudit()];
    for (const audit of audits) await ingest(event(audit), false);
    const asked = { workerId: WORKER, maxRuns: 2, claimId: randomUUID() };
    const [first, meanwhile] = await Promise.all([runs.claim(asked), runs.claim(asked)]);
    expect(first.leases).toHaveLength(2);
    expect(byRun(meanwhile.leases!)).toEqual(byRun(first.leases!));
    const another = await newAudit();
    await ingest(event(another), false);
    const begunMs = performance.now();
    // Longer than a lease: being asked for, they are alive.
    while (performance.now() - begunMs < 2 * LEASE_MS) {
      const again = await runs.claim(asked);
      expect(byRun(again.leases!)).toEqual(byRun(first.leases!));
    }
    const other = await runs.claim({ ...asked, workerId: "host-b:1:y" });
    expect(other.leases!.map(({ auditUuid }) => auditUuid)).toEqual([another]);
    await complete(first.leases![0]);
    const rest = await runs.claim(asked);
    expect(byRun(rest.leases!)).toEqual(byRun(first.leases!.slice(1)));
    await complete(rest.leases![0]);
    await runs.release({ workerId: "host-b:1:y", leases: other.leases!.map(leaseRef) });
    const [last] = (await runs.claim({ ...asked, claimId: "" })).leases!;
    await complete(last);
  });

  it("claims at once by many workers hand each run out once", async () => {
    const audits = await Promise.all(Array.from({ length: 40 }, () => newAudit()));
    for (const audit of audits) await ingest(event(audit), false);
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        runs.claim({ workerId: `host-${n}:1:x`, maxRuns: 10, claimId: "" }),
      ),
    );
    const leases = claims.flatMap((claim) => claim.leases!);
    expect(new Set(leases.map((lease) => lease.runId)).size).toBe(leases.length);
    // What two claims passed over at the same moment is there for the next.
    const rest = await runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
    expect(leases.length + rest.leases!.length).toBe(40);
  });
});
