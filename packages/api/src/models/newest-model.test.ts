import type { ModelHead } from "@vigil/bus";
import { readClusterJson } from "@vigil/collectors";
import { encodeSnapshot, VigilError } from "@vigil/core";
import { syntheticCluster } from "@vigil/testkit";
import { expect, test } from "vitest";
import { createNewestModel } from "./newest-model.ts";

function snapshot(nodes: number): SharedArrayBuffer {
  const text = JSON.stringify(syntheticCluster({ nodes, instances: nodes * 2, seed: 1 }));
  return encodeSnapshot(readClusterJson(text)).buffer as SharedArrayBuffer;
}

/** A store whose reads end when the test lets them. */
function store() {
  const snapshots = new Map([
    ["a", snapshot(2)],
    ["b", snapshot(3)],
  ]);
  const seen = { hash: "a", reads: [] as string[], reading: 0, readingMax: 0, fails: false };
  const head = (): ModelHead => ({ hash: seen.hash, importedAt: "", details: {}, revision: 1 });
  const models = {
    head: async () => (seen.hash === "" ? undefined : head()),
    get: async (hash: string) => {
      seen.reads.push(hash);
      seen.reading += 1;
      seen.readingMax = Math.max(seen.readingMax, seen.reading);
      await new Promise((resolve) => setImmediate(resolve));
      seen.reading -= 1;
      if (seen.fails) throw new VigilError("unavailable", "no broker");
      return snapshots.get(hash) as SharedArrayBuffer;
    },
  };
  return { seen, newest: createNewestModel(models) };
}

test("before the first import there is none", async () => {
  const { seen, newest } = store();
  seen.hash = "";
  expect(await newest.open()).toBeUndefined();
  expect(await newest.summary()).toBeUndefined();
});

test("a snapshot is read once, however many ask at a time, and for its summary as well", async () => {
  const { seen, newest } = store();
  const all = await Promise.all([newest.open(), newest.open(), newest.summary(), newest.open()]);
  expect(all.map((one) => one?.head.hash)).toEqual(["a", "a", "a", "a"]);
  expect((await newest.summary())?.summary.nodes).toBe(2);
  expect(seen.reads).toEqual(["a"]);
});

test("a newer one takes its place; snapshots are read one after another", async () => {
  const { seen, newest } = store();
  const first = newest.open();
  await Promise.resolve();
  seen.hash = "b";
  const second = newest.open();
  expect((await first)?.model.nodes.count).toBe(2);
  expect((await second)?.model.nodes.count).toBe(3);
  expect((await newest.open())?.model.nodes.count).toBe(3);
  expect(seen).toMatchObject({ reads: ["a", "b"], readingMax: 1 });
});

test("a failed read is tried again by the next who asks", async () => {
  const { seen, newest } = store();
  seen.fails = true;
  await expect(newest.open()).rejects.toMatchObject({ kind: "unavailable" });
  seen.fails = false;
  expect((await newest.open())?.model.nodes.count).toBe(2);
});

test("a summary that was made by the import is not made again", async () => {
  const { seen, newest } = store();
  const summary = (await newest.summary())?.summary;
  if (summary === undefined) throw new Error("there is a model");
  const other = { ...summary, nodes: 77 };
  newest.remember("b", other);
  seen.hash = "b";
  expect((await newest.summary())?.summary).toBe(other);
  expect(seen.reads).toEqual(["a"]);
});
