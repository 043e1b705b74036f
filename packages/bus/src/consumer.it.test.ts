import { type AcceptedEvent, VigilError } from "@vigil/core";
import { until } from "@vigil/testkit";
import { headers as newHeaders } from "nats";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import {
  consumeEvents,
  type EventConsumer,
  type EventConsumerOptions,
  type EventDelivery,
  type PoisonMessage,
} from "./consumer.ts";
import { createEventPublisher, type EventPublisher } from "./publisher.ts";
import { TestBroker, testEvent } from "./testing/broker.ts";
import { ACK_WAIT_MS, ensureTopology } from "./topology.ts";

const BODY = new TextEncoder().encode("{}");
let broker: TestBroker;
let bus: Bus;
let publisher: EventPublisher;
const started: EventConsumer[] = [];

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
  publisher = createEventPublisher(bus);
});
afterAll(async () => {
  publisher.close();
  await broker.end();
});

beforeEach(async () => {
  await until("the connection", () => bus.status().connected);
  const manager = await bus.manager();
  await manager.streams.delete("VIGIL_EVENTS").catch(() => undefined);
  await ensureTopology(bus);
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((consumer) => consumer.stop()));
});

/** As an application handles a single event. */
type HandleOne = (event: AcceptedEvent, body: Uint8Array, delivery: EventDelivery) => Promise<void>;

interface Start extends Partial<Omit<EventConsumerOptions, "handle">> {
  handle?: HandleOne;
  handleAll?: EventConsumerOptions["handle"];
}

async function start({ handle, handleAll, ...over }: Start = {}, connection = bus) {
  const onPoison = () => Promise.reject(new Error("no poison expected"));
  const oneByOne: EventConsumerOptions["handle"] = async (events) => {
    for (const { event, body, delivery } of events) await handle?.(event, body, delivery);
  };
  const options = { maxInFlight: 8, handle: handleAll ?? oneByOne, onPoison, ...over };
  const consumer = await consumeEvents(connection, options);
  started.push(consumer);
  return consumer;
}

async function publish(keys: string[], auditUuid = "audit-a"): Promise<void> {
  await Promise.all(keys.map((key) => publisher.publish(testEvent(key, { auditUuid }), BODY)));
}

function keysOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
}

async function consumerInfo() {
  return (await bus.manager()).consumers.info("VIGIL_EVENTS", "workers");
}

async function unacknowledged(): Promise<number> {
  const info = await consumerInfo();
  return info.num_pending + info.num_ack_pending;
}

const allAcknowledged = () => until("all acknowledged", async () => (await unacknowledged()) === 0);

describe("handling", () => {
  test("gives event, body and place in the stream, then acknowledges", async () => {
    const body = new Uint8Array([0, 255, 10]);
    const seen: unknown[] = [];
    const consumer = await start({
      handle: async (event, bytes, delivery) => {
        seen.push([event.occurrenceKey, [...bytes], delivery.sequence, delivery.redelivered]);
        expect(Math.abs(delivery.timeMs - Date.now())).toBeLessThan(60_000);
      },
    });
    await publisher.publish(testEvent("one"), body);
    await allAcknowledged();
    expect(seen).toEqual([["one", [0, 255, 10], 1, false]]);
    expect(consumer.healthy()).toBe(true);
  });

  test("events of one audit go one after another in order, audits in parallel and in turn", async () => {
    const orders = new Map<string, string[]>();
    const running = new Set<string>();
    let together = 0;
    const gate = Promise.withResolvers<void>();
    await start({
      maxInFlight: 4,
      handle: async (event) => {
        expect(running.has(event.auditUuid)).toBe(false);
        running.add(event.auditUuid);
        together = Math.max(together, running.size);
        if (running.size === 3) gate.resolve();
        await gate.promise;
        orders.set(event.auditUuid, [...(orders.get(event.auditUuid) ?? []), event.occurrenceKey]);
        running.delete(event.auditUuid);
      },
    });
    // A flood of one audit first: the others must not wait for its end.
    await publish(keysOf("flood", 50), "a");
    await publish(keysOf("b", 3), "b");
    await publish(keysOf("c", 3), "c");
    await allAcknowledged();
    expect(together).toBe(3);
    expect(orders.get("a")).toEqual(keysOf("flood", 50));
    expect(orders.get("b")).toEqual(keysOf("b", 3));
  });

  test("never runs more handlers than allowed, nor takes more than a few for each", async () => {
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const consumer = await start({
      maxInFlight: 5,
      handle: async () => {
        most = Math.max(most, ++running);
        await gate.promise;
        running--;
      },
    });
    for (let n = 0; n < 60; n++) await publish([`x-${n}`], `audit-${n}`);
    await until("five handlers", () => running === 5);
    await until("a full window", () => consumer.held() === 20);
    gate.resolve();
    await allAcknowledged();
    expect(most).toBe(5);
  });

  test("two consumers share the events", async () => {
    const counts = [0, 0];
    const second = await broker.connect();
    await Promise.all(
      [bus, second].map((connection, index) =>
        start({ maxInFlight: 2, handle: async () => void counts[index]!++ }, connection),
      ),
    );
    for (let n = 0; n < 100; n++) await publish([`s-${n}`], `audit-${n}`);
    await allAcknowledged();
    expect(counts[0]! + counts[1]!).toBe(100);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});

describe("failures", () => {
  test("an outage puts the event back until it passes", async () => {
    const deliveries: boolean[] = [];
    await start({
      handle: async (_event, _body, { redelivered }) => {
        deliveries.push(redelivered);
        if (deliveries.length < 3) throw new VigilError("unavailable", "state is away");
      },
    });
    await publish(["again"]);
    await until("three deliveries", () => deliveries.length === 3);
    await allAcknowledged();
    expect(deliveries).toEqual([false, true, true]);
  });

  test("an event that can't be handled is stored before it ends", async () => {
    const poison: [PoisonMessage, string][] = [];
    let storable = false;
    await start({
      handle: async () => {
        throw new VigilError("invalid-input", "nonsense");
      },
      onPoison: async (message, reason) => {
        if (!storable) {
          storable = true;
          throw new VigilError("unavailable", "state is away");
        }
        poison.push([message, reason]);
      },
    });
    await publish(["bad"]);
    await allAcknowledged();
    expect(poison).toHaveLength(1);
    expect(poison[0]![0]).toMatchObject({ occurrenceKey: "bad", sequence: 1, redelivered: true });
    expect(poison[0]![1]).toBe("nonsense");
  });

  test("one of several that can't be handled does not take the others with it", async () => {
    const gate = Promise.withResolvers<void>();
    const calls: string[][] = [];
    const poison: string[] = [];
    await start({
      handleAll: async (events) => {
        const keys = events.map(({ event }) => event.occurrenceKey);
        calls.push(keys);
        await gate.promise;
        if (keys.includes("p-3")) throw new VigilError("invalid-input", "nonsense");
      },
      onPoison: async ({ occurrenceKey }) => void poison.push(occurrenceKey),
    });
    await publish(["first"]);
    await until("the first", () => calls.length === 1);
    for (const key of keysOf("p", 6)) await publish([key]);
    await until("the others wait", async () => (await consumerInfo()).num_pending === 0);
    gate.resolve();
    await allAcknowledged();
    expect(poison).toEqual(["p-3"]);
    expect(calls.slice(1)).toEqual([keysOf("p", 6), ...keysOf("p", 6).map((key) => [key])]);
  });

  test("several that meet an outage are put back together and come again", async () => {
    const gate = Promise.withResolvers<void>();
    const calls: string[][] = [];
    const redelivered = new Set<string>();
    await start({
      handleAll: async (events) => {
        calls.push(events.map(({ event }) => event.occurrenceKey));
        await gate.promise;
        for (const { event, delivery } of events)
          if (delivery.redelivered) redelivered.add(event.occurrenceKey);
        if (calls.length === 2) throw new VigilError("unavailable", "state is away");
      },
    });
    await publish(["first"]);
    await until("the first", () => calls.length === 1);
    for (const key of keysOf("o", 5)) await publish([key]);
    await until("the others wait", async () => (await consumerInfo()).num_pending === 0);
    gate.resolve();
    await allAcknowledged();
    expect(calls[1]).toEqual(keysOf("o", 5));
    expect([...redelivered].sort()).toEqual(keysOf("o", 5));
  });

  test("a message without an envelope is stored with its bytes", async () => {
    const poison: PoisonMessage[] = [];
    await start({ onPoison: async (message) => void poison.push(message) });
    await bus
      .connection()
      .jetstream()
      .publish("vigil.events.somewhere", new Uint8Array([1, 2]));
    await allAcknowledged();
    expect(poison[0]).toMatchObject({
      subject: "vigil.events.somewhere",
      event: undefined,
      occurrenceKey: "",
    });
    expect([...poison[0]!.body]).toEqual([1, 2]);
  });

  test("a message of a newer form is put back and not dropped", async () => {
    await start();
    const headers = newHeaders();
    headers.set("Vigil-Event", '{"schema":99}');
    await bus.connection().jetstream().publish("vigil.events.x", BODY, { headers });
    await until("the log line", () => broker.log.has("written by a newer Vigil"));
    expect(await unacknowledged()).toBe(1);
    expect(await unacknowledged()).toBe(1);
  });
});

describe("stopping", () => {
  test("waits for running handlers and gives the rest to others at once", async () => {
    const gate = Promise.withResolvers<void>();
    const begun: string[] = [];
    const first = await start({
      maxInFlight: 1,
      handle: async (event) => {
        begun.push(event.occurrenceKey);
        await gate.promise;
      },
    });
    await publish(keysOf("k", 10));
    await until("the first handler", () => begun.length === 1);
    const stopped = first.stop();
    const seen: string[] = [];
    await start({ handle: async (event) => void seen.push(event.occurrenceKey) });
    // Far below the ack wait of 30 s: they were put back, not left to time out.
    await until("the others", () => seen.length === 9, 5_000);
    gate.resolve();
    await stopped;
    await allAcknowledged();
    expect(begun).toEqual(["k-0"]);
    expect(first.healthy()).toBe(false);
  });
});

describe("a broker that breaks", () => {
  test("restarted and killed in mid-load: every event is handled, none is lost", async () => {
    const handled = new Map<string, number>();
    const consumer = await start({
      handle: async (event) => {
        await new Promise((resolve) => setImmediate(resolve));
        handled.set(event.occurrenceKey, (handled.get(event.occurrenceKey) ?? 0) + 1);
      },
    });
    const keys = keysOf("load", 600);
    const publishing = (async () => {
      for (const [index, key] of keys.entries()) {
        const event = testEvent(key, { auditUuid: `audit-${index % 7}` });
        // As the edge's spool does: again until it is acknowledged.
        await until(`publishing ${key}`, () =>
          publisher.publish(event, BODY).then(
            () => true,
            () => false,
          ),
        );
      }
    })();
    await until("some events", () => handled.size > 50);
    await broker.stop();
    await broker.startAgain();
    await until("more events", () => handled.size > 250);
    await broker.kill();
    await broker.startAgain();
    await publishing;
    // What the broker had sent into the broken connection comes again after the ack wait of 30 s.
    await until("all events", () => handled.size === keys.length, 50_000);
    await until("health", () => consumer.healthy());
  }, 120_000);

  test("a deleted consumer and a deleted stream are made again, loudly", async () => {
    const seen: string[] = [];
    await start({ handle: async (event) => void seen.push(event.occurrenceKey) });
    await publish(["before"]);
    await until("the first", () => seen.length === 1);
    const manager = await bus.manager();
    await manager.consumers.delete("VIGIL_EVENTS", "workers");
    await publish(["after consumer"]);
    await until("the second", () => seen.includes("after consumer"));
    await manager.streams.delete("VIGIL_EVENTS");
    await until("the stream", async () => {
      return await publish(["after stream"]).then(
        () => true,
        () => false,
      );
    });
    await until("the third", () => seen.includes("after stream"));
    expect(broker.log.has("stream was missing and has been created")).toBe(true);
  });

  test(
    "an event of a stream made anew is not taken for the one in hand that had its sequence",
    async () => {
      const gate = Promise.withResolvers<void>();
      const seen: string[] = [];
      await start({
        handle: async (event) => {
          seen.push(event.occurrenceKey);
          await gate.promise;
        },
      });
      await publish(["old"]);
      await until("the old event is in hand", () => seen.length === 1);
      await (await bus.manager()).streams.delete("VIGIL_EVENTS");
      await ensureTopology(bus);
      await publish(["new"], "audit-b");
      // What the server hands to a pull request of the stream that is gone comes again after the ack wait.
      await until("the new event is in hand", () => seen.includes("new"), 2 * ACK_WAIT_MS);
      gate.resolve();
      await allAcknowledged();
      expect(seen).toEqual(["old", "new"]);
    },
    4 * ACK_WAIT_MS,
  );

  test("starts before the broker does", async () => {
    await broker.stop();
    const early = await broker.connect(50);
    const seen: string[] = [];
    const consumer = await start({ handle: async (event) => void seen.push(event.occurrenceKey) }, early);
    expect(consumer.healthy()).toBe(false);
    await broker.startAgain();
    await until("both connections", () => early.status().connected && bus.status().connected);
    await publish(["late"]);
    await until("the event", () => seen.includes("late"));
  });
});
