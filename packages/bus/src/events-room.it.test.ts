import { until } from "@vigil/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import { makeRoomForEvents } from "./events-room.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";
import { createEventPublisher } from "./publisher.ts";
import { TestBroker, testEvent } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

/** 1,000 events of this size fill three quarters of the stream. */
const BODY_BYTES = 1_000;
const STREAM_BYTES_MAX = 2_000_000;
/** The shortest that the broker takes. */
const DUPLICATE_WINDOW_MS = 100;

let broker: TestBroker;
let bus: Bus;

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
});
afterAll(() => broker.end());

beforeEach(async () => {
  const manager = await bus.manager();
  for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
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
  const [one, other] = await Promise.all([makeRoomForEvents(bus), makeRoomForEvents(bus)]);
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

test("messages that nobody can handle do not keep the others for ever", async () => {
  await (await bus.manager()).streams.update(EVENTS_STREAM, { duplicate_window: DUPLICATE_WINDOW_MS * 1e6 });
  await publish(0, 1_000);
  await acknowledge(900, [5, 9]);
  const moved: number[] = [];
  await until("both to be old enough", async () => {
    moved.push((await makeRoomForEvents(bus)).moved);
    return moved.reduce((sum, count) => sum + count) === 2;
  });
  const after = await stream();
  expect(after.bytes).toBeLessThanOrEqual(STREAM_BYTES_MAX / 4);
  // What was not taken yet, and the two again.
  expect(after).toMatchObject({ last_seq: 1_002, num_pending: 102, num_ack_pending: 0 });
});
