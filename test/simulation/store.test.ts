/**
 * The simulated store against the real one: the same calls on both, drawn from a seed, lead to the same answers and
 * rows. Without this the simulation would prove something about its own tables alone.
 */

import { randomUUID } from "node:crypto";
import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { autoCommit, inTransaction, rows } from "../../packages/state/src/database/transaction.ts";
import { planEdits } from "../../packages/state/src/edits/plans.ts";
import { expire as expirePlanRows } from "../../packages/state/src/plans/leases.ts";
import { createPlanService, type PlanService } from "../../packages/state/src/plans/plan-service.ts";
import { expire as expireRows } from "../../packages/state/src/runs/complete.ts";
import { event, openRunWorld, plan, type RunWorld } from "../../packages/state/src/runs/testing/run-world.ts";
import { Chance } from "./chance.ts";
import { isRefusal } from "./network.ts";
import { RULES } from "./rules.ts";
import { changePlan } from "./store/edits.ts";
import {
  claimPlan,
  endPlan,
  expirePlans,
  PLAN_LEASES_LOST_MAX,
  stepAction,
  storePlan,
} from "./store/plans.ts";
import type { AuditRow } from "./store/rows.ts";
import { claim, complete, expire, heartbeat, ingest, type LedgerEvent, release } from "./store/runs.ts";
import { Store } from "./store/store.ts";

const STEPS = 220;
const LIFE = { eventMode: "coalesce", maxAttempts: 3, maxLostLeases: 20, continuousMaxFailures: 3 } as const;
const WORKERS = ["host-a:1:x", "host-b:2:y"];
const APPLIERS = ["host-a:9:x", "host-b:9:y"];

let real: RunWorld;
let plans: PlanService;
let edits: ReturnType<typeof planEdits>;

beforeAll(async () => {
  real = await openRunWorld(600_000);
  const told = {
    notifyCommitted: () => undefined,
    wakeWorkers: () => undefined,
    wakeAppliers: () => undefined,
  };
  const logger = createLogger({ role: "state", level: "silent" });
  plans = createPlanService({ orm: real.orm, logger, options: { leaseMs: 600_000 }, ...told });
  edits = planEdits({ orm: real.orm, ...told });
}, 60_000);
afterAll(() => real.close());

function query<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
  return rows<Row>(autoCommit(real.orm), text, parameters);
}

/** Both stores, and calls that go to both. Rows are named by their place: the first run of one is that of the other. */
class Twins {
  readonly store: Store;
  readonly chance: Chance;
  nowMs = Date.now();
  #events: LedgerEvent[] = [];

  constructor(seed: number, audits: AuditRow[]) {
    this.chance = new Chance(seed);
    this.store = new Store(RULES, LIFE, audits, () => this.nowMs);
  }

  #newEvent(): LedgerEvent {
    const { chance } = this;
    const audit = chance.pick(this.store.tables.audits);
    const { uuid, name } = audit;
    const sent = event(uuid, { exact: chance.hits(0.5), current: chance.pick(["alarm", "ok"]) });
    const before = chance.pickAny(this.#events.filter((one) => this.#auditOf(one) === audit));
    const isResolved = chance.hits(0.8);
    const made: LedgerEvent = {
      eventId: sent.eventId,
      auditUuid: isResolved ? uuid : "",
      auditIdent: isResolved ? uuid : name,
      baseHash: before !== undefined && chance.hits(0.3) ? before.baseHash : sent.baseHash,
      exact: sent.exact,
      requestId: "",
      current: sent.current,
      streamTimeMs: this.nowMs + chance.pick([0, 30_000]),
      receivedAtMs: this.nowMs + chance.pick([0, 90_000_000]),
    };
    this.#events.push(made);
    return made;
  }

  #auditOf({ auditUuid, auditIdent }: LedgerEvent): AuditRow {
    return this.store.audit(auditUuid || auditIdent)!;
  }

  async ingest(): Promise<void> {
    const { chance } = this;
    const first = chance.hits(0.2) ? (chance.pickAny(this.#events) ?? this.#newEvent()) : this.#newEvent();
    const more = Array.from({ length: chance.below(3) }, () => ({ ...this.#newEvent(), ...only(first) }));
    const events = [first, ...more];
    const [workerId, canRun] = [chance.pick(WORKERS), chance.hits(0.5)];
    const sent = events.map(({ auditUuid, streamTimeMs, receivedAtMs, ...over }) =>
      event(auditUuid, {
        ...{ ...over, occurrenceKey: over.baseHash },
        ...{ streamTimeMs: String(streamTimeMs), receivedAtMs: String(receivedAtMs) },
      }),
    );
    const answer = await real.runs.ingest({ workerId, canRun, event: sent[0]!, more: sent.slice(1) });
    const wanted = ingest(this.store, workerId, canRun, events);
    expect([answer.outcome, ...(answer.moreOutcomes ?? [])]).toEqual(wanted.outcomes);
    expect(String(answer.lease?.token ?? "")).toBe(String(wanted.lease?.token ?? ""));
    expect([...(answer.lease?.eventIds ?? [])].sort()).toEqual([...(wanted.lease?.eventIds ?? [])].sort());
  }

  async claim(): Promise<void> {
    const [workerId, maxRuns, claimId] = [this.chance.pick(WORKERS), this.chance.between(1, 3), randomUUID()];
    for (let n = this.chance.between(1, 2); n > 0; n--) {
      const { leases } = await real.runs.claim({ workerId, maxRuns, claimId });
      const wanted = claim(this.store, workerId, maxRuns, claimId);
      const told = leases?.map(({ token, attempt, alone }) => `${token} ${attempt} ${alone}`).sort();
      expect(told).toEqual(wanted.map(({ token, attempt, alone }) => `${token} ${attempt} ${alone}`).sort());
    }
  }

  /** Any run with its own token or one that is not, and both names of it. */
  async #anyRun() {
    const { chance, store } = this;
    const live = store.tables.runs.filter(({ state }) => state === "LIVE");
    const run = chance.hits(0.8) ? chance.pickAny(live) : chance.pickAny(store.tables.runs);
    if (run === undefined) return undefined;
    const token = chance.hits(0.85) ? run.token : run.token - 1n;
    if (token < 0n) return undefined;
    const [found] = await query<{ run_id: string }>("select run_id from run order by id offset $1 limit 1", [
      run.id,
    ]);
    return { run, token, ref: { runId: found!.run_id, token: String(token) } };
  }

  async complete(): Promise<void> {
    const chosen = await this.#anyRun();
    if (chosen === undefined) return;
    const { run, token, ref } = chosen;
    const workerId = WORKERS[0]!;
    const actions = this.chance.below(3);
    const kind = this.chance.pick(["plan", "plan", "unavailable", "overloaded", "invalid-input"]);
    const isPlan = kind === "plan";
    const retryable = kind !== "invalid-input";
    const request = isPlan
      ? { plan: plan(actions), failure: null, result: "plan" as const }
      : {
          plan: null,
          failure: { kind, message: "x", retryable, endedThread: false },
          result: "failure" as const,
        };
    const told = await real.runs
      .complete({ workerId, ...ref, ...request } as Parameters<RunWorld["runs"]["complete"]>[0])
      .then(({ outcome }) => outcome)
      .catch(({ kind: refused }: { kind: string }) => refused);
    const outage = kind === "unavailable";
    const result = isPlan
      ? { actions, failure: undefined }
      : { failure: { message: "x", retryable, outage, endedThread: false } };
    const wanted = complete(this.store, { run: run.id, token }, result, (row, count) =>
      storePlan(
        this.store,
        row,
        Array.from({ length: count }, (_, n) => (n === 0 ? [] : [n - 1])),
      ),
    );
    expect(told).toBe(isRefusal(wanted) ? wanted.refused : wanted.answer.outcome);
  }

  async endLease(): Promise<void> {
    const chosen = await this.#anyRun();
    if (chosen === undefined) return;
    const { run, token, ref } = chosen;
    const workerId = run.workerId ?? WORKERS[0]!;
    const refs = [{ run: run.id, token }];
    switch (this.chance.below(3)) {
      case 0: {
        const { lostRunIds } = await real.runs.heartbeat({ workerId, leases: [ref] });
        expect(lostRunIds?.length).toBe(heartbeat(this.store, workerId, refs).length);
        return;
      }
      case 1:
        await real.runs.release({ workerId, leases: [ref] });
        release(this.store, refs);
        return;
      default: {
        const { heartbeat: seen } = run;
        await inTransaction(real.orm, (sql) =>
          expireRows(sql, [{ id: ref.runId, token, heartbeat: seen }], LIFE),
        );
        expire(this.store, [{ id: String(run.id), token, heartbeat: seen }]);
      }
    }
  }

  async #planUuid(id: number): Promise<string> {
    const [found] = await query<{ uuid: string }>(
      "select uuid from action_plan order by id offset $1 limit 1",
      [id],
    );
    return found!.uuid;
  }

  async startPlan(): Promise<void> {
    const row = this.chance.pickAny(this.store.tables.plans.filter(({ state }) => state === "RECOMMENDED"));
    if (row === undefined) return;
    await edits.startActionPlan({ editId: randomUUID(), uuid: await this.#planUuid(row.id) } as never);
    changePlan(this.store, row.id, "start");
  }

  async claimPlan(): Promise<void> {
    const applierId = this.chance.pick(APPLIERS);
    const claimId = randomUUID();
    // Asked again, as one whose answer got lost.
    for (let asked = this.chance.below(2); asked < 2; asked++) {
      const { plans: leases } = await plans.claimPlans({ applierId, maxPlans: 1, claimId });
      const wanted = claimPlan(this.store, applierId, claimId);
      expect(leases?.map(({ token, state }) => `${token} ${state}`)).toEqual(
        wanted === undefined ? [] : [`${wanted.token} ${wanted.state}`],
      );
    }
  }

  async expirePlan(): Promise<void> {
    const row = this.chance.pickAny(
      this.store.tables.plans.filter(({ applierId }) => applierId !== undefined),
    );
    if (row === undefined) return;
    const { token, heartbeat } = row;
    const uuid = await this.#planUuid(row.id);
    await inTransaction(real.orm, (sql) =>
      expirePlanRows(sql, [{ id: uuid, token, heartbeat }], PLAN_LEASES_LOST_MAX),
    );
    expirePlans(this.store, [{ id: String(row.id), token, heartbeat }]);
  }

  async stepPlan(): Promise<void> {
    const { chance } = this;
    const row = chance.pickAny(this.store.tables.plans.filter(({ applierId }) => applierId !== undefined));
    if (row === undefined) return;
    const applierId = chance.hits(0.9) ? row.applierId! : APPLIERS[0]!;
    const planUuid = await this.#planUuid(row.id);
    const ref = { applierId, planUuid, token: String(row.token) };
    const action = chance.below(row.actions.length);
    const [found] = await query<{ uuid: string }>(
      "select uuid from action where action_plan_id = (select id from action_plan where uuid = $1) order by id offset $2 limit 1",
      [planUuid, action],
    );
    const refusedKind = ({ kind }: { kind: string }) => kind;
    const at = { plan: row.id, token: row.token, action };
    const actionUuid = found!.uuid;
    const kindOf = (wanted: object) => (isRefusal(wanted) ? wanted.refused : undefined);
    if (chance.hits(0.2)) {
      const told = await plans
        .abortAction({ ...ref, actionUuid })
        .then(() => undefined)
        .catch(refusedKind);
      expect(told).toBe(kindOf(stepAction(this.store, applierId, { ...at, step: "abort" })));
    } else if (chance.hits(0.4)) {
      const told = await plans
        .beginAction({ ...ref, actionUuid, intentJson: "{}" })
        .then(({ verdict }) => verdict)
        .catch(refusedKind);
      const wanted = stepAction(this.store, applierId, { ...at, step: "begin" });
      expect(told).toBe(kindOf(wanted) ?? (wanted as { verdict: string }).verdict);
    } else if (chance.hits(0.7)) {
      const state = chance.pick(["SUCCEEDED", "FAILED", "CANCELLED"] as const);
      const told = await plans
        .endAction({ ...ref, actionUuid, state, statusMessage: "" })
        .then(() => undefined)
        .catch(refusedKind);
      expect(told).toBe(kindOf(stepAction(this.store, applierId, { ...at, step: "end", state })));
    } else {
      const failure = chance.hits(0.2) ? "no cloud" : "";
      const told = await plans
        .endPlan({ ...ref, failure })
        .then(({ state }) => state)
        .catch(refusedKind);
      const wanted = endPlan(this.store, applierId, at, failure);
      expect(told).toBe(kindOf(wanted) ?? (wanted as { state: string }).state);
    }
  }

  /** Pauses before attempts are over, and due runs come in the order in which they were made: times differ by nature. */
  async letTimePass(): Promise<void> {
    await query("update run set due_at = to_timestamp(id) where state = 'DUE'");
    for (const run of this.store.tables.runs) if (run.state === "DUE") run.dueAtMs = run.id;
    this.nowMs = Date.now();
  }

  async compare(): Promise<void> {
    const { tables } = this.store;
    const one = <Row>(text: string) => query<{ row: Row }>(text).then((found) => found.map(({ row }) => row));
    const seen = {
      audits: await one(
        "select jsonb_build_array(state, consecutive_failures) as row from audit order by id",
      ),
      events: await one(`select jsonb_build_array(event_id, fate, duplicate_of,
        (select count(*)::int from run where run.id < event.run_id)) as row from event order by event_id`),
      runs: await one(`select jsonb_build_array(state, attempts, token, heartbeat, is_suspect,
        (select count(*)::int from action_plan p where p.id < blocked_by), jsonb_array_length(coalesce(failures::jsonb, '[]')))
        as row from run order by id`),
      plans: await one(
        "select jsonb_build_array(state, token, applier_id, leases_lost) as row from action_plan order by id",
      ),
      actions: await one("select to_jsonb(state) as row from action order by id"),
      letters: await one("select to_jsonb(count(*)) as row from dead_letter"),
    };
    expect(seen).toEqual({
      audits: tables.audits.map(({ state, consecutiveFailures }) => [state, consecutiveFailures]),
      events: [...tables.events]
        .sort((a, b) => (a.eventId < b.eventId ? -1 : 1))
        .map(({ eventId, fate, duplicateOf, run }) => [eventId, fate, duplicateOf ?? null, run ?? 0]),
      runs: tables.runs.map((run) => [
        ...[run.state, run.attempts, Number(run.token), Number(run.heartbeat), run.isSuspect],
        ...[Number(run.blockedBy ?? 0), run.failures.length],
      ]),
      plans: tables.plans.map(({ state, token, applierId, leasesLost }) => [
        ...[state, Number(token), applierId ?? null, leasesLost],
      ]),
      actions: tables.plans.flatMap(({ actions }) => actions.map(({ state }) => state)),
      letters: [tables.deadLetters.length],
    });
  }
}

/** Events of one call are of one audit. */
function only({ auditUuid, auditIdent }: LedgerEvent): Pick<LedgerEvent, "auditUuid" | "auditIdent"> {
  return { auditUuid, auditIdent };
}

test("the same calls lead to the same rows", async () => {
  const base = {
    type: "EVENT",
    state: "PENDING",
    force: false,
    autoTrigger: false,
    consecutiveFailures: 0,
  } as const;
  const schedule = { interval: null, startMs: null, endMs: null, nextRunMs: null };
  const audits: AuditRow[] = [];
  for (const over of [{}, { triggerStates: ["alarm"] }, { force: true, autoTrigger: true }]) {
    const row = { ...base, scope: [], triggerStates: ["*"], schedule, ...over };
    const uuid = await real.addAudit({
      trigger_states: JSON.stringify(row.triggerStates),
      force: row.force,
      auto_trigger: row.autoTrigger,
    });
    audits.push({ ...row, id: audits.length, uuid, name: `audit ${uuid}` });
  }
  const twins = new Twins(20_262, audits);
  const calls = [
    ...[() => twins.ingest(), () => twins.ingest(), () => twins.claim(), () => twins.complete()],
    ...[
      () => twins.complete(),
      () => twins.complete(),
      () => twins.endLease(),
      () => twins.startPlan(),
      () => twins.claimPlan(),
    ],
    ...[() => twins.expirePlan(), () => twins.stepPlan(), () => twins.stepPlan(), () => twins.stepPlan()],
  ];
  for (let step = 0; step < STEPS; step++) {
    await twins.chance.pick(calls)();
    await twins.letTimePass();
    await twins.compare();
  }
  expect(twins.store.tables.plans.length).toBeGreaterThan(4);
});
