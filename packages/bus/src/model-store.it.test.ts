import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bus } from "./connection.ts";
import { createModelStore, type ModelStore } from "./model-store.ts";
import { sweepOrphanChunks } from "./orphan-chunks.ts";
import { TestBroker } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

let broker: TestBroker;
let bus: Bus;
let store: ModelStore;

beforeAll(async () => {
  broker = await TestBroker.start();
  bus = await broker.connect();
  await ensureTopology(bus);
  store = createModelStore(bus);
});
afterAll(() => broker.end());

async function storedBytes(): Promise<number> {
  return (await (await bus.manager()).streams.info("OBJ_vigil_models")).state.bytes;
}

async function chunkSubjects(): Promise<string[]> {
  const filter = "$O.vigil_models.C.>";
  const { state } = await (await bus.manager()).streams.info("OBJ_vigil_models", { subjects_filter: filter });
  return Object.keys(state.subjects ?? {});
}

describe("snapshots", () => {
  test.each([0, 1, 131_072, 3_000_001])("of %i bytes come back in shared memory", async (size) => {
    const bytes = randomBytes(size);
    const hash = await store.put(bytes);
    expect(hash).toBe(createHash("sha256").update(bytes).digest("hex"));
    const buffer = await store.get(hash);
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(Buffer.from(buffer).equals(bytes)).toBe(true);
  });

  test("are stored once", async () => {
    const bytes = randomBytes(500_000);
    const hash = await store.put(bytes);
    const before = await storedBytes();
    expect(await store.put(bytes)).toBe(hash);
    expect(await storedBytes()).toBe(before);
    const both = await Promise.all([store.put(bytes), createModelStore(bus).put(bytes)]);
    expect(both).toEqual([hash, hash]);
  });

  test("put by two at once can be read", async () => {
    const bytes = randomBytes(700_000);
    const [hash] = await Promise.all([store.put(bytes), createModelStore(await broker.connect()).put(bytes)]);
    expect((await store.get(hash)).byteLength).toBe(700_000);
  });

  test("that are not there, or too large, are refused", async () => {
    await expect(store.get("0".repeat(64))).rejects.toMatchObject({ kind: "not-found" });
    const small = createModelStore(bus, { bytesMax: 1_000 });
    await expect(small.put(new Uint8Array(1_001))).rejects.toMatchObject({ kind: "invalid-input" });
    const hash = await store.put(randomBytes(1_001));
    await expect(small.get(hash)).rejects.toMatchObject({ kind: "invalid-input" });
  });

  test("whose bytes are not those of their name are refused", async () => {
    const objects = await bus.connection().jetstream().views.os("vigil_models");
    const name = "ab".repeat(32);
    await objects.putBlob({ name }, randomBytes(10_000));
    await expect(store.get(name)).rejects.toMatchObject({
      kind: "internal",
      message: expect.stringContaining("Delete it and import"),
    });
  });

  test("are read across a broken connection", async () => {
    const bytes = randomBytes(20_000_000);
    const hash = await store.put(bytes);
    const reading = store.get(hash).catch((error: unknown) => error);
    await broker.stop();
    await broker.startAgain();
    const buffer = await reading;
    // Broken before the description was read, it fails as unavailable; later it goes on where it was.
    if (buffer instanceof SharedArrayBuffer) expect(Buffer.from(buffer).equals(bytes)).toBe(true);
    else expect(buffer).toMatchObject({ kind: "unavailable" });
    await until("the connection", () => bus.status().connected);
    expect((await store.get(hash)).byteLength).toBe(bytes.length);
  });

  test("end at a deadline when chunks are missing", async () => {
    const hash = await store.put(randomBytes(400_000));
    const info = await (await bus.connection().jetstream().views.os("vigil_models")).info(hash);
    const filter = `$O.vigil_models.C.${info!.nuid}`;
    await (await bus.manager()).streams.purge("OBJ_vigil_models", { filter, keep: 1 });
    const hasty = createModelStore(bus, { deadlineMs: 300 });
    await expect(hasty.get(hash)).rejects.toMatchObject({ kind: "deadline" });
  });

  test("without a store: unavailable, and none is made in silence", async () => {
    const manager = await bus.manager();
    await manager.streams.delete("OBJ_vigil_models");
    await expect(store.put(randomBytes(10))).rejects.toMatchObject({ kind: "unavailable" });
    await expect(store.get("0".repeat(64))).rejects.toMatchObject({ kind: "unavailable" });
    await expect(manager.streams.info("OBJ_vigil_models")).rejects.toThrow("stream not found");
    await ensureTopology(bus);
  });
});

/** A process of its own that puts 64 MiB and says so before it begins. */
const PUTTER = `
  const { connectBus } = await import(process.argv[1] + "/connection.ts");
  const { createModelStore } = await import(process.argv[1] + "/model-store.ts");
  const none = () => undefined;
  const logger = { debug: none, info: none, warn: none, error: none };
  const bus = await connectBus({ servers: process.env.TEST_URL, name: "putter", logger });
  console.log("putting");
  await createModelStore(bus).put(new Uint8Array(64 * 1024 * 1024).fill(7));
  console.log("done");
  process.exit(0);
`;

test("a put that is killed half-way leaves nothing that is seen, and is swept away", async () => {
  const before = await chunkSubjects();
  const child = spawn(process.execPath, ["--input-type=module", "-e", PUTTER, import.meta.dirname], {
    env: { ...process.env, TEST_URL: broker.url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (data: Buffer) => {
    said += data.toString();
  });
  const orphans = async () => (await chunkSubjects()).filter((subject) => !before.includes(subject));
  await until("the first chunks", async () => (await orphans()).length > 0);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(said).not.toContain("done");

  const bytes = new Uint8Array(64 * 1024 * 1024).fill(7);
  const hash = createHash("sha256").update(bytes).digest("hex");
  await expect(store.get(hash)).rejects.toMatchObject({ kind: "not-found" });
  const [orphan] = await orphans();
  expect(await store.put(bytes)).toBe(hash);
  expect(Buffer.from(await store.get(hash)).equals(bytes)).toBe(true);
  // Young chunks may belong to a put that goes on, so they stay for an hour.
  expect(await orphans()).toContain(orphan);
  const objects = await bus.connection().jetstream().views.os("vigil_models");
  await sweepOrphanChunks(bus, objects, 0);
  expect(await orphans()).not.toContain(orphan);
  expect((await store.get(hash)).byteLength).toBe(bytes.length);
});

describe("the newest model", () => {
  test("is none, then the one that was set, and moves by compare-and-set only", async () => {
    expect(await store.head("compute")).toBeUndefined();
    const first = { hash: "a".repeat(64), importedAt: "2026-01-01T00:00:00Z", details: { nodes: 3 } };
    const revision = await store.setHead("compute", first, 0);
    expect(await store.head("compute")).toEqual({ ...first, revision });
    const second = { hash: "b".repeat(64), importedAt: "2026-01-02T00:00:00Z" };
    await expect(store.setHead("compute", second, 0)).rejects.toMatchObject({ kind: "conflict" });
    const next = await store.setHead("compute", second, revision);
    await expect(store.setHead("compute", first, revision)).rejects.toMatchObject({ kind: "conflict" });
    expect(await store.head("compute")).toEqual({ ...second, details: {}, revision: next });
    await store.setHead("compute", first);
    expect((await store.head("compute"))?.hash).toBe(first.hash);
  });

  test("is what the leader had after the question, however many ask", async () => {
    for (let n = 0; n < 20; n++) {
      const early = [store.head("compute"), store.head("compute")];
      await store.setHead("compute", { hash: String(n).padStart(64, "0"), importedAt: "x" });
      const late = store.head("compute");
      expect((await late)?.hash).toBe(String(n).padStart(64, "0"));
      await Promise.all(early);
    }
  });
});
