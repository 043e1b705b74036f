import type { ObjectStore } from "nats";
import type { Bus } from "./connection.ts";
import { MODELS_BUCKET, objectStoreStream } from "./names.ts";

/**
 * Chunks without a description that are younger than this may belong to a put that is still going on. Age is
 * counted to the newest message of the store, by the broker's clock: a sweep follows a put.
 */
const ORPHAN_AGE_MIN_MS = 3_600_000;
const CHUNKS = `$O.${MODELS_BUCKET}.C.`;

/**
 * Removes the chunks of puts that ended half-way. A failure is logged and left to the next put: the
 * snapshot that was just stored is not affected.
 */
export async function sweepOrphanChunks(
  bus: Bus,
  store: ObjectStore,
  ageMinMs: number = ORPHAN_AGE_MIN_MS,
): Promise<void> {
  try {
    const manager = await bus.manager();
    const stream = objectStoreStream(MODELS_BUCKET);
    const { state } = await manager.streams.info(stream, { subjects_filter: `${CHUNKS}>` });
    const described = new Set((await store.list()).map((object) => CHUNKS + object.nuid));
    for (const subject of Object.keys(state.subjects ?? {})) {
      if (described.has(subject)) continue;
      const last = await manager.streams.getMessage(stream, { last_by_subj: subject });
      if (Date.parse(state.last_ts) - last.time.getTime() < ageMinMs) continue;
      await manager.streams.purge(stream, { filter: subject });
      bus.logger.warn({ subject }, "chunks of an unfinished model snapshot removed");
    }
  } catch (thrown) {
    bus.logger.warn({ err: thrown }, "unfinished model snapshots could not be swept");
  }
}
