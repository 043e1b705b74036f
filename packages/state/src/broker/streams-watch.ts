/** Finds out that the broker lost streams, whenever that was and whoever made them again. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type Bus, streamsMade } from "@vigil/bus";
import type { Logger } from "@vigil/service";
import { autoCommit, rows } from "../database/transaction.ts";
import { readMarks, writeMark } from "./marks.ts";

export interface StreamsWatchParts {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
}

/**
 * Which streams are not those that this database has seen before. Loud, once, if there is anything to lose.
 * @throws VigilError unavailable, deadline; the database's errors
 */
export async function watchStreams({ orm, bus, logger }: StreamsWatchParts): Promise<string[]> {
  const sql = autoCommit(orm);
  const made = await streamsMade(bus);
  const { streams, position } = await readMarks(sql);
  const before: Record<string, string> = streams === undefined ? {} : JSON.parse(streams);
  const isSame = Object.entries(made).every(([name, at]) => before[name] === at);
  if (isSame) return [];
  const lost = Object.keys(made).filter((name) => before[name] !== undefined && before[name] !== made[name]);
  const hasAudits = (await rows(sql, "select 1 from audit limit 1", [])).length > 0;
  if (lost.length > 0 && hasAudits) {
    logger.error(
      { lost, handledBefore: position },
      "THE BROKER LOST STREAMS, which were made again: accepted events that were not in the ledger yet are lost, except for those in the journal of an edge; audit index and models are put back from the database",
    );
  }
  await writeMark(sql, "streams", JSON.stringify(made));
  return lost;
}
