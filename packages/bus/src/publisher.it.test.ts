import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import { createEventPublisher } from "./publisher.ts";
import { TestBroker, testEvent } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

const BODY = new TextEncoder().encode('{"alarm_name": "x"}');
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
  await ensureTopology(bus);
});
afterAll(() => broker.end());

describe("publishing", () => {
  test("gives the sequence, and the first one's for a duplicate", async () => {
    const publisher = createEventPublisher(bus);
    const first = await publisher.publish(testEvent("a"), BODY);
    const second = await publisher.publish(testEvent("b"), BODY);
    const again = await publisher.publish(testEvent("a", { current: "ok" }), new Uint8Array());
    expect(second).toEqual({ sequence: first.sequence + 1, duplicate: false });
    expect(again).toEqual({ sequence: first.sequence, duplicate: true });
    publisher.close();
  });

  test("keeps the body byte for byte and the order of the calls", async () => {
    const publisher = createEventPublisher(bus);
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const sent = await Promise.all([0, 1, 2, 3].map((n) => publisher.publish(testEvent(`order-${n}`), body)));
    const sequences = sent.map(({ sequence }) => sequence);
    expect(sequences).toEqual([0, 1, 2, 3].map((n) => sequences[0]! + n));
    const stored = await (await bus.manager()).streams.getMessage("VIGIL_EVENTS", { seq: sequences[2]! });
    expect([...stored.data]).toEqual([...body]);
    expect(stored.header.get("Nats-Msg-Id")).toBe("order-2");
    publisher.close();
  });

  test("of more than the broker takes is the sender's fault", async () => {
    const publisher = createEventPublisher(bus);
    const limit = bus.status().maxPayloadBytes!;
    await expect(publisher.publish(testEvent("big"), new Uint8Array(limit))).rejects.toMatchObject({
      kind: "invalid-input",
    });
    expect(publisher.inFlight()).toBe(0);
    publisher.close();
  });

  test("beyond the limits of what may be in flight is refused at once", async () => {
    const publisher = createEventPublisher(bus, { inFlightMax: 2, inFlightBytesMax: 1_000 });
    const running = [1, 2].map((n) => publisher.publish(testEvent(`in-flight-${n}`), BODY));
    await expect(publisher.publish(testEvent("third"), BODY)).rejects.toMatchObject({ kind: "overloaded" });
    await Promise.all(running);
    const large = publisher.publish(testEvent("large"), new Uint8Array(1_001));
    await expect(large).rejects.toMatchObject({ kind: "overloaded" });
    await publisher.publish(testEvent("fits"), new Uint8Array(1_000));
    publisher.close();
  });

  test("after close is refused, and what is in flight fails", async () => {
    const publisher = createEventPublisher(bus);
    const running = publisher.publish(testEvent("closing"), BODY);
    publisher.close();
    await expect(running).rejects.toMatchObject({ kind: "unavailable" });
    await expect(publisher.publish(testEvent("late"), BODY)).rejects.toMatchObject({ kind: "unavailable" });
  });
});

describe("a stream that does not take it", () => {
  test("full: overloaded", async () => {
    const publisher = createEventPublisher(bus);
    await ensureTopology(bus, { eventsBytesMax: 20_000 });
    const attempt = async () => {
      for (let n = 0; n < 100; n++) await publisher.publish(testEvent(`fill-${n}`), new Uint8Array(900));
    };
    await expect(attempt()).rejects.toMatchObject({
      kind: "overloaded",
      message: expect.stringContaining("10077"),
    });
    await ensureTopology(bus);
    await publisher.publish(testEvent("room again"), BODY);
    publisher.close();
  });

  test("too large for the stream: invalid-input", async () => {
    const manager = await bus.manager();
    const { config } = await manager.streams.info("VIGIL_EVENTS");
    await manager.streams.update("VIGIL_EVENTS", { ...config, max_msg_size: 1_000 });
    const publisher = createEventPublisher(bus);
    await expect(publisher.publish(testEvent("bulky"), new Uint8Array(2_000))).rejects.toMatchObject({
      kind: "invalid-input",
      message: expect.stringContaining("10054"),
    });
    await manager.streams.update("VIGIL_EVENTS", { ...config, max_msg_size: -1 });
    publisher.close();
  });

  test("missing: unavailable", async () => {
    const publisher = createEventPublisher(bus);
    await (await bus.manager()).streams.delete("VIGIL_EVENTS");
    await expect(publisher.publish(testEvent("nowhere"), BODY)).rejects.toMatchObject({
      kind: "unavailable",
    });
    await ensureTopology(bus);
    publisher.close();
  });
});

describe("a broker that goes", () => {
  test("frozen: the deadline, then the event can be published again", async () => {
    const publisher = createEventPublisher(bus, { deadlineMs: 200 });
    await broker.freeze();
    const frozen = publisher.publish(testEvent("frozen"), BODY);
    await expect(frozen)
      .rejects.toMatchObject({ kind: "deadline" })
      .finally(() => broker.thaw());
    await until("an acknowledgement", async () => {
      const again = await publisher.publish(testEvent("frozen"), BODY).catch(() => undefined);
      return again?.duplicate === true;
    });
    publisher.close();
  });

  test("killed: what is in flight and what comes fails at once, later ones pass", async () => {
    const publisher = createEventPublisher(bus, { deadlineMs: 60_000 });
    await publisher.publish(testEvent("before"), BODY);
    await broker.freeze();
    const inFlight = publisher.publish(testEvent("caught"), BODY);
    const failed = expect(inFlight).rejects.toMatchObject({ kind: "unavailable" });
    await broker.kill();
    await failed;
    await until("the loss to be noticed", () => !bus.status().connected);
    await expect(publisher.publish(testEvent("away"), BODY)).rejects.toMatchObject({ kind: "unavailable" });
    await broker.startAgain();
    await until("the connection", () => bus.status().connected);
    expect((await publisher.publish(testEvent("before"), BODY)).duplicate).toBe(true);
    expect((await publisher.publish(testEvent("away"), BODY)).duplicate).toBe(false);
    publisher.close();
  });

  test("absent at the start: the publisher works when it comes", async () => {
    await broker.stop();
    const early = await broker.connect(50);
    expect(early.status()).toMatchObject({ connected: false, detail: expect.stringContaining("NATS_URL") });
    const publisher = createEventPublisher(early);
    await expect(publisher.publish(testEvent("early"), BODY)).rejects.toMatchObject({ kind: "unavailable" });
    await broker.startAgain();
    await until("the connection", () => early.status().connected);
    await publisher.publish(testEvent("early"), BODY);
    publisher.close();
  });
});
