import { until } from "@vigil/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Change,
  type ChangePublisher,
  createChangePublisher,
  type SequencedChange,
  subscribeChanges,
} from "./changes.ts";
import { changesPosition } from "./changes-position.ts";
import type { Bus } from "./connection.ts";
import { TestBroker } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";
import { onWake, wake } from "./wake.ts";

let broker: TestBroker;
let bus: Bus;
let publisher: ChangePublisher;

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
  publisher = createChangePublisher(bus);
});
afterAll(() => {
  publisher.close();
  return broker.end();
});

beforeEach(async () => {
  await until("the connection", () => bus.status().connected);
  await (await bus.manager()).streams.delete("VIGIL_CHANGES").catch(() => undefined);
  await ensureTopology(bus);
});

function change(version: number, over: Partial<Change> = {}): Change {
  return { kind: "run", uuid: "r", version: String(version), at: "2026-01-01T00:00:00Z", data: {}, ...over };
}

async function publishMany(from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++) {
    await until(`publishing ${version}`, () =>
      publisher.publish(change(version)).then(
        () => true,
        () => false,
      ),
    );
  }
}

/** Follows in the background. */
function follow(afterSequence?: number) {
  const controller = new AbortController();
  const seen: SequencedChange[] = [];
  const ended = (async () => {
    for await (const each of subscribeChanges(bus, { afterSequence, signal: controller.signal }))
      seen.push(each);
  })();
  return {
    seen,
    ended,
    abort: () => controller.abort(),
    versions: () => seen.map(({ change }) => change.version),
  };
}

describe("changes", () => {
  test("are stored once per version and come with their sequence", async () => {
    const full = change(1, { kind: "action_plan", uuid: "p", data: { state: "RECOMMENDED", n: 1 } });
    const sequence = await publisher.publish(full);
    expect(await publisher.publish(full)).toBe(sequence);
    const { seen, ended, abort } = follow(0);
    await until("the change", () => seen.length > 0);
    abort();
    await ended;
    expect(seen).toEqual([{ sequence, change: full }]);
  });

  test("begin after the wanted sequence, or with what comes next", async () => {
    await publishMany(1, 10);
    const position = await changesPosition(bus);
    const resumed = follow(7);
    const fresh = follow();
    const placed = follow(position);
    await until("the old ones", () => resumed.seen.length === 3);
    await until("a fresh one", async () => {
      await publisher.publish(change(11 + fresh.seen.length, { uuid: String(Math.random()) }));
      return fresh.seen.length > 0;
    });
    expect(resumed.versions().slice(0, 3)).toEqual(["8", "9", "10"]);
    expect(fresh.seen[0]!.sequence).toBeGreaterThan(position);
    await until("the placed one", () => placed.seen[0]?.sequence === position + 1);
    for (const each of [resumed, fresh, placed]) {
      each.abort();
      await each.ended;
    }
  });

  test("that are gone end the subscription with an error that says where to go on", async () => {
    await publishMany(1, 20);
    await (await bus.manager()).streams.purge("VIGIL_CHANGES", { seq: 11 });
    await expect(follow(5).ended).rejects.toMatchObject({
      kind: "not-found",
      details: { firstSequence: 11, lastSequence: 20 },
    });
    const allowed = follow(10);
    await until("the rest", () => allowed.seen.length === 10);
    allowed.abort();
    await allowed.ended;
    await expect(follow(21).ended).rejects.toMatchObject({ kind: "not-found" });
  });

  test("wait for a slow reader and then come in order", async () => {
    await publishMany(1, 1_000);
    const versions: string[] = [];
    for await (const each of subscribeChanges(bus, {
      afterSequence: 0,
      signal: new AbortController().signal,
    })) {
      versions.push(each.change.version);
      await new Promise((resolve) => setImmediate(resolve));
      if (versions.length === 1_000) break;
    }
    expect(versions).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n + 1)));
  });

  test("come without gap and without repetition across restarts of the broker", async () => {
    const { seen, ended, abort, versions } = follow(0);
    const publishing = publishMany(1, 1_000);
    await until("some", () => seen.length > 20);
    await broker.stop();
    await broker.startAgain();
    await until("more", () => seen.length > 400);
    await broker.kill();
    await broker.startAgain();
    await publishing;
    await until("all", () => seen.some((each) => each.change.version === "1000"));
    abort();
    await ended;
    const sequences = seen.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, n) => n + 1));
    expect(new Set(versions()).size).toBe(1_000);
  });

  test("a signal that is aborted already, or while nothing comes, ends it without an error", async () => {
    const early = new AbortController();
    early.abort();
    for await (const each of subscribeChanges(bus, { signal: early.signal })) expect(each).toBeUndefined();
    const { ended, abort } = follow();
    abort();
    await ended;
  });

  test("of an unknown form are skipped", async () => {
    const js = bus.connection().jetstream();
    await js.publish("vigil.changes.run.x", "not JSON");
    await js.publish("vigil.changes.run.x", '{"schema":2}');
    await publisher.publish(change(1));
    const { seen, ended, abort } = follow(0);
    await until("the good one", () => seen.length === 1);
    expect(seen[0]?.sequence).toBe(3);
    abort();
    await ended;
  });
});

describe("wake-ups", () => {
  test("reach one listener, none that has paused, and listeners across restarts", async () => {
    const counts = [0, 0];
    const second = await broker.connect();
    const listeners = [bus, second].map((connection, n) => onWake(connection, "run", () => counts[n]!++));
    const wakeUntil = (what: string, reached: () => boolean) =>
      until(what, () => {
        wake(bus, "run");
        return reached();
      });
    await wakeUntil("both in turn", () => Math.min(...counts) > 0);
    listeners[0]!.pause();
    await Promise.all([bus.connection().flush(), second.connection().flush()]);
    const before = [...counts];
    await wakeUntil("the other", () => counts[1]! > before[1]! + 5);
    expect(counts[0]).toBe(before[0]);
    await broker.stop();
    wake(bus, "run");
    await broker.startAgain();
    await until("the connections", () => bus.status().connected && second.status().connected);
    listeners[0]!.resume();
    listeners[1]!.stop();
    const later = counts[0]!;
    await wakeUntil("the first again", () => counts[0]! > later);
    listeners[0]!.stop();
  });
});
