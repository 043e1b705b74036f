/** Calls of workers, and of the sweeper of their leases. */

import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { inTransaction } from "../../../packages/state/src/database/transaction.ts";
import { expire as expireRows } from "../../../packages/state/src/runs/complete.ts";
import { event, plan, type RunWorld } from "../../../packages/state/src/runs/testing/run-world.ts";
import { isRefusal } from "../network.ts";
import { storePlan } from "../store/plans.ts";
import {
  claim as claimMirrored,
  complete as completeMirrored,
  expire,
  heartbeat,
  ingest as ingestMirrored,
  type LedgerEvent,
  release,
} from "../store/runs.ts";
import type { Twins } from "./twins.ts";

const WORKERS = ["host-a:1:x", "host-b:2:y"];

function newEvent(twins: Twins): LedgerEvent {
  const { chance, events, store } = twins;
  const audit = chance.pick(store.tables.audits);
  const { uuid, name } = audit;
  const sent = event(uuid, { exact: chance.hits(0.5), current: chance.pick(["alarm", "ok"]) });
  const auditOf = ({ auditUuid, auditIdent }: LedgerEvent) => store.audit(auditUuid || auditIdent);
  const before = chance.pickAny(events.filter((one) => auditOf(one) === audit));
  const isResolved = chance.hits(0.8);
  const made: LedgerEvent = {
    eventId: sent.eventId,
    auditUuid: isResolved ? uuid : "",
    auditIdent: isResolved ? uuid : name,
    baseHash: before !== undefined && chance.hits(0.3) ? before.baseHash : sent.baseHash,
    exact: sent.exact,
    requestId: "",
    current: sent.current,
    streamTimeMs: twins.nowMs + chance.pick([0, 30_000]),
    receivedAtMs: twins.nowMs + chance.pick([0, 90_000_000]),
  };
  events.push(made);
  return made;
}

export async function ingest(twins: Twins): Promise<void> {
  const { chance, real, store } = twins;
  const first = chance.hits(0.2) ? (chance.pickAny(twins.events) ?? newEvent(twins)) : newEvent(twins);
  const more = Array.from({ length: chance.below(3) }, () => ({ ...newEvent(twins), ...only(first) }));
  const events = [first, ...more];
  const [workerId, canRun] = [chance.pick(WORKERS), chance.hits(0.5)];
  const sent = events.map(({ auditUuid, streamTimeMs, receivedAtMs, ...over }) =>
    event(auditUuid, {
      ...{ ...over, occurrenceKey: over.baseHash },
      ...{ streamTimeMs: String(streamTimeMs), receivedAtMs: String(receivedAtMs) },
    }),
  );
  const answer = await real.runs.ingest({ workerId, canRun, event: sent[0]!, more: sent.slice(1) });
  const wanted = ingestMirrored(store, workerId, canRun, events);
  expect([answer.outcome, ...(answer.moreOutcomes ?? [])]).toEqual(wanted.outcomes);
  expect(String(answer.lease?.token ?? "")).toBe(String(wanted.lease?.token ?? ""));
  expect([...(answer.lease?.eventIds ?? [])].sort()).toEqual([...(wanted.lease?.eventIds ?? [])].sort());
}

/** Events of one call are of one audit. */
function only({ auditUuid, auditIdent }: LedgerEvent): Pick<LedgerEvent, "auditUuid" | "auditIdent"> {
  return { auditUuid, auditIdent };
}

export async function claim(twins: Twins): Promise<void> {
  const { chance, real, store, notes } = twins;
  const [workerId, maxRuns, claimId] = [chance.pick(WORKERS), chance.between(1, 3), randomUUID()];
  for (let n = chance.between(1, 2); n > 0; n--) {
    const { leases } = await real.runs.claim({ workerId, maxRuns, claimId });
    const dropped = droppedRuns(twins);
    const wanted = claimMirrored(store, workerId, maxRuns, claimId);
    if (droppedRuns(twins) > dropped) notes.add("run dropped");
    const told = leases?.map(({ token, attempt, alone }) => `${token} ${attempt} ${alone}`).sort();
    expect(told).toEqual(wanted.map(({ token, attempt, alone }) => `${token} ${attempt} ${alone}`).sort());
  }
}

function droppedRuns({ store }: Twins): number {
  return store.tables.runs.filter(({ state }) => state === "DISCARDED").length;
}

/** Any run with its own token or one that is not, and both names of it. */
async function anyRun(twins: Twins) {
  const { chance, store } = twins;
  const live = store.tables.runs.filter(({ state }) => state === "LIVE");
  const run = chance.hits(0.8) ? chance.pickAny(live) : chance.pickAny(store.tables.runs);
  if (run === undefined) return undefined;
  const token = chance.hits(0.85) ? run.token : run.token - 1n;
  if (token < 0n) return undefined;
  const [found] = await twins.query<{ run_id: string }>(
    "select run_id from run order by id offset $1 limit 1",
    [run.id],
  );
  return { run, token, ref: { runId: found!.run_id, token: String(token) } };
}

export async function complete(twins: Twins): Promise<void> {
  const chosen = await anyRun(twins);
  if (chosen === undefined) return;
  const { chance, real, store } = twins;
  const { run, token, ref } = chosen;
  const workerId = WORKERS[0]!;
  const actions = chance.below(3);
  const kind = chance.pick(["plan", "plan", "unavailable", "overloaded", "invalid-input"]);
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
  const wanted = completeMirrored(store, { run: run.id, token }, result, (row, count) =>
    storePlan(
      store,
      row,
      Array.from({ length: count }, (_, n) => (n === 0 ? [] : [n - 1])),
    ),
  );
  expect(told).toBe(isRefusal(wanted) ? wanted.refused : wanted.answer.outcome);
}

export async function endLease(twins: Twins): Promise<void> {
  const chosen = await anyRun(twins);
  if (chosen === undefined) return;
  const { chance, real, store } = twins;
  const { run, token, ref } = chosen;
  const workerId = run.workerId ?? WORKERS[0]!;
  const refs = [{ run: run.id, token }];
  switch (chance.below(3)) {
    case 0: {
      const { lostRunIds } = await real.runs.heartbeat({ workerId, leases: [ref] });
      expect(lostRunIds?.length).toBe(heartbeat(store, workerId, refs).length);
      return;
    }
    case 1:
      await real.runs.release({ workerId, leases: [ref] });
      release(store, refs);
      return;
    default: {
      const { heartbeat: seen } = run;
      await inTransaction(real.orm, (sql) =>
        expireRows(sql, [{ id: ref.runId, token, heartbeat: seen }], store.life),
      );
      expire(store, [{ id: String(run.id), token, heartbeat: seen }]);
    }
  }
}
