/** Several events of one audit in one call: one transaction, and the fates that they would have had one by one. */

import type { Event__Output } from "@vigil/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { event, openRunWorld, type RunWorld, WORKER } from "./testing/run-world.ts";

let world: RunWorld;

beforeAll(async () => {
  world = await openRunWorld(30_000);
});

afterAll(() => world.close());

function ingestMany([first, ...more]: Event__Output[], canRun = true, workerId = WORKER) {
  return world.runs.ingest({ workerId, canRun, event: first!, more });
}

function events(audit: string, count: number, over: Partial<Event__Output> = {}): Event__Output[] {
  return Array.from({ length: count }, () => event(audit, over));
}

const ids = (sent: Event__Output[]) => sent.map(({ eventId }) => eventId);

/** Ledger ids of the audit's events in the order in which they were recorded. */
async function recorded(audit: string): Promise<string[]> {
  const found = await rows<{ event_id: string }>(
    autoCommit(world.orm),
    "select event_id from event where audit_id = (select id from audit where uuid = $1) order by id",
    [audit],
  );
  return found.map((row) => row.event_id);
}

describe("several events in one call", () => {
  it("to an idle audit are answered by one run", async () => {
    const audit = await world.newAudit();
    const sent = events(audit, 10);
    const { outcome, moreOutcomes, lease } = await ingestMany(sent);
    expect([outcome, ...moreOutcomes!]).toEqual(Array.from({ length: 10 }, () => "STARTED"));
    expect(lease!.eventIds).toEqual(ids(sent));
    expect(await recorded(audit)).toEqual(ids(sent));
    await world.complete(lease);
    expect(await world.fates(audit)).toEqual({ DONE: 10 });
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED"]);
  });

  it("during a run wait for one follow-up", async () => {
    const audit = await world.newAudit();
    const { lease } = await world.ingest(event(audit));
    const answer = await ingestMany(events(audit, 5));
    expect(answer).toMatchObject({ outcome: "WAITING", lease: null });
    await world.complete(lease);
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED", "DUE"]);
    // The due run takes those that come with the call that starts it.
    const next = await ingestMany(events(audit, 3));
    expect(next.moreOutcomes).toEqual(["STARTED", "STARTED"]);
    expect(next.lease!.eventIds).toHaveLength(8);
    await world.complete(next.lease);
    expect(await world.fates(audit)).toEqual({ DONE: 9 });
  });

  it("without a free slot make one due run", async () => {
    const audit = await world.newAudit();
    const wakes = world.wakes();
    const { outcome, moreOutcomes } = await ingestMany(events(audit, 4), false);
    expect([outcome, ...moreOutcomes!]).toEqual(["WAITING", "WAITING", "WAITING", "WAITING"]);
    expect(world.wakes()).toBe(wakes + 1);
    expect(await world.runStates(audit)).toEqual(["DUE"]);
  });

  it("are held against each other and against the ledger for duplicates", async () => {
    const audit = await world.newAudit();
    const before = event(audit, { exact: false });
    await world.ingest(before);
    const [first] = events(audit, 1, { exact: false });
    const far = String(Number(first!.streamTimeMs) + 60_000);
    const answer = await ingestMany([
      first!,
      event(audit, { exact: false, baseHash: before.baseHash }),
      event(audit, { exact: false, baseHash: first!.baseHash }),
      // Its arrival is too far away to be the same occurrence, and the next is the same as this.
      event(audit, { exact: false, baseHash: first!.baseHash, streamTimeMs: far }),
      event(audit, { exact: false, baseHash: first!.baseHash, streamTimeMs: far }),
      first!,
    ]);
    const fates = ["DUPLICATE", "DUPLICATE", "WAITING", "DUPLICATE", "WAITING"];
    expect([answer.outcome, ...answer.moreOutcomes!]).toEqual(["WAITING", ...fates]);
    const named = await rows<{ duplicate_of: string }>(
      autoCommit(world.orm),
      "select duplicate_of from event where fate = 'DUPLICATE' and audit_id = (select id from audit where uuid = $1) order by id",
      [audit],
    );
    expect(named.map((row) => row.duplicate_of).slice(0, 2)).toEqual([before.eventId, first!.eventId]);
    expect(await recorded(audit)).toHaveLength(6);
  });

  it("have fates of their own", async () => {
    const picky = await world.newAudit("PENDING", '["alarm"]');
    const answer = await ingestMany([
      event(picky, { current: "ok" }),
      event(picky),
      event(picky, { current: "ok" }),
      event(picky),
    ]);
    expect([answer.outcome, ...answer.moreOutcomes!]).toEqual(["FILTERED", "STARTED", "FILTERED", "STARTED"]);
    expect(answer.lease!.eventIds).toHaveLength(2);
    const nobody = events("", 3, { auditIdent: "no such audit" });
    expect((await ingestMany(nobody)).moreOutcomes).toEqual(["DEAD_LETTER", "DEAD_LETTER"]);
  });

  it("get the same answer when they come again, and the lease only who holds it", async () => {
    const audit = await world.newAudit();
    const sent = events(audit, 3);
    const first = await ingestMany(sent);
    expect(await ingestMany(sent)).toEqual(first);
    const other = await ingestMany([...sent, event(audit)], true, "host-b:2:y");
    expect(other).toEqual({
      outcome: "WAITING",
      moreOutcomes: ["WAITING", "WAITING", "WAITING"],
      lease: null,
    });
    await world.complete(first.lease);
    expect((await ingestMany(sent)).lease).toBeNull();
  });

  it("under two names of one audit, in one transaction, still start one run", async () => {
    const audit = await world.newAudit();
    const before = await Promise.all(Array.from({ length: 4 }, () => world.newAudit()));
    const answers = await Promise.all([
      // As many as there are transactions at once: those behind them share one.
      ...before.map((other) => world.ingest(event(other), false)),
      ingestMany(events(audit, 2), false),
      ingestMany(events("", 2, { auditIdent: `audit ${audit}` })),
    ]);
    expect(answers.slice(4).map(({ lease }) => lease)).toEqual([null, null]);
    expect(await world.runStates(audit)).toEqual(["DUE"]);
    expect(await world.fates(audit)).toEqual({ WAITING: 4 });
  });

  it("are all refused with one that the database can't store, and with one of another audit", async () => {
    const audit = await world.newAudit();
    const broken = event(audit, { senderJson: '{"x":"\\u0000"}' });
    await expect(ingestMany([event(audit), broken])).rejects.toThrow("unsupported Unicode escape sequence");
    const stranger = event(await world.newAudit());
    await expect(ingestMany([event(audit), stranger])).rejects.toMatchObject({ kind: "invalid-input" });
    expect(await recorded(audit)).toEqual([]);
  });
});

it("a flooded audit's follow-up run waits behind the runs of others that were due before it", async () => {
  await rows(autoCommit(world.orm), "update run set state = 'DISCARDED' where state in ('DUE', 'LIVE')", []);
  const flooded = await world.newAudit();
  const others = [await world.newAudit(), await world.newAudit()];
  const { lease } = await ingestMany(events(flooded, 64));
  for (const other of others) {
    await ingestMany(events(flooded, 64));
    await ingestMany(events(other, 1), false);
  }
  await world.complete(lease);
  await ingestMany(events(flooded, 64), false);
  const claimed: (string | undefined)[] = [];
  for (let n = 0; n < 3; n++) {
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 1, claimId: "" });
    claimed.push(leases![0]?.auditUuid);
  }
  expect(claimed).toEqual([...others, flooded]);
});
