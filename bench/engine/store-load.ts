/** How long a worker takes from "the newest model is this one" to columns that strategies read. */
import { readFileSync } from "node:fs";
import { type Bus, connectBus, createModelStore, ensureTopology } from "@vigil/bus";
import { openSnapshot } from "@vigil/core";
import { findFreePort, startNats } from "@vigil/embedded";
import { createLogger } from "@vigil/service";
import { median } from "../figures.ts";

const ROUNDS = 5;

export interface StoreLoad {
  megabytes: number;
  /** Elapsed, ms: from the object store into shared memory, hash verified; and opening the columns. */
  getMs: number;
  openMs: number;
}

/** Medians of some rounds against a JetStream server of our own, on this machine. */
export async function loadFromStore(snapshotFile: string): Promise<StoreLoad> {
  const nats = await startNats({ keepData: false, port: await findFreePort() });
  const logger = createLogger({ role: "worker", level: "silent" });
  let bus: Bus | undefined;
  try {
    bus = await connectBus({ servers: nats.url, name: "bench", logger });
    await ensureTopology(bus);
    const store = createModelStore(bus);
    const bytes = readFileSync(snapshotFile);
    const hash = await store.put(bytes);
    const gets: number[] = [];
    const opens: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      const snapshot = await store.get(hash);
      const got = performance.now();
      openSnapshot(snapshot);
      gets.push(got - begun);
      opens.push(performance.now() - got);
    }
    return { megabytes: bytes.length / 1_000_000, getMs: median(gets), openMs: median(opens) };
  } finally {
    await bus?.close();
    await nats.stop();
  }
}
