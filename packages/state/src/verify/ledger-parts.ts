/** The parts of the ledger, and for each rule about their rows the condition that a row breaks it by. */

import type { ContradictionRule } from "@vigil/core";

/** A table that is walked in the order of its ids. */
export interface LedgerPart {
  table: string;
  /** Further columns that the conditions look at. */
  columns: readonly string[];
  /** What findings name rows by. */
  ident: string;
  /** What rows are counted by. */
  countBy: string;
  /**
   * Conditions over the row, called x, in SQL. OFFSET keeps each look at a neighbour an index lookup: as joins, whole
   * tables would be held against the few rows of a page.
   */
  rules: Partial<Record<ContradictionRule, string>>;
}

const none = (query: string) => `not exists (select from ${query} offset 0)`;
const some = (query: string) => `exists (select from ${query} offset 0)`;

const OPEN_RUN = "run r where r.audit_id = x.audit_id and r.state in ('DUE', 'LIVE')";
const PLAN = "action_plan p where p.run_id = x.id";
const LETTER_EVENTS = `(select e.event_id from event e where e.event_id = x.event_id
  union all select e.event_id from run r join event e on e.run_id = r.id and e.fate = 'DEAD_LETTER' where r.run_id = x.run_id)`;

const EVENTS: LedgerPart = {
  table: "event",
  columns: ["event_id", "audit_id", "fate", "reason", "run_id", "duplicate_of", "replay_of"],
  ident: "event_id",
  countBy: "fate",
  rules: {
    "event-waits-for-nothing": `fate = 'WAITING' and ${none(OPEN_RUN)}`,
    "event-leased-by-nobody": `fate = 'LEASED' and ${none("run r where r.id = x.run_id and r.state = 'LIVE' and r.audit_id = x.audit_id")}`,
    "event-done-by-nothing": `fate = 'DONE' and ${none("run r where r.id = x.run_id and r.state = 'SUCCEEDED' and r.audit_id = x.audit_id")}`,
    "event-dead-without-letter": `fate = 'DEAD_LETTER' and ${none("dead_letter d where d.event_id = x.event_id")}
      and ${none("run r join dead_letter d on d.run_id = r.run_id where r.id = x.run_id")}`,
    "event-duplicate-of-nothing": `fate = 'DUPLICATE' and ${none("event e where e.event_id = x.duplicate_of")}`,
    "event-without-reason":
      "fate in ('DUPLICATE', 'FILTERED', 'DISCARDED', 'DEAD_LETTER') and reason is null",
    "event-replay-of-nothing": `replay_of is not null and ${none("event e where e.event_id = x.replay_of")}`,
  },
};

const RUNS: LedgerPart = {
  table: "run",
  columns: ["run_id", "state"],
  ident: "run_id",
  countBy: "state",
  rules: {
    "run-succeeded-without-plan": `state = 'SUCCEEDED' and ${none(PLAN)}`,
    "run-plan-without-success": `state <> 'SUCCEEDED' and ${some(PLAN)}`,
    "run-with-two-plans": `1 < (select count(*) from ${PLAN})`,
    "run-dead-without-letter": `state in ('FAILED', 'DEAD_LETTER') and ${none("dead_letter d where d.run_id = x.run_id")}`,
  },
};

const AUDITS: LedgerPart = {
  table: "audit",
  columns: ["uuid", "state", "deleted_at"],
  ident: "uuid",
  countBy: "state",
  rules: {
    "audit-with-two-open-runs":
      "1 < (select count(*) from run r where r.audit_id = x.id and r.state in ('DUE', 'LIVE'))",
    "audit-over-with-open-run": `(state in ('CANCELLED', 'SUSPENDED', 'DELETED') or deleted_at is not null)
      and ${some("run r where r.audit_id = x.id and r.state in ('DUE', 'LIVE')")}`,
  },
};

const DEAD_LETTERS: LedgerPart = {
  table: "dead_letter",
  columns: ["uuid", "kind", "event_id", "run_id", "resolution"],
  ident: "uuid",
  countBy: "coalesce(resolution, 'OPEN')",
  rules: {
    "letter-of-other-fate": `kind = 'event' and ${some("event e where e.event_id = x.event_id and e.fate <> 'DEAD_LETTER'")}`,
    "letter-of-other-run": `kind = 'run' and ${none("run r where r.run_id = x.run_id and r.state in ('FAILED', 'DEAD_LETTER')")}`,
    "letter-replayed-by-nothing": `resolution = 'REPLAYED' and ${some(`${LETTER_EVENTS} e`)}
      and ${none(`${LETTER_EVENTS} e join event n on n.replay_of = e.event_id`)}`,
  },
};

/** By the names that callers know. */
export const LEDGER_PARTS: Readonly<Record<string, LedgerPart>> = {
  events: EVENTS,
  runs: RUNS,
  audits: AUDITS,
  dead_letters: DEAD_LETTERS,
};
