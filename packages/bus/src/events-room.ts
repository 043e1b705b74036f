/**
 * Keeps room in VIGIL_EVENTS. With limits retention a message stays after it was acknowledged, and a full
 * stream refuses alarms (`discard: new`), so handled messages are removed when the stream fills up; their
 * occurrences are in the ledger, which knows duplicates by itself.
 */

import type { Bus } from "./connection.ts";
import { busError } from "./errors.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";

/** Of max_bytes; below it nothing is removed, so that the last day can be looked at. */
const FILL_RATIO_MAX = 0.7;

/**
 * Removes the messages that every worker is done with, if the stream is fuller than 70 %.
 * @returns how many were removed
 * @throws VigilError unavailable, deadline
 */
export async function makeRoomForEvents(bus: Bus, fillRatioMax = FILL_RATIO_MAX): Promise<number> {
  try {
    const manager = await bus.manager();
    const { config, state } = await manager.streams.info(EVENTS_STREAM);
    if (config.max_bytes <= 0 || state.bytes < config.max_bytes * fillRatioMax) return 0;
    const { ack_floor } = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const { purged } = await manager.streams.purge(EVENTS_STREAM, { seq: ack_floor.stream_seq + 1 });
    bus.logger.warn(
      { bytes: state.bytes, maxBytes: config.max_bytes, purged },
      "event stream was filling up, handled events were removed",
    );
    return purged;
  } catch (thrown) {
    throw busError("making room in VIGIL_EVENTS", thrown);
  }
}
