/** The walk through the stream of a broker that falls silent: what did not come is never taken for the end. */

import { until } from "@vigil/testkit";
import type { JsMsg } from "nats";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import { eventsPosition, walkEvents } from "./events-walk.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";
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

beforeEach(async () => {
  await until("a connection", () => bus.status().connected);
  await broker.deleteStreams(bus);
  await ensureTopology(bus);
  const publisher = createEventPublisher(bus);
  for (let n = 0; n < 5; n++) await publisher.publish(testEvent(`key-${n}`), new Uint8Array(1));
  publisher.close();
});

/** The same bus, on which something happens after a walk has its consumer and before it asks for messages. */
function interrupted(happens: (consumer: string) => Promise<void>): Bus {
  const get = async (stream: string, name: string) => {
    const consumer = await bus.connection().jetstream().consumers.get(stream, name);
    await happens(name);
    return consumer;
  };
  const connection = () => ({ jetstream: () => ({ consumers: { get } }) });
  return { manager: () => bus.manager(), connection } as unknown as Bus;
}

/** Takes what a consumer has, as a request does whose connection broke: nobody else gets it. */
async function take(consumer: string, count: number): Promise<JsMsg[]> {
  const from = await bus.connection().jetstream().consumers.get(EVENTS_STREAM, consumer);
  const taken: JsMsg[] = [];
  for await (const message of await from.fetch({ max_messages: count, expires: 2_000 })) taken.push(message);
  return taken;
}

const sequences = async (on: Bus, { after = 0, upTo = 5, max = 10 } = {}) =>
  (await walkEvents(on, { after, upTo, max })).map(({ sequence }) => sequence);

test("it ends where the stream or the stretch does, also at sequences that are gone", async () => {
  expect(await sequences(bus)).toEqual([1, 2, 3, 4, 5]);
  expect(await sequences(bus, { after: 1, upTo: 4, max: 2 })).toEqual([2, 3]);
  expect(await sequences(bus, { after: 5, upTo: 9 })).toEqual([]);
  const manager = await bus.manager();
  for (const sequence of [2, 3]) await manager.streams.deleteMessage(EVENTS_STREAM, sequence);
  expect(await sequences(bus, { after: 1, upTo: 3 })).toEqual([]);
  expect(await sequences(bus, { upTo: 4 })).toEqual([1, 4]);
});

test("a broker that stays silent is an error", async () => {
  try {
    const walked = sequences(interrupted(() => broker.freeze()));
    await expect(walked).rejects.toMatchObject({ kind: expect.stringMatching(/^(deadline|unavailable)$/) });
  } finally {
    broker.thaw();
  }
});

test("one that loses an answer and gives the next one is asked again", async () => {
  let lost = 0;
  const losesOne = interrupted(async (consumer) => {
    if (lost === 0) lost = (await take(consumer, 5)).length;
  });
  expect(await sequences(losesOne)).toEqual([1, 2, 3, 4, 5]);
  expect(lost).toBe(5);
});

test("one that never sends what it says it has is an error that says how much", async () => {
  const losesAll = interrupted(async (consumer) => void (await take(consumer, 5)));
  await expect(sequences(losesAll)).rejects.toMatchObject({
    kind: "deadline",
    message: expect.stringContaining("has 5 messages after sequence 0 and sent none of them in 3 tries"),
  });
});

test("a broker that is killed and started again in the middle of it loses nothing of the walk", async () => {
  let kills = 0;
  const restarted = interrupted(async () => {
    if (++kills > 1) return;
    await broker.kill();
    await broker.startAgain();
  });
  // Either it goes on, or it says that it could not: never an end before the last.
  const walked = await sequences(restarted).catch(({ kind }: { kind: string }) => kind);
  expect([[1, 2, 3, 4, 5], "unavailable", "deadline"]).toContainEqual(walked);
});

test("the position tells what was acknowledged up to where, out of turn, and not", async () => {
  const taken = await take(EVENTS_CONSUMER, 4);
  for (const message of taken) if (message.seq !== 2) await message.ackAck();
  expect(await eventsPosition(bus)).toEqual({
    firstSequence: 1,
    stored: 5,
    handledUpTo: 1,
    waiting: 2,
    outOfTurn: 2,
  });
  await taken[1]!.ackAck();
  expect(await eventsPosition(bus)).toMatchObject({ handledUpTo: 4, waiting: 1, outOfTurn: 0 });
});

test("a floor that the broker leaves behind though nothing waits is not believed", async () => {
  const behind = {
    ack_floor: { stream_seq: 1, consumer_seq: 1 },
    delivered: { stream_seq: 5, consumer_seq: 5 },
    ...{ num_ack_pending: 0, num_pending: 0 },
  };
  const manager = async () => {
    const real = await bus.manager();
    return { streams: real.streams, consumers: { info: async () => behind } } as unknown as typeof real;
  };
  expect(await eventsPosition({ manager } as unknown as Bus)).toMatchObject({
    handledUpTo: 5,
    waiting: 0,
    outOfTurn: 0,
  });
});
