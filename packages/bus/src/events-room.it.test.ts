import { until } from "@vigil/testkit";
import { headers, type JsMsg } from "nats";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import { makeRoomByLedger, makeRoomForEvents } from "./events-room.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";
import { createEventPublisher } from "./publisher.ts";
import { TestBroker, testEvent } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

/** 1,000 events of this size fill three quarters of the stream. */
const BODY_BYTES = 1_000;
const STREAM_BYTES_MAX = 2_000_000;
const NO_PATIENCE = { inTheWayMs: 0 };

let broker: TestBroker;
let bus: Bus;

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
});
afterAll(() => broker.end());

beforeEach(async () => {
  await broker.deleteStreams(bus);
  await ensureTopology(bus, { eventsBytesMax: STREAM_BYTES_MAX });
});

async function publish(from: number, to: number): Promise<void> {
  const publisher = createEventPublisher(bus);
  const keys = Array.from({ length: to - from }, (_, n) => `key-${from + n}`);
  await Promise.all(keys.map((key) => publisher.publish(testEvent(key), new Uint8Array(BODY_BYTES))));
  publisher.close();
}

/** Takes so many messages as workers would, and acknowledges all but those. */
async function acknowledge(count: number, but: readonly number[] = []): Promise<void> {
  const consumer = await bus.connection().jetstream().consumers.get(EVENTS_STREAM, EVENTS_CONSUMER);
  for await (const message of await consumer.fetch({ max_messages: count, expires: 2_000 })) {
    if (!but.includes(message.seq)) message.ack();
  }
  await bus.connection().flush();
}

async function stream() {
  const manager = await bus.manager();
  const { state } = await manager.streams.info(EVENTS_STREAM);
  const { num_pending, num_ack_pending } = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
  return { ...state, num_pending, num_ack_pending };
}

test("below the high-water mark nothing goes, above it the oldest handled messages do, down to the low-water mark", async () => {
  await publish(0, 600);
  await acknowledge(600);
  expect(await makeRoomForEvents(bus)).toEqual({ removed: 0, moved: 0 });
  await publish(600, 1_000);
  await acknowledge(400);
  const before = await stream();
  // Two workers may look at the same moment.
  const [one, other] = await Promise.all([
    makeRoomForEvents(bus, NO_PATIENCE),
    makeRoomForEvents(bus, NO_PATIENCE),
  ]);
  const after = await stream();
  expect(after.messages).toBe(before.messages - one!.removed - other!.removed);
  expect(after.bytes).toBeLessThanOrEqual(STREAM_BYTES_MAX / 4);
  expect(after.messages).toBeGreaterThan(0);
  expect(after.last_seq).toBe(1_000);
  expect(await makeRoomForEvents(bus)).toEqual({ removed: 0, moved: 0 });
});

test("what is not acknowledged never goes, and is delivered again", async () => {
  await publish(0, 1_000);
  expect(await makeRoomForEvents(bus)).toEqual({ removed: 0, moved: 0 });
  await acknowledge(20, [7, 15]);
  expect(await makeRoomForEvents(bus)).toEqual({ removed: 6, moved: 0 });
  expect(await stream()).toMatchObject({ messages: 994, num_pending: 980, num_ack_pending: 2 });
});

test("handled messages that are a day older than the newest go, whatever room there is; others stay", async () => {
  const keepMs = 1_000;
  await publish(0, 600);
  const consumer = await bus.connection().jetstream().consumers.get(EVENTS_STREAM, EVENTS_CONSUMER);
  const held: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages: 500, expires: 2_000 })) {
    if (message.seq === 499) held.push(message);
    else message.ack();
  }
  const manager = await bus.manager();
  const timeOf = async (seq: number) =>
    (await manager.streams.getMessage(EVENTS_STREAM, { seq })).time.getTime();
  const oldest = await timeOf(600);
  let young = 600;
  await until("a message that is so much younger", async () => {
    await publish(young, ++young);
    return (await timeOf(young)) - oldest > keepMs;
  });
  // Nothing is a day old.
  expect(await makeRoomForEvents(bus)).toEqual({ removed: 0, moved: 0 });
  // Two workers may look at the same moment. Message 499 waits, and keeps what was acknowledged after it.
  await Promise.all([makeRoomForEvents(bus, { keepMs }), makeRoomForEvents(bus, { keepMs })]);
  expect(await makeRoomForEvents(bus, { keepMs })).toEqual({ removed: 0, moved: 0 });
  expect(await stream()).toMatchObject({ first_seq: 499, num_pending: young - 500, num_ack_pending: 1 });

  await held[0]!.ackAck();
  await acknowledge(young - 500);
  await until("all handled", async () => (await stream()).num_ack_pending === 0);
  await makeRoomForEvents(bus, { keepMs });
  const { first_seq, last_seq } = await stream();
  expect(first_seq).toBeGreaterThan(600);
  expect((await timeOf(last_seq)) - (await timeOf(first_seq))).toBeLessThan(keepMs);
  expect((await timeOf(last_seq)) - (await timeOf(first_seq))).toBeGreaterThan(0);
});

test("messages that nobody can handle do not keep the others, however young they are", async () => {
  await publish(0, 1_000);
  await acknowledge(900, [5, 9]);
  // Two workers may look at the same moment: the broker knows the second copy for a repetition.
  await Promise.all([makeRoomForEvents(bus, NO_PATIENCE), makeRoomForEvents(bus, NO_PATIENCE)]);
  const after = await stream();
  expect(after.bytes).toBeLessThanOrEqual(STREAM_BYTES_MAX / 4);
  // What was not taken yet, and the two again, once.
  expect(after).toMatchObject({ last_seq: 1_002, num_pending: 102, num_ack_pending: 0 });
  // A sender's repetition is one still, though the message has left its place.
  await publish(4, 5);
  expect((await stream()).last_seq).toBe(1_002);
});

test("a move that was cut off after its copy is finished by the next one", async () => {
  await publish(0, 1_000);
  await acknowledge(900, [5]);
  const manager = await bus.manager();
  const { time } = await manager.streams.getMessage(EVENTS_STREAM, { seq: 5 });
  const header = headers();
  header.set("Nats-Msg-Id", `moved.5.${time.getTime()}`);
  await bus.connection().jetstream().publish("vigil.events.copy", new Uint8Array(1), { headers: header });
  expect((await makeRoomForEvents(bus, NO_PATIENCE)).moved).toBe(1);
  expect((await stream()).last_seq).toBe(1_001);
});

test("a stream that is full to the brim behind them is freed by what the ledger has", async () => {
  await publish(0, 1_200);
  await expect(publish(1_200, 1_400)).rejects.toMatchObject({ kind: "overloaded" });
  const full = await stream();
  await acknowledge(full.messages, [1, 2]);
  // Nothing before them, and no room for a copy.
  expect(await makeRoomForEvents(bus, NO_PATIENCE)).toEqual({ removed: 0, moved: 0 });
  const removed = await makeRoomByLedger(bus, async (events) =>
    events.map(({ sequence }) => sequence).filter((sequence) => sequence > 2),
  );
  expect(removed).toBe(full.messages - 2);
  expect(await makeRoomByLedger(bus, () => Promise.reject(new Error("not asked")))).toBe(0);
  await publish(2_000, 2_700);
  expect(await makeRoomForEvents(bus, NO_PATIENCE)).toEqual({ removed: 0, moved: 2 });
  expect(await stream()).toMatchObject({ messages: 702, num_pending: 702, num_ack_pending: 0 });
});
