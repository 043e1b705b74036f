/** The watch between a real PostgreSQL, which is restored from backups, and a real NATS, which loses its streams. */

import { randomBytes, randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Bus,
  connectBus,
  consumeEvents,
  createEventPublisher,
  createModelStore,
  ensureTopology,
  readAuditIndex,
  readLedgerSign,
} from "@vigil/bus";
import { type AcceptedEvent, VigilError } from "@vigil/core";
import { type RunningServer, startNats } from "@vigil/embedded";
import { startTestPostgres, type TestPostgres, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, rows, rowsOnce } from "../database/transaction.ts";
import { rebuildIndex } from "../outbox/index-rebuild.ts";
import { OutboxRelay } from "../outbox/relay.ts";
import { ledgerIdsOf } from "../verify/message-ids.ts";
import { BrokerOwner } from "./broker-owner.ts";
import { BrokerWatch } from "./broker-watch.ts";
import { raiseCount } from "./marks.ts";

let postgres: TestPostgres;
let nats: RunningServer;
let bus: Bus;
let orm: MikroORM;
const opened: MikroORM[] = [];
const loud: string[] = [];
const quiet = () => undefined;
const logger = {
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (fields: unknown, message?: string) => void loud.push(message ?? String(fields)),
  fatal: quiet,
  child: () => logger,
};

beforeAll(async () => {
  [postgres, nats] = await Promise.all([startTestPostgres(), startNats({ keepData: false })]);
  bus = await connectBus({ servers: nats.url, name: "test", logger });
});
afterAll(async () => {
  await bus?.close();
  await nats?.stop();
  await postgres?.stop();
});

beforeEach(async () => {
  const manager = await bus.manager();
  for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
  await ensureTopology(bus);
  orm = await prepared();
  loud.length = 0;
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function prepared(): Promise<MikroORM> {
  const database = await open(await postgres.newDatabase());
  await prepareDatabase(database, {
    goals: [{ name: "dummy", displayName: "Dummy", efficacySpecification: [] }],
    strategies: [],
  });
  return database;
}

async function open(url: string): Promise<MikroORM> {
  const database = await openDatabase(url);
  opened.push(database);
  return database;
}

/** A copy of the database as it is now. Nobody may be connected meanwhile. */
async function backup(): Promise<string> {
  const [{ name }] = (await query("select current_database() as name")) as [{ name: string }];
  const copy = new URL(await postgres.newDatabase());
  const [, admin] = [await orm.close(), await open(copy.href)];
  const url = new URL(copy);
  url.pathname = "/postgres";
  await admin.close();
  const server = await open(url.href);
  const copyName = copy.pathname.slice(1);
  await rowsOnce(autoCommit(server), `drop database "${copyName}"`, []);
  await rowsOnce(autoCommit(server), `create database "${copyName}" template "${name}"`, []);
  url.pathname = `/${name}`;
  orm = await open(url.href);
  return copy.href;
}

const query = (text: string, values: unknown[] = []) => rows(autoCommit(orm), text, values);

function watch(indexIsDue: () => void = quiet): BrokerWatch {
  return new BrokerWatch({ orm, bus, logger, indexIsDue, owner: ownerOf(orm) });
}

function ownerOf(database: MikroORM, takeBrokerFrom = ""): BrokerOwner {
  return new BrokerOwner({ orm: database, bus, logger, takeBrokerFrom });
}

async function addAudit(name: string): Promise<string> {
  const uuid = randomUUID();
  await query(
    `insert into audit (uuid, name, audit_type, state, goal_id) values ($1, $2, 'EVENT', 'PENDING', (select id from goal))`,
    [uuid, name],
  );
  return uuid;
}

function event(): AcceptedEvent {
  const key = randomUUID();
  return {
    schema: 1,
    eventId: randomUUID(),
    auditUuid: randomUUID(),
    auditIdent: "audit",
    occurrenceKey: key,
    baseHash: key,
    exact: true,
    receivedAtMs: 1,
    requestId: "",
    format: "generic",
    bodyParse: "ok",
    current: "",
    sender: {},
    contentType: "",
  };
}

const INSERT_EVENT = `insert into event (event_id, fate, occurrence_key, base_hash, exact, request_id, format, body_parse,
  current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
values ($1::uuid, 'DISCARDED', $1::text, '', true, '', '', '', '', '', '{}', '', 0, now(), now())
on conflict (event_id) do nothing`;

/** Publishes events and takes what the stream delivers into the ledger, until all have been there. */
async function handle(events: readonly AcceptedEvent[], expected = events.length): Promise<string[]> {
  const publisher = createEventPublisher(bus);
  for (const each of events) await publisher.publish(each, new Uint8Array(10));
  publisher.close();
  const delivered: string[] = [];
  const consumer = await consumeEvents(bus, {
    maxInFlight: 4,
    onPoison: async () => undefined,
    handle: async (received) => {
      for (const { event } of received) {
        await query(INSERT_EVENT, [event.eventId]);
        delivered.push(event.eventId);
      }
    },
  });
  await until("all delivered", () => delivered.length >= expected);
  await until("all acknowledged", async () => {
    const { num_ack_pending } = await (await bus.manager()).consumers.info("VIGIL_EVENTS", "workers");
    return num_ack_pending === 0;
  });
  await consumer.stop();
  return delivered;
}

async function inLedger(): Promise<number> {
  const [row] = (await query("select count(*)::int as n from event")) as [{ n: number }];
  return row.n;
}

describe("a database restored from a backup", () => {
  test("gets every event again, once; audits of other versions and unknown ones are told of", async () => {
    const kept = await addAudit("kept");
    await rebuildIndex(orm, bus, new AbortController().signal);
    await handle([event(), event()]);
    await watch().look();
    const copy = await backup();

    const late = await addAudit("late");
    await query("update audit set name = 'renamed', version = 5 where uuid = $1", [kept]);
    await rebuildIndex(orm, bus, new AbortController().signal);
    await handle([event(), event(), event()]);
    await watch().look();
    expect(loud).toEqual([]);

    orm = await open(copy);
    await query(
      `insert into run (run_id, audit_id, state, cause, seed, token) select gen_random_uuid(), id, 'LIVE', 'EVENT', 1, 3 from audit`,
    );
    // Something new is handled before anybody looks: the count tells all the same.
    await handle([event()]);
    expect(await inLedger()).toBe(3);
    await watch().look();
    expect(loud.filter((text) => text.includes("OLDER THAN THE EVENT STREAM"))).toHaveLength(1);
    expect(await handle([], 6)).toHaveLength(6);
    expect(await inLedger()).toBe(6);
    const [run] = (await query("select token::int as token from run")) as [{ token: number }];
    expect(run.token).toBe(1_000_003);

    const relay = new OutboxRelay({ orm, bus, logger, ensureOurs: () => ownerOf(orm).ensureOurs() });
    relay.start();
    const index = async (uuid: string) => (await readAuditIndex(bus)).find((entry) => entry.uuid === uuid);
    await until("the name of the backup", async () => (await index(kept))?.name === "kept");
    await relay.stop();
    expect(await index(kept)).toMatchObject({ version: "6", deleted: false });
    expect(await index(late)).toMatchObject({ deleted: true });

    // And that was it: further looks have nothing to say.
    loud.length = 0;
    await watch().look();
    await watch().look();
    expect(loud).toEqual([]);
  });

  test("is found out by the newest event, too; several who look at once act once", async () => {
    await handle([event()]);
    await watch().look();
    const copy = await backup();
    await handle([event(), event()]);
    orm = await open(copy);
    await Promise.all([watch().look(), watch().look(), watch().look()]);
    expect(loud.filter((text) => text.includes("OLDER THAN THE EVENT STREAM"))).toHaveLength(1);
    expect(await handle([], 3)).toHaveLength(3);
    expect(await inLedger()).toBe(3);
    await watch().look();
    expect(loud.filter((text) => text.includes("OLDER THAN THE EVENT STREAM"))).toHaveLength(1);
  });
});

describe("a database that was never restored", () => {
  test("is not taken for a backup after messages that the ledger has by their place", async () => {
    await handle([event()]);
    await watch().look();
    const before = await query("select value from broker_mark where name = 'count'");
    const publisher = createEventPublisher(bus);
    for (const eventId of ["no UUID at all", "10f40b96-0bcb-0bd9-8aa4-1b3a4a9d1e26"]) {
      await publisher.publish({ ...event(), eventId }, new Uint8Array(1));
    }
    publisher.close();
    let handled = 0;
    const consumer = await consumeEvents(bus, {
      maxInFlight: 1,
      handle: async ([first]) => {
        const { sequence, timeMs } = first!.delivery;
        const [misfit] = ledgerIdsOf({ sequence, timeMs, eventId: undefined });
        await query(INSERT_EVENT, [misfit]);
        handled++;
      },
      onPoison: async () => undefined,
    });
    await until("both handled", () => handled === 2);
    await until("all acknowledged", async () => {
      const { num_ack_pending } = await (await bus.manager()).consumers.info("VIGIL_EVENTS", "workers");
      return num_ack_pending === 0;
    });
    await consumer.stop();
    await watch().look();
    expect(loud).toEqual([]);
    expect(await query("select value from broker_mark where name = 'count'")).not.toEqual(before);
  });

  test("keeps its count when a process that lost its lock raises an older one", async () => {
    const sql = autoCommit(orm);
    expect(await raiseCount(sql, "0", "1")).toBe(true);
    expect(await raiseCount(sql, "0", "1")).toBe(false);
    expect(await raiseCount(sql, "1", "2")).toBe(true);
    expect(await raiseCount(sql, "1", "2")).toBe(false);
    expect(await raiseCount(sql, "2", "3")).toBe(true);
    expect(await query("select value from broker_mark where name = 'count'")).toEqual([{ value: "3" }]);
  });
});

describe("a second Vigil on the same broker", () => {
  const sign = () => readLedgerSign(bus);

  test("keeps off, says so and what to do; told to take the broker it does, and the first one keeps off", async () => {
    await handle([event(), event()]);
    await watch().look();
    const before = await sign();
    const first = orm;
    orm = await prepared();
    await addAudit("of the second");
    const owner = ownerOf(orm);
    const relay = new OutboxRelay({ orm, bus, logger, ensureOurs: () => owner.ensureOurs() });
    relay.start();
    await until("the outbox to refuse", () => relay.readiness().detail?.includes("another Vigil"));
    await new BrokerWatch({ orm, bus, logger, indexIsDue: quiet, owner }).look();
    await relay.stop();
    expect(await sign()).toEqual(before);
    expect(await readAuditIndex(bus)).toEqual([]);
    expect(loud).toEqual([
      expect.stringContaining("NOTHING IS SERVED: this broker holds the streams of another"),
    ]);
    expect(owner.readiness()).toMatchObject({
      ready: false,
      detail: expect.stringContaining(`${before.database}`),
    });
    expect(() => owner.check()).toThrow("VIGIL_TAKE_BROKER_FROM");
    expect(await inLedger()).toBe(0);

    const taking = ownerOf(orm, before.database);
    await new BrokerWatch({ orm, bus, logger, indexIsDue: quiet, owner: taking }).look();
    expect(taking.readiness()).toMatchObject({ ready: true });
    expect((await sign()).database).not.toBe(before.database);
    // It has what the stream still held, and the setting may stay.
    expect(await handle([], 2)).toHaveLength(2);
    expect(await ownerOf(orm, before.database).compare()).toBe((await sign()).database);
    expect(await ownerOf(first).compare()).toBeUndefined();
  });

  test("is not what a backup of a release without ids is taken for", async () => {
    await handle([event()]);
    await watch().look();
    const { database } = await sign();
    await query("delete from broker_mark where name = 'database'");
    expect(await ownerOf(orm).compare()).toBe(database);
    // One that has seen another broker is another Vigil's.
    await query("delete from broker_mark where name = 'database'");
    await query("update broker_mark set value = '{}' where name = 'streams'");
    expect(await ownerOf(orm).compare()).toBeUndefined();
  });
});

test("a stream that is full behind an event that nobody can handle is freed of what the ledger has", async () => {
  const topology = { eventsBytesMax: 100_000 };
  await ensureTopology(bus, topology);
  const stuck = event();
  const publisher = createEventPublisher(bus);
  let published = 0;
  for (let next = stuck; next !== undefined; published++) {
    const isTaken = await publisher.publish(next, new Uint8Array(1_000)).then(
      () => true,
      () => false,
    );
    if (!isTaken) break;
    next = event();
  }
  publisher.close();
  const consumer = await consumeEvents(bus, {
    maxInFlight: 4,
    topology,
    onPoison: async () => undefined,
    handle: async ([first]) => {
      if (first?.event.eventId === stuck.eventId) throw new VigilError("unavailable", "not this one");
      await query(INSERT_EVENT, [first?.event.eventId]);
    },
  });
  await until("all others", async () => (await inLedger()) === published - 1);
  await watch().look();
  await consumer.stop();
  const { state } = await (await bus.manager()).streams.info("VIGIL_EVENTS");
  expect(state).toMatchObject({ first_seq: 1, messages: 1 });
  expect(loud).toEqual([]);
});

describe("a broker that lost streams", () => {
  const SNAPSHOT_BYTES = 3 * 1024 * 1024 + 77;

  test("gets the newest model again, from the database, and the index is due", async () => {
    await addAudit("any");
    const store = createModelStore(bus);
    const bytes = randomBytes(SNAPSHOT_BYTES);
    const hash = await store.put(bytes);
    await store.setHead("compute", { hash, importedAt: "2026-01-01T00:00:00Z", details: { nodes: 3 } });
    await watch().look();
    expect(loud).toEqual([]);

    const manager = await bus.manager();
    for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
    await ensureTopology(bus);
    loud.length = 0;
    let due = 0;
    await watch(() => due++).look();
    expect(due).toBe(1);
    expect(loud[0]).toContain("THE BROKER LOST STREAMS");
    expect(await store.head("compute")).toMatchObject({ hash, details: { nodes: 3 } });
    expect(Buffer.from(await store.get(hash)).equals(bytes)).toBe(true);

    loud.length = 0;
    await watch().look();
    expect(loud).toEqual([]);
  });

  test("only the bytes of the newest model lost: they are put back", async () => {
    const store = createModelStore(bus);
    const hash = await store.put(randomBytes(1_000));
    await store.setHead("compute", { hash, importedAt: "2026-01-01T00:00:00Z" });
    await watch().look();
    await (await bus.manager()).streams.purge("OBJ_vigil_models");
    await watch().look();
    expect((await store.get(hash)).byteLength).toBe(1_000);
  });

  test("snapshots that no run needs go, in both places; named ones stay and come back", async () => {
    await addAudit("any");
    const store = createModelStore(bus);
    const hashes: string[] = [];
    for (let n = 0; n < 3; n++) {
      const hash = await store.put(randomBytes(100));
      await store.setHead("compute", { hash, importedAt: `2026-01-0${n + 1}T00:00:00Z` });
      await watch().look();
      hashes.push(hash);
    }
    const [unused, named, newest] = hashes as [string, string, string];
    await query("update model_snapshot set headed_at = now() - interval '3 days'");
    await query(
      `insert into run (run_id, audit_id, state, cause, seed, snapshot_hash, finished_at)
       select gen_random_uuid(), id, 'SUCCEEDED', 'EVENT', 1, $1, now() - interval '3 days' from audit`,
      [named],
    );
    await watch().look();
    await expect(store.get(unused)).rejects.toThrow("it is no longer kept");
    expect(await query("select hash from model_snapshot order by id")).toEqual([
      { hash: named },
      { hash: newest },
    ]);

    await (await bus.manager()).streams.delete("OBJ_vigil_models");
    await ensureTopology(bus);
    await watch().look();
    for (const hash of [named, newest]) expect((await store.get(hash)).byteLength).toBe(100);
  });
});
