/** The walk through ledger, stream and spools on real servers: a clean one stays clean, each planted hole is named. */

import { createHash, randomUUID } from "node:crypto";
import {
  answerAll,
  type Bus,
  connectBus,
  consumeEvents,
  createEventPublisher,
  type EventPublisher,
  ensureTopology,
} from "@vigil/bus";
import { type AcceptedEvent, type Finding, mergeFindings, misfitKey, uuidOfHash } from "@vigil/core";
import { type RunningServer, startNats } from "@vigil/embedded";
import type { VerifyServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { failure } from "../edits/testing/edit-world.ts";
import { event, leaseRef, openRunWorld, type RunWorld, WORKER } from "../runs/testing/run-world.ts";
import { createVerifyService } from "./verify-service.ts";

const logger = createLogger({ role: "state", level: "silent" });
let world: RunWorld;
let nats: RunningServer;
let bus: Bus;
let publisher: EventPublisher;
let verify: VerifyServiceImpl;

beforeAll(async () => {
  [world, nats] = await Promise.all([openRunWorld(10_000), startNats({ keepData: false })]);
  bus = await connectBus({ servers: nats.url, name: "verify test", logger });
  await ensureTopology(bus);
  publisher = createEventPublisher(bus);
  verify = createVerifyService({ orm: world.orm, bus });
});
afterAll(async () => {
  publisher?.close();
  await bus?.close();
  await nats?.stop();
  await world?.close();
});

const query = <Row>(text: string, parameters: unknown[] = []) =>
  rows<Row>(autoCommit(world.orm), text, parameters);

async function walk(part: string) {
  const found: Finding[] = [];
  const counts: Record<string, number> = {};
  let [after, upTo, steps, seen] = ["0", "0", 0, 0];
  do {
    const step = await verify.verifyLedger({ part, after, upTo });
    found.push(...(step.findings as Finding[]));
    for (const [name, n] of Object.entries(step.counts!)) counts[name] = (counts[name] ?? 0) + Number(n);
    [after, upTo, steps, seen] = [String(step.nextAfter), String(step.upTo), steps + 1, seen + step.rows!];
  } while (after !== "0");
  return { findings: mergeFindings(found), counts, steps, rows: seen };
}

const rulesOf = async (part: string) =>
  (await walk(part)).findings.map(({ rule, count }) => `${rule} ${count}`).toSorted();

describe("the ledger", () => {
  beforeEach(async () => {
    await query(
      "truncate audit, event, run, action_plan, action, dead_letter, outbox restart identity cascade",
    );
  });

  /** One audit with a run that succeeded and one that failed for good, and every other fate. */
  async function everything() {
    const audit = await world.newAudit("PENDING", '["alarm"]');
    const first = event(audit);
    await world.complete((await world.ingest(first)).lease);
    await world.ingest({ ...first, eventId: randomUUID() });
    await world.ingest(event(audit, { current: "ok" }));
    await world.ingest(event("", { auditIdent: "nobody" }));
    const { lease } = await world.ingest(event(audit));
    const failed = {
      kind: "invalid-input",
      message: "x",
      retryable: false,
      endedThread: false,
      modelMissing: false,
    };
    const ref = { workerId: WORKER, ...leaseRef(lease) };
    await world.runs.complete({ ...ref, plan: null, failure: failed, result: "failure" });
    await world.ingest(event(audit));
    await world.ingest(event(audit), false);
    return audit;
  }

  test("is clean, and counted", async () => {
    await everything();
    expect(await walk("events")).toMatchObject({
      findings: [],
      rows: 7,
      counts: { DONE: 1, DUPLICATE: 1, FILTERED: 1, DEAD_LETTER: 2, LEASED: 1, WAITING: 1 },
    });
    expect(await walk("runs")).toMatchObject({ findings: [], counts: { SUCCEEDED: 1, FAILED: 1, LIVE: 1 } });
    expect(await walk("audits")).toMatchObject({ findings: [], counts: { ONGOING: 1 } });
    expect(await walk("dead_letters")).toMatchObject({ findings: [], counts: { OPEN: 2 } });
    expect((await failure(verify.verifyLedger({ part: "x", after: "0", upTo: "0" }))).message).toContain(
      "events, runs, audits, dead_letters",
    );
    expect((await failure(verify.verifyLedger({ part: "runs", after: "-1", upTo: "0" }))).kind).toBe(
      "invalid-input",
    );
  });

  test.each([
    [
      "events",
      "update event set fate = 'WAITING', run_id = null where fate = 'LEASED'; update run set state = 'DISCARDED' where state = 'LIVE'",
      ["event-waits-for-nothing 2"],
    ],
    ["events", "update run set state = 'DUE' where state = 'LIVE'", ["event-leased-by-nobody 1"]],
    ["events", "update event set run_id = null where fate = 'LEASED'", ["event-leased-by-nobody 1"]],
    ["events", "update run set state = 'FAILED' where state = 'SUCCEEDED'", ["event-done-by-nothing 1"]],
    [
      "events",
      "update event set run_id = (select max(id) from run) where fate = 'DONE'",
      ["event-done-by-nothing 1"],
    ],
    ["events", "delete from dead_letter", ["event-dead-without-letter 2"]],
    [
      "events",
      "update event set duplicate_of = gen_random_uuid() where fate = 'DUPLICATE'",
      ["event-duplicate-of-nothing 1"],
    ],
    ["events", "update event set reason = null where fate = 'FILTERED'", ["event-without-reason 1"]],
    [
      "events",
      "update event set replay_of = gen_random_uuid() where fate = 'DONE'",
      ["event-replay-of-nothing 1"],
    ],
    [
      "runs",
      "delete from efficacy_indicator; delete from action; delete from action_plan",
      ["run-succeeded-without-plan 1"],
    ],
    ["runs", "update run set state = 'DISCARDED' where state = 'SUCCEEDED'", ["run-plan-without-success 1"]],
    ["runs", "delete from dead_letter", ["run-dead-without-letter 1"]],
    ["audits", "update audit set state = 'CANCELLED'", ["audit-over-with-open-run 1"]],
    [
      "dead_letters",
      "update event set fate = 'DISCARDED' where audit_id is null",
      ["letter-of-other-fate 1"],
    ],
    [
      "dead_letters",
      "update dead_letter set run_id = gen_random_uuid() where kind = 'run'",
      ["letter-of-other-run 1"],
    ],
    ["dead_letters", "update dead_letter set resolution = 'REPLAYED'", ["letter-replayed-by-nothing 2"]],
  ])("%s: finds what %s breaks", async (part, plant, wanted) => {
    await everything();
    for (const statement of plant.split("; ")) await query(statement);
    expect(await rulesOf(part)).toEqual(wanted);
  });

  test("finds two open runs and two plans where the indexes that forbid them are gone", async () => {
    await everything();
    await query("drop index run_one_open_unique");
    await query(
      "insert into run (run_id, audit_id, state, cause, seed) select gen_random_uuid(), id, 'DUE', 'EVENT', 1 from audit",
    );
    await query("alter table action_plan drop constraint action_plan_run_id_unique");
    await query(
      `insert into action_plan (uuid, audit_id, strategy_id, run_id, state)
       select gen_random_uuid(), audit_id, strategy_id, run_id, state from action_plan`,
    );
    expect(await rulesOf("audits")).toEqual(["audit-with-two-open-runs 1"]);
    expect(await rulesOf("runs")).toEqual(["run-with-two-plans 1"]);
    await query("truncate audit, event, run, action_plan, action restart identity cascade");
    await query("create unique index run_one_open_unique on run (audit_id) where state in ('DUE', 'LIVE')");
    await query("alter table action_plan add constraint action_plan_run_id_unique unique (run_id)");
  });

  test("walks in steps, names some of many, and does not follow what comes meanwhile", async () => {
    await query(
      `insert into event (event_id, fate, occurrence_key, base_hash, exact, request_id, format, body_parse, current, body,
         sender, audit_ident, stream_sequence, stream_time, received_at)
       select gen_random_uuid(), case when n % 4 = 0 then 'DEAD_LETTER' else 'FILTERED' end, n::text, n::text, true, '',
         'aodh', 'ok', 'ok', '', '{}', '', 0, now(), now() from generate_series(1, 12000) n`,
    );
    const first = await verify.verifyLedger({ part: "events", after: "0", upTo: "0" });
    expect(first).toMatchObject({ rows: 5_000, nextAfter: "5000", upTo: "12000" });
    expect(first.findings![0]!.ids).toHaveLength(20);
    await everything();
    const last = await verify.verifyLedger({ part: "events", after: "10000", upTo: "12000" });
    expect(last).toMatchObject({ rows: 2_000, nextAfter: "0" });
    const all = await walk("events");
    expect(all).toMatchObject({ rows: 12_007, steps: 3 });
    expect(all.findings.map(({ rule, count, ids }) => [rule, count, ids.length])).toEqual([
      ["event-dead-without-letter", 3_000, 20],
      ["event-without-reason", 12_000, 20],
    ]);
  });
});

function accepted(): AcceptedEvent {
  const key = createHash("sha256").update(randomUUID()).digest("hex");
  return {
    schema: 1,
    eventId: uuidOfHash(key),
    auditUuid: "",
    auditIdent: "nobody",
    occurrenceKey: key,
    baseHash: key,
    exact: true,
    receivedAtMs: Date.now(),
    requestId: "",
    format: "aodh",
    bodyParse: "ok",
    current: "alarm",
    sender: {},
    contentType: "",
  };
}

const keep = ({ eventId }: { eventId: string }) => world.ingest(event("", { eventId, auditIdent: "nobody" }));

describe("the stream", () => {
  const step = (after = 0, upTo = 0) => verify.verifyStream({ after: String(after), upTo: String(upTo) });
  const body = new TextEncoder().encode("{}");

  test("acknowledged messages are in the ledger, others wait; what is missing is named", async () => {
    expect(await step()).toMatchObject({ messages: 0, upTo: 0, waiting: 0, nextAfter: 0, findings: [] });
    const sent = Array.from({ length: 6 }, accepted);
    for (const one of sent) await publisher.publish(one, body);
    await bus.connection().jetstream().publish("vigil.events.unresolved", "no event at all");
    expect(await step()).toMatchObject({ messages: 0, waiting: 7, stored: 7, outOfTurn: 0 });
    const lost = sent[2]!.eventId;
    const consumer = await consumeEvents(bus, {
      maxInFlight: 4,
      handle: async (events) => {
        for (const { event: one } of events) if (one.eventId !== lost) await keep(one);
      },
      onPoison: async ({ sequence, timeMs }) => {
        const key = misfitKey(sequence, timeMs, (data) => createHash("sha256").update(data).digest("hex"));
        await keep({ eventId: uuidOfHash(key) });
      },
    });
    await until("all are acknowledged", async () => (await step()).waiting === 0);
    await consumer.stop();
    const { findings, ...counts } = await step();
    expect(counts).toEqual({ messages: 7, upTo: 7, waiting: 0, stored: 7, outOfTurn: 0, nextAfter: 0 });
    expect(findings).toMatchObject([
      { rule: "message-not-in-ledger", count: 1, ids: [`sequence 3 (event ${lost})`] },
    ]);
    expect(await step(3, 5)).toMatchObject({ messages: 2, upTo: 5, nextAfter: 0, findings: [] });
    await keep({ eventId: lost });
    expect((await step()).findings).toEqual([]);
    // What has made room is not looked for.
    await (await bus.manager()).streams.purge("VIGIL_EVENTS");
    expect(await step()).toMatchObject({ messages: 0, upTo: 7, findings: [] });
  });
});

describe("the spools", () => {
  test("of no edge, and of those that answer in words that are understood", async () => {
    expect(await verify.verifySpools({})).toEqual({ spools: [] });
    const known = accepted();
    await keep(known);
    const spool = {
      edge: "host-b",
      records: 3,
      bytes: 900,
      oldestMs: 12.7,
      refused: 1,
      journaled: 0,
      unreadable: 2,
    };
    const ids = [known.eventId, randomUUID(), "no uuid"];
    const edges = [
      answerAll(bus, "spool", async () => ({ ...spool, ids })),
      answerAll(bus, "spool", async () => ({ edge: "host-a", records: -1, more: true })),
      answerAll(bus, "spool", async () => "what?"),
    ];
    // What edges of the release before do not say.
    const silent = { version: "", clockAheadMs: 0 };
    await bus.connection().flush();
    const { spools } = await verify.verifySpools({});
    for (const edge of edges) edge.stop();
    expect(spools).toEqual([
      {
        ...{ edge: "host-a", records: 0, bytes: 0, oldestMs: 0, refused: 0, journaled: 0 },
        ...{ unreadable: 0, recorded: 0, ...silent },
      },
      { ...spool, oldestMs: 12, recorded: 1, ...silent },
    ]);
  });
});
