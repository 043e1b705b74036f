import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Bus,
  type Change,
  connectBus,
  ensureTopology,
  openAuditIndex,
  readAuditIndex,
  subscribeChanges,
} from "@vigil/bus";
import { type RunningServer, startNats } from "@vigil/embedded";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, inTransaction, rows } from "../database/transaction.ts";
import { OutboxRelay } from "./relay.ts";

/** The relay between a real PostgreSQL and a real NATS. */

const logger = createLogger({ role: "state", level: "silent" });
const closers: (() => unknown)[] = [];
let postgres: TestPostgres;
let nats: RunningServer;
let natsFolder: string;
let natsPort: number;
let orm: MikroORM;
let bus: Bus;

beforeAll(async () => {
  postgres = await startTestPostgres();
  natsFolder = mkdtempSync(join(tmpdir(), "vigil-relay-"));
  nats = await startNats({ keepData: true, dir: natsFolder });
  natsPort = Number(new URL(nats.url).port);
});

afterAll(async () => {
  await nats?.stop();
  await postgres?.stop();
  rmSync(natsFolder, { recursive: true, force: true });
});

beforeEach(async () => {
  orm = await openDatabase(await postgres.newDatabase());
  await prepareDatabase(orm, {
    goals: [{ name: "dummy", displayName: "Dummy", efficacySpecification: [] }],
    strategies: [],
  });
  bus = await newBus();
  await ensureTopology(bus);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await bus.close();
  await orm.close();
});

function newBus(): Promise<Bus> {
  return connectBus({ servers: nats.url, name: "relay test", logger });
}

function newRelay(): OutboxRelay {
  const relay = new OutboxRelay({ orm, bus, logger, ensureOurs: async () => undefined });
  relay.start();
  closers.push(() => relay.stop());
  return relay;
}

interface Row {
  uuid?: string;
  version?: number;
  indexEntry?: object;
}

async function commit(outbox: Row[]): Promise<string[]> {
  return inTransaction(orm, async (sql) => {
    const ids: string[] = [];
    for (const { uuid = randomUUID(), version = 1, indexEntry } of outbox) {
      const [row] = await rows<{ id: string }>(
        sql,
        `insert into outbox (kind, uuid, version, data, index_entry) values ('audit', $1, $2, '{"state": "PENDING"}', $3::jsonb)
         returning id::text as id`,
        [uuid, version, indexEntry ? JSON.stringify(indexEntry) : null],
      );
      ids.push(row!.id);
    }
    return ids;
  });
}

const left = async () => (await rows(autoCommit(orm), "select 1 from outbox", [])).length;

function indexEntry(uuid: string, version = "1", over = {}) {
  return {
    uuid,
    id: "1",
    name: `audit ${uuid}`,
    type: "EVENT",
    state: "PENDING",
    version,
    deleted: false,
    ...over,
  };
}

/** Changes of this test's own audits, as they come. */
function follow(uuids: readonly string[]): Change[] {
  const seen: Change[] = [];
  const stop = new AbortController();
  const reading = (async () => {
    for await (const { change } of subscribeChanges(bus, { afterSequence: 0, signal: stop.signal })) {
      if (uuids.includes(change.uuid)) seen.push(change);
    }
  })();
  closers.push(async () => {
    stop.abort();
    await reading;
  });
  return seen;
}

async function lookup(ident: string) {
  const reader = await newBus();
  const index = await openAuditIndex(reader);
  closers.push(async () => {
    await index.close();
    await reader.close();
  });
  return index.lookup(ident);
}

describe("the outbox relay", () => {
  test("publishes each row once, however many relays there are, and deletes it", async () => {
    const uuids = Array.from({ length: 600 }, () => randomUUID());
    const seen = follow(uuids);
    const first = newRelay();
    newRelay();
    newRelay();
    const ids = await commit(uuids.map((uuid) => ({ uuid })));
    first.notifyCommitted();
    expect(await first.whenPublished(ids, 10_000)).toBe(true);
    expect(await left()).toBe(0);
    await expect.poll(() => seen.length, { timeout: 5_000 }).toBe(600);
    expect(new Set(seen.map(({ uuid }) => uuid)).size).toBe(600);
    expect(seen[0]).toMatchObject({
      kind: "audit",
      version: "1",
      data: { state: "PENDING" },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
    });
  });

  test("an audit is in the index when whenPublished answers; an older version does not come back", async () => {
    const relay = newRelay();
    const uuid = randomUUID();
    const ids = await commit([
      { uuid, version: 2, indexEntry: indexEntry(uuid, "2", { state: "SUSPENDED" }) },
      { uuid, version: 1, indexEntry: indexEntry(uuid) },
    ]);
    relay.notifyCommitted();
    expect(await relay.whenPublished(ids, 5_000)).toBe(true);
    expect(await lookup(uuid)).toMatchObject({ found: { version: "2", state: "SUSPENDED" } });
  });

  test("rows that another process left behind are found without a word", async () => {
    const relay = newRelay();
    await expect.poll(() => relay.readiness().ready).toBe(true);
    const ids = await commit([{}]);
    expect(await relay.whenPublished(ids, 5_000)).toBe(true);
  });

  test("NATS gone: rows wait and readiness says so; NATS back: they are published", async () => {
    const relay = newRelay();
    await expect.poll(() => relay.readiness().ready).toBe(true);
    await nats.stop();
    await expect.poll(() => bus.status().connected).toBe(false);
    const uuid = randomUUID();
    const ids = await commit([{ uuid, indexEntry: indexEntry(uuid) }]);
    relay.notifyCommitted();
    expect(await relay.whenPublished(ids, 50)).toBe(false);
    await expect
      .poll(() => relay.readiness(), { timeout: 5_000 })
      .toMatchObject({
        name: "outbox",
        ready: false,
        detail: expect.stringContaining("NATS"),
      });
    nats = await startNats({ keepData: true, dir: natsFolder, port: natsPort });
    expect(await relay.whenPublished(ids, 10_000)).toBe(true);
    await expect.poll(() => relay.readiness().ready, { timeout: 5_000 }).toBe(true);
    expect(await lookup(uuid)).toMatchObject({ found: { uuid } });
  });

  test("at start the index gets every live audit, also those whose rows were published long ago", async () => {
    // More than are read at once, and ids of more digits than others.
    const made = await rows<{ uuid: string }>(
      autoCommit(orm),
      `insert into audit (uuid, name, audit_type, state, goal_id, version)
       select gen_random_uuid(), 'old ' || n || $1::text, 'EVENT', 'PENDING', 1, 7 from generate_series(1, 1100) n returning uuid`,
      [randomUUID()],
    );
    newRelay();
    const missing = async () => {
      const indexed = new Map((await readAuditIndex(bus)).map((entry) => [entry.uuid, entry]));
      return made.filter(({ uuid }) => indexed.get(uuid)?.version !== "7").length;
    };
    await expect.poll(missing, { timeout: 30_000 }).toBe(0);
    expect(await lookup(made[0]!.uuid)).toMatchObject({
      found: { version: "7", deleted: false, type: "EVENT" },
    });
  });

  test("stops within moments, with or without work", async () => {
    const relay = new OutboxRelay({ orm, bus, logger, ensureOurs: async () => undefined });
    relay.start();
    await commit(Array.from({ length: 300 }, () => ({})));
    relay.notifyCommitted();
    const begun = performance.now();
    await relay.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
