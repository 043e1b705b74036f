import { VigilError } from "@vigil/core";
import type { DeadLetter } from "@vigil/proto";
import { DEAD_LETTER_RESOLUTIONS } from "../entities/dead-letter.ts";
import type { Filters } from "./filters.ts";
import { timeText } from "./query.ts";
import { ownKeys, type Resource } from "./resource.ts";

/** event: the event itself could not be handled. run: its run failed for good. */
export const DEAD_LETTER_KINDS = ["event", "run"] as const;

/** Replays that one dead letter shows; more of them say nothing more. */
const SHOWN_REPLAYS_MAX = 1_000;

export const DEAD_LETTERS: Resource<DeadLetter> = {
  title: "Dead letter",
  table: "dead_letter d",
  joins: "left join audit a on a.id = d.audit_id left join run r on r.run_id = d.run_id",
  alias: "d",
  marker: "d.uuid",
  softDelete: false,
  columns: {
    id: "d.id::text",
    uuid: "d.uuid",
    kind: "d.kind",
    auditUuid: "a.uuid",
    eventId: "d.event_id",
    runId: "d.run_id",
    reason: "d.reason",
    detailJson: "d.detail::text",
    createdAt: timeText("d.created_at"),
    resolution: "d.resolution",
    resolvedAt: timeText("d.resolved_at"),
    resolvedBy: "d.resolved_by",
    replayEventIds: `array(select n.event_id::text from event n
      where n.replay_of in (select e.event_id from event e where e.event_id = d.event_id
        union all select e.event_id from event e where e.run_id = r.id and e.fate = 'DEAD_LETTER')
      order by n.id limit ${SHOWN_REPLAYS_MAX})`,
    eventCount: `((select count(*) from event e where e.event_id = d.event_id)
      + (select count(*) from event e where e.run_id = r.id and e.fate = 'DEAD_LETTER'))::int`,
  },
  sortKeys: {
    ...ownKeys("d", "bigint", ["id"]),
    ...ownKeys("d", "uuid", ["uuid"]),
    ...ownKeys("d", "timestamptz", ["created_at"]),
  },
};

/** Without the replays, which each row would have to be searched for, and the ids of events, which may be many. */
export const LISTED_DEAD_LETTERS: Resource<DeadLetter> = {
  ...DEAD_LETTERS,
  columns: {
    ...DEAD_LETTERS.columns,
    replayEventIds: "array[]::text[]",
    detailJson: "(d.detail - 'event_ids')::text",
  },
};

/**
 * Open ones, or those with one resolution. An empty text is no filter.
 * @throws VigilError invalid-input for another word
 */
export function resolutionFilter(resolution: string): Filters {
  if (resolution === "") return [];
  // As the partial index has it.
  if (resolution === "OPEN") return [{ expression: "(d.resolution is null)", value: true }];
  if ((DEAD_LETTER_RESOLUTIONS as readonly string[]).includes(resolution)) {
    return [{ expression: "d.resolution", value: resolution }];
  }
  const wanted = ["OPEN", ...DEAD_LETTER_RESOLUTIONS].join(", ");
  throw new VigilError("invalid-input", `Invalid resolution: ${resolution}. Wanted one of ${wanted}.`);
}
