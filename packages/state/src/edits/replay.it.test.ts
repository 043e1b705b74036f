/** ReplayEvent, ReplayDeadLetter and DropDeadLetter on PostgreSQL, with the run service beside them. */

import { randomUUID } from "node:crypto";
import type { DeadLetter, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { createRecordService } from "../records/record-service.ts";
import { event, leaseRef, openRunWorld, type RunWorld, WORKER } from "../runs/testing/run-world.ts";
import { type Edits, editsOn, failure } from "./testing/edit-world.ts";

let world: RunWorld;
let user: Edits;
let records: RecordServiceImpl;

beforeAll(async () => {
  world = await openRunWorld(10_000);
  user = editsOn(world.orm);
  records = createRecordService({
    orm: world.orm,
    logger: createLogger({ role: "state", level: "silent" }),
    relay: { notifyCommitted: () => undefined, whenPublished: async () => true },
    wakeWorkers: () => undefined,
  });
});
afterAll(() => world?.close());

const query = <Row>(text: string, parameters: unknown[] = []) =>
  rows<Row>(autoCommit(world.orm), text, parameters);

const replayEvent = async (eventId: string, editId: string = randomUUID()) =>
  (await user.edits.replayEvent({ editId, eventId, userId: "operator" })).event!;
const replayLetter = async (uuid: string, editId: string = randomUUID()) =>
  (await user.edits.replayDeadLetter({ editId, uuid, userId: "operator" })).deadLetter!;
const drop = async (uuid: string, editId: string = randomUUID()) =>
  (await user.edits.dropDeadLetter({ editId, uuid, userId: "operator" })).deadLetter!;

async function claim() {
  const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
  return leases!;
}

/** Fails for good: the run's events and the run end as a dead letter. */
async function fail(lease: Parameters<typeof leaseRef>[0], message = "no such metric") {
  const answer = await world.runs.complete({
    workerId: WORKER,
    ...leaseRef(lease),
    plan: null,
    failure: { kind: "invalid-input", message, retryable: false, endedThread: false, modelMissing: false },
    result: "failure",
  });
  expect(answer.outcome).toBe("FAILED");
}

const page = (limit = 1_000) => ({ limit, marker: "", sortKey: "", sortDir: "", showDeleted: false });

async function letters(auditUuid: string, resolution = ""): Promise<DeadLetter[]> {
  const asked = { page: page(), auditUuid, kind: "", resolution };
  return (await records.listDeadLetters(asked)).deadLetters!;
}

/** An audit whose run failed for good with two events. */
async function failedRun() {
  const audit = await world.newAudit();
  await world.ingest(event(audit), false);
  const { lease } = await world.ingest(event(audit));
  await fail(lease);
  const [letter] = await letters(audit);
  return { audit, lease: lease!, letter: letter! };
}

describe("ReplayEvent", () => {
  test("makes a new event that runs; the old one keeps its fate", async () => {
    const audit = await world.newAudit();
    const sent = event(audit, { body: Buffer.from("what came"), senderJson: '{"user_id":"u"}' });
    const { lease } = await world.ingest(sent);
    await world.complete(lease);
    user.told();
    const again = await replayEvent(sent.eventId);
    expect(user.told()).toEqual(["wake workers"]);
    expect(again).toMatchObject({
      fate: "WAITING",
      replayOf: sent.eventId,
      auditUuid: audit,
      streamSequence: "0",
    });
    expect(again.eventId).not.toBe(sent.eventId);
    expect(String(again.body)).toBe("what came");
    expect(JSON.parse(again.senderJson!)).toEqual({ user_id: "u", replayed_by: "operator" });
    const [taken] = await claim();
    expect(taken!.eventIds).toEqual([again.eventId]);
    await world.complete(taken);
    expect(await world.fates(audit)).toEqual({ DONE: 2 });
    // A replay is an event like any other.
    const third = await replayEvent(again.eventId!);
    expect(third.replayOf).toBe(again.eventId);
    for (const due of await claim()) await world.complete(due);
  });

  test("the same edit twice, also at once, is one replay; another edit is another", async () => {
    const audit = await world.newAudit();
    const sent = event(audit);
    await world.complete((await world.ingest(sent)).lease);
    const editId = randomUUID();
    const ids = (await Promise.all([1, 2, 3].map(() => replayEvent(sent.eventId, editId)))).map(
      (e) => e.eventId,
    );
    expect(new Set(ids).size).toBe(1);
    await replayEvent(sent.eventId);
    expect(await world.fates(audit)).toEqual({ DONE: 1, WAITING: 2 });
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED", "DUE"]);
    // Done is done, even if the audit is gone by now.
    for (const due of await claim()) await world.complete(due);
    await user.deleteAudit(audit);
    expect((await replayEvent(sent.eventId, editId)).eventId).toBe(ids[0]);
  });

  test("during a run it waits for the follow-up", async () => {
    const audit = await world.newAudit();
    const sent = event(audit);
    await world.complete((await world.ingest(sent)).lease);
    const { lease } = await world.ingest(event(audit));
    user.told();
    await replayEvent(sent.eventId);
    expect(user.told()).toEqual([]);
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED", "LIVE"]);
    await world.complete(lease);
    const [followUp] = await claim();
    await world.complete(followUp);
    expect(await world.fates(audit)).toEqual({ DONE: 3 });
  });

  test.each([
    ["WAITING", "it is WAITING, so it runs anyway", async (audit: string) => void audit],
    [
      "CANCELLED",
      "audit state CANCELLED takes no events",
      (audit: string) => user.patchAudit(audit, ["replace", "/state", "CANCELLED"]),
    ],
    [
      "deleted",
      "no audit with this ident exists",
      async (audit: string) => {
        await user.patchAudit(audit, ["replace", "/state", "CANCELLED"]);
        await user.deleteAudit(audit);
      },
    ],
  ])("is refused: %s", async (_, reason, prepare) => {
    const audit = await world.newAudit();
    const sent = event(audit);
    await world.ingest(sent, false);
    await prepare(audit);
    expect(await failure(replayEvent(sent.eventId))).toMatchObject({
      kind: "illegal-state",
      message: expect.stringContaining(reason),
    });
    expect(Object.values(await world.fates(audit))).toEqual([1]);
    await user.patchAudit(audit, ["replace", "/state", "CANCELLED"]).catch(() => undefined);
  });

  test("is refused where the audit would filter it, or is of another type", async () => {
    const audit = await world.newAudit("PENDING", '["alarm"]');
    const ok = event(audit, { current: "ok" });
    await world.ingest(ok);
    expect((await failure(replayEvent(ok.eventId))).message).toBe(
      `Event ${ok.eventId} can't be replayed: alarm state ok is not among the audit's alarm. Add it to the audit's trigger states first`,
    );
    await query("update audit set audit_type = 'CONTINUOUS' where uuid = $1", [audit]);
    expect((await failure(replayEvent(ok.eventId))).message).toContain("only EVENT does");
  });

  test("what is not there", async () => {
    for (const id of [randomUUID(), "x"]) expect((await failure(replayEvent(id))).kind).toBe("not-found");
    for (const id of [randomUUID(), "x"]) expect((await failure(replayLetter(id))).kind).toBe("not-found");
    for (const id of [randomUUID(), "x"]) expect((await failure(drop(id))).kind).toBe("not-found");
    expect((await failure(replayEvent(randomUUID(), "x"))).kind).toBe("invalid-input");
    expect((await failure(records.getEvent({ eventId: "x" }))).kind).toBe("not-found");
    expect((await failure(records.getDeadLetter({ uuid: "x" }))).kind).toBe("not-found");
  });
});

describe("dead letters of runs", () => {
  test("are listed and shown, open or not, and all their events are replayed once", async () => {
    const { audit, lease, letter } = await failedRun();
    expect(letter).toMatchObject({
      kind: "run",
      auditUuid: audit,
      runId: lease.runId,
      reason: "no such metric",
      eventCount: 2,
      replayEventIds: [],
    });
    expect(letter).not.toHaveProperty("resolution");
    const editId = randomUUID();
    user.told();
    const [first, second] = await Promise.all([
      replayLetter(letter.uuid!, editId),
      replayLetter(letter.uuid!, editId),
    ]);
    expect(user.told()).toEqual(["wake workers"]);
    expect(first).toMatchObject({ resolution: "REPLAYED", resolvedBy: "operator" });
    expect(first!.replayEventIds).toHaveLength(2);
    expect(second!.replayEventIds).toEqual(first!.replayEventIds);
    expect(await world.fates(audit)).toEqual({ DEAD_LETTER: 2, WAITING: 2 });
    expect(await letters(audit, "OPEN")).toEqual([]);
    expect(await letters(audit, "REPLAYED")).toHaveLength(1);
    expect(await failure(replayLetter(letter.uuid!))).toMatchObject({
      kind: "illegal-state",
      message: `Dead letter ${letter.uuid} is replayed already. Its events can be replayed one by one.`,
    });
    const [taken] = await claim();
    expect(taken!.eventIds!.toSorted()).toEqual(first!.replayEventIds!.toSorted());
    await world.complete(taken);
  });

  test("dropped ones stay readable, and are not replayed any more", async () => {
    const { letter } = await failedRun();
    const editId = randomUUID();
    expect(await drop(letter.uuid!, editId)).toMatchObject({ resolution: "DROPPED", resolvedBy: "operator" });
    expect((await drop(letter.uuid!, editId)).resolution).toBe("DROPPED");
    expect((await failure(drop(letter.uuid!))).message).toContain("is dropped already");
    expect((await failure(replayLetter(letter.uuid!))).kind).toBe("illegal-state");
    const { deadLetter } = await records.getDeadLetter({ uuid: letter.uuid! });
    expect(deadLetter).toMatchObject({ resolution: "DROPPED", eventCount: 2 });
  });

  test("a CONTINUOUS audit runs again, a failed ONESHOT one has to be created again", async () => {
    const audit = await world.addAudit({ audit_type: "CONTINUOUS", interval: "3600" });
    await query(
      `insert into run (run_id, audit_id, state, cause, seed) select gen_random_uuid(), id, 'DUE', 'CONTINUOUS', 1
       from audit where uuid = $1`,
      [audit],
    );
    const [lease] = await claim();
    await fail(lease);
    const [letter] = await letters(audit);
    expect(letter).toMatchObject({ kind: "run", eventCount: 0 });
    expect(await replayLetter(letter!.uuid!)).toMatchObject({ resolution: "REPLAYED", replayEventIds: [] });
    expect(await world.runStates(audit)).toEqual(["FAILED", "DUE"]);
    for (const due of await claim()) await fail(due);
    const other = (await letters(audit, "OPEN"))[0]!;
    await query("update audit set audit_type = 'ONESHOT', state = 'FAILED' where uuid = $1", [audit]);
    expect((await failure(replayLetter(other.uuid!))).message).toContain(
      "the audit is FAILED. Create the audit again",
    );
    expect(await letters(audit, "OPEN")).toHaveLength(1);
  });
});

describe("dead letters of events", () => {
  test("an unknown audit: refused until it is there, then replayed into it", async () => {
    const name = `later ${randomUUID()}`;
    const sent = event("", { auditIdent: name });
    expect((await world.ingest(sent)).outcome).toBe("DEAD_LETTER");
    const [{ uuid } = { uuid: "" }] = await query<{ uuid: string }>(
      "select uuid from dead_letter where event_id = $1",
      [sent.eventId],
    );
    expect((await failure(replayLetter(uuid))).message).toContain("Create an audit with this ident");
    const audit = await world.addAudit({ name });
    const letter = await replayLetter(uuid);
    expect(letter).toMatchObject({
      kind: "event",
      eventId: sent.eventId,
      eventCount: 1,
      resolution: "REPLAYED",
    });
    const [taken] = await claim();
    expect(taken).toMatchObject({ auditUuid: audit, eventIds: letter.replayEventIds });
    await world.complete(taken);
  });

  test("the replay of the event itself answers its dead letter", async () => {
    const name = `soon ${randomUUID()}`;
    const sent = event("", { auditIdent: name });
    await world.ingest(sent);
    await world.addAudit({ name });
    await replayEvent(sent.eventId);
    expect(await query("select resolution from dead_letter where event_id = $1", [sent.eventId])).toEqual([
      { resolution: "REPLAYED" },
    ]);
    for (const due of await claim()) await world.complete(due);
  });

  test("whose event is not in the ledger can only be dropped", async () => {
    const uuid = randomUUID();
    await query("insert into dead_letter (uuid, kind, event_id, reason) values ($1, 'event', $2, 'x')", [
      uuid,
      randomUUID(),
    ]);
    expect((await failure(replayLetter(uuid))).message).toContain("Drop it.");
    expect((await drop(uuid)).resolution).toBe("DROPPED");
  });
});

test("lists refuse words that mean nothing, and page", async () => {
  const list = (over: object) =>
    records.listDeadLetters({ page: page(), auditUuid: "", kind: "", resolution: "", ...over });
  expect((await failure(list({ resolution: "x" }))).message).toContain("OPEN, REPLAYED, DROPPED");
  expect((await failure(list({ kind: "x" }))).kind).toBe("invalid-input");
  const all = (await list({ page: { ...page(), sortDir: "desc" } })).deadLetters!;
  const first = (await list({ page: { ...page(1), sortDir: "desc" } })).deadLetters!;
  const next = (await list({ page: { ...page(1), sortDir: "desc", marker: first[0]!.uuid } })).deadLetters!;
  expect([...first, ...next]).toEqual(all.slice(0, 2));
});
