import type { Bus } from "./connection.ts";
import { busError } from "./errors.ts";
import { CHANGES_STREAM } from "./names.ts";

/**
 * Sequence of the newest change, 0 when there was none yet. A subscriber that begins after it misses
 * nothing that is published from the moment of the call on, however long its own start takes.
 * @throws VigilError unavailable, deadline, not-found (the stream does not exist)
 */
export async function changesPosition(bus: Bus): Promise<number> {
  try {
    const { state } = await (await bus.manager()).streams.info(CHANGES_STREAM);
    return state.last_seq;
  } catch (thrown) {
    throw busError("reading the position of the change stream", thrown);
  }
}
