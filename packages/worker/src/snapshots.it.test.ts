import { type Bus, connectBus, createModelStore, ensureTopology, type ModelStore } from "@vigil/bus";
import { findFreePort, type RunningServer, startNats } from "@vigil/embedded";
import { createLogger } from "@vigil/service";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Snapshots } from "./snapshots.ts";

const logger = createLogger({ role: "worker", level: "silent" });
let port: number;
let nats: RunningServer;
let bus: Bus;
let store: ModelStore;

beforeAll(async () => {
  port = await findFreePort();
  nats = await startNats({ keepData: false, port });
  bus = await connectBus({ servers: nats.url, name: "test", logger });
  await ensureTopology(bus);
  store = createModelStore(bus);
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

async function importBytes(fill: number, size = 1_000): Promise<string> {
  const hash = await store.put(new Uint8Array(size).fill(fill));
  await store.setHead("compute", { hash, importedAt: "2026-01-01T00:00:00Z" });
  return hash;
}

test("a snapshot is fetched once, whoever asks, and is the same memory for all", async () => {
  const hash = await importBytes(1);
  const snapshots = new Snapshots({ store, logger });
  const all = await Promise.all(Array.from({ length: 20 }, () => snapshots.newest()));
  const again = await snapshots.newest();
  expect(again.hash).toBe(hash);
  for (const each of all) expect(each.snapshot).toBe(again.snapshot);
});

test("the newest model is used at once after its import", async () => {
  const snapshots = new Snapshots({ store, logger });
  for (let fill = 10; fill < 20; fill++) {
    const hash = await importBytes(fill);
    expect((await snapshots.newest()).hash).toBe(hash);
  }
  expect(snapshots.size).toBe(4);
});

test("memory is bounded by bytes as well, the newest stays", async () => {
  const snapshots = new Snapshots({ store, logger, bytesMax: 2_500 });
  for (let fill = 20; fill < 25; fill++) {
    await importBytes(fill);
    await snapshots.newest();
  }
  await until("room", () => snapshots.size === 2);
  await importBytes(99, 5_000);
  expect((await snapshots.newest()).snapshot.byteLength).toBe(5_000);
  await until("only the newest", () => snapshots.size === 1);
});

test("a fetch that fails is tried again by the next run", async () => {
  await store.setHead("compute", { hash: "0".repeat(64), importedAt: "x" });
  const snapshots = new Snapshots({ store, logger });
  await expect(snapshots.newest()).rejects.toMatchObject({ kind: "not-found" });
  await importBytes(3);
  expect((await snapshots.newest()).snapshot.byteLength).toBe(1_000);
});

test("while the broker has lost which model is newest, the last known one is used", async () => {
  const hash = await importBytes(5);
  const snapshots = new Snapshots({ store, logger });
  await snapshots.newest();
  await (await bus.manager()).streams.purge("KV_vigil_heads");
  expect((await snapshots.newest()).hash).toBe(hash);
  await expect(new Snapshots({ store, logger }).newest()).rejects.toMatchObject({ kind: "illegal-state" });
});

test("while the broker is away the last known model is used; without one there is none", async () => {
  const hash = await importBytes(4);
  const snapshots = new Snapshots({ store, logger });
  await snapshots.newest();
  await nats.stop();
  await until("the loss", () => !bus.status().connected);
  expect((await snapshots.newest()).hash).toBe(hash);
  await expect(new Snapshots({ store, logger }).newest()).rejects.toMatchObject({ kind: "unavailable" });
});
