import { randomUUID } from "node:crypto";
import { until } from "@vigil/testkit";
import { AckPolicy, DiscardPolicy, millis, nanos, StorageType } from "nats";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import { onMissing } from "./missing.ts";
import { createEventPublisher } from "./publisher.ts";
import { TestBroker, testEvent } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

let broker: TestBroker;
let bus: Bus;

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
});
afterAll(() => broker.end());

beforeEach(() => broker.deleteStreams(bus));

async function storeEvents(n: number): Promise<void> {
  const publisher = createEventPublisher(bus);
  for (let i = 0; i < n; i++) await publisher.publish(testEvent(randomUUID()), new Uint8Array(100));
  publisher.close();
}

describe("ensureTopology", () => {
  test("makes everything with the settings of the design", async () => {
    await ensureTopology(bus);
    const manager = await bus.manager();
    const { config } = await manager.streams.info("VIGIL_EVENTS");
    expect(config).toMatchObject({
      subjects: ["vigil.events.>"],
      storage: "file",
      retention: "limits",
      discard: "new",
    });
    expect(config.max_age).toBe(0);
    expect(millis(config.duplicate_window)).toBeGreaterThanOrEqual(600_000);
    const consumer = (await manager.consumers.info("VIGIL_EVENTS", "workers")).config;
    expect(consumer).toMatchObject({ ack_policy: "explicit", max_deliver: -1 });
    expect(millis(consumer.ack_wait ?? 0)).toBe(30_000);
    for (const name of ["VIGIL_CHANGES", "KV_vigil_audits", "KV_vigil_heads", "OBJ_vigil_models"]) {
      await manager.streams.info(name);
    }
  });

  test("on an empty broker it says one quiet line, of what was there before and is gone it speaks up", async () => {
    const fresh = await broker.connect();
    broker.log.lines.length = 0;
    await ensureTopology(fresh);
    await ensureTopology(fresh);
    expect(broker.log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "info streams were made on the broker",
    ]);
    const manager = await fresh.manager();
    await manager.consumers.delete("VIGIL_EVENTS", "workers");
    await manager.streams.delete("KV_vigil_audits");
    await ensureTopology(fresh);
    const loud = broker.log.lines.filter(({ level }) => level === "error");
    expect(loud.map(({ fields }) => fields)).toEqual([{ name: "KV_vigil_audits" }, { name: "workers" }]);
  });

  test("a stream that the broker is still deleting is made after that, and what it then stores can be read", async () => {
    await ensureTopology(bus);
    const manager = await bus.manager();
    // The broker answers the requests of one connection one after the other; this one deletes while `bus` looks.
    const deleting = await (await broker.connect()).manager();
    await storeEvents(200);
    // Each makes the deletion longer, between the list and the files.
    for (let i = 0; i < 50; i++) {
      await manager.consumers.add("VIGIL_EVENTS", { durable_name: `c${i}`, ack_policy: AckPolicy.Explicit });
    }
    const deletion = deleting.streams.delete("VIGIL_EVENTS");
    await until("the stream off the list", async () => {
      for (let look = 0; look < 1_000; look++) {
        const there = await manager.streams.info("VIGIL_EVENTS").catch(() => undefined);
        if (there === undefined) return true;
      }
      return false;
    });
    await ensureTopology(bus);
    await deletion;
    await storeEvents(20);
    const consumer = await bus.connection().jetstream().consumers.get("VIGIL_EVENTS", "workers");
    let read = 0;
    for await (const message of await consumer.fetch({ max_messages: 20, expires: 5_000 })) {
      message.ack();
      read++;
    }
    expect(read).toBe(20);
  });

  test("who may only look makes nothing, and says what is missing", async () => {
    const look = () => ensureTopology(bus, { lookOnly: true });
    await expect(look()).rejects.toThrow(/stream VIGIL_EVENTS is missing.*a process with the role state/);
    await ensureTopology(bus);
    const manager = await bus.manager();
    await manager.consumers.delete("VIGIL_EVENTS", "workers");
    await expect(look()).rejects.toThrow(/consumer workers of VIGIL_EVENTS is missing/);
    await expect(manager.consumers.info("VIGIL_EVENTS", "workers")).rejects.toThrow("not found");
    await ensureTopology(bus);
    await look();
  });

  test("whoever finds a stream missing says so to those who can make it again", async () => {
    const publisher = createEventPublisher(bus);
    const reported = Promise.withResolvers<void>();
    const listening = onMissing(bus, reported.resolve);
    await expect(publisher.publish(testEvent("early"), new Uint8Array())).rejects.toThrow("no stream");
    await reported.promise;
    listening.stop();
    publisher.close();
  });

  test("may be called by several processes at once, and again", async () => {
    const others = await Promise.all([broker.connect(), broker.connect(), broker.connect()]);
    await Promise.all(others.map((other) => ensureTopology(other)));
    await ensureTopology(bus);
  });

  test("changes settings that differ, and says so", async () => {
    await ensureTopology(bus);
    await ensureTopology(bus, { eventsBytesMax: 5_000_000 });
    const { config } = await (await bus.manager()).streams.info("VIGIL_EVENTS");
    expect(config.max_bytes).toBe(5_000_000);
    expect(broker.log.has("settings of a stream differed")).toBe(true);
  });

  test("takes the age limit of an earlier release from a stream: what nobody has taken stays", async () => {
    const AGE_MAX_MS = 4_000;
    await ensureTopology(bus);
    const manager = await bus.manager();
    const { config } = await manager.streams.info("VIGIL_EVENTS");
    const limits = { max_age: nanos(AGE_MAX_MS), duplicate_window: nanos(AGE_MAX_MS) };
    await manager.streams.update("VIGIL_EVENTS", { ...config, ...limits });
    await storeEvents(3);
    await ensureTopology(bus);
    let stored = 3;
    await until("messages that are older than it", async () => {
      await storeEvents(1);
      stored++;
      const { state } = await manager.streams.info("VIGIL_EVENTS");
      return (
        Date.parse(state.last_ts) - Date.parse(state.first_ts) > 2 * AGE_MAX_MS || state.messages < stored
      );
    });
    const { state } = await manager.streams.info("VIGIL_EVENTS");
    expect(state).toMatchObject({ first_seq: 1, messages: stored });
  });

  test("reports what can't be changed", async () => {
    await (await bus.manager()).streams.add({
      name: "VIGIL_EVENTS",
      subjects: ["vigil.events.>"],
      storage: StorageType.Memory,
      discard: DiscardPolicy.New,
    });
    await expect(ensureTopology(bus)).rejects.toMatchObject({
      kind: "illegal-state",
      message: expect.stringMatching(/VIGIL_EVENTS.*storage: "memory", wanted "file"/),
    });
  });

  test("replicas on a single server are refused with advice", async () => {
    await expect(ensureTopology(bus, { replicas: 3 })).rejects.toMatchObject({
      kind: "invalid-input",
      message: expect.stringContaining("Set replicas to 1"),
    });
  });

  test("without a broker it fails as unavailable", async () => {
    const lonely = await TestBroker.start();
    const other = await lonely.connect();
    await lonely.stop();
    await expect(ensureTopology(other)).rejects.toMatchObject({ kind: "unavailable" });
    await lonely.end();
  });
});
