/** EditService's part on dead letters. One transaction each; locks in the order audit, dead letter. */

import { decideReplay, decideRerun, type EventMode, type ReplayedEvent, VigilError } from "@vigil/core";
import type { DeadLetter, EditServiceImpl } from "@vigil/proto";
import { firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";
import type { DEAD_LETTER_RESOLUTIONS } from "../entities/dead-letter.ts";
import { DEAD_LETTERS } from "../records/dead-letters.ts";
import { isStoredUuid } from "../records/ident.ts";
import { getByUuid } from "../records/lookup.ts";
import { notFound } from "../records/resource.ts";
import type { RunCause } from "../runs/end-runs.ts";
import { checkSettle, type SettleRequest } from "./edit-input.ts";
import { lockAuditOf, type ReplayParts } from "./events.ts";
import { activeRunOf, makeRun, storeReplay } from "./replay.ts";

/** Errors: not-found; illegal-state, it is resolved, or what it stands for can't be run again. */
export function deadLetterEdits(
  parts: ReplayParts,
): Pick<EditServiceImpl, "replayDeadLetter" | "dropDeadLetter"> {
  return {
    replayDeadLetter: async ({ editId, uuid, userId }) => {
      const edit = checkSettle({ editId, ident: uuid, userId });
      const { due, deadLetter } = await inTransaction(parts.orm, async (sql) => ({
        due: await replayOnce(sql, edit, parts.eventMode),
        deadLetter: await show(sql, edit),
      }));
      if (due) parts.wakeWorkers();
      return { deadLetter };
    },
    dropDeadLetter: async ({ editId, uuid, userId }) => {
      const edit = checkSettle({ editId, ident: uuid, userId });
      const deadLetter = await inTransaction(parts.orm, async (sql) => {
        const letter = await lock(sql, edit);
        if (!isDone(letter, edit)) await resolve(sql, letter, edit, "DROPPED");
        return show(sql, edit);
      });
      return { deadLetter };
    },
  };
}

type Resolution = (typeof DEAD_LETTER_RESOLUTIONS)[number];

interface Letter {
  /** Primary key as decimal text. */
  id: string;
  kind: "event" | "run";
  audit_id: string | null;
  event_id: string | null;
  run_id: string | null;
  resolution: Resolution | null;
  last_edit: string | null;
}

const READ = `
select id::text as id, kind, audit_id::text as audit_id, event_id, run_id, resolution, last_edit
from dead_letter where uuid = $1`;

/** @returns whether a run became due */
async function replayOnce(sql: Sql, edit: SettleRequest, eventMode: EventMode): Promise<boolean> {
  const seen = await read(sql, edit, READ);
  const ident = seen.audit_id === null ? await identOf(sql, seen) : "";
  const audit = await lockAuditOf(sql, { audit_id: seen.audit_id, audit_ident: ident });
  const letter = await lock(sql, edit);
  if (isDone(letter, edit)) return false;
  const events = await eventsOf(sql, letter);
  const view = { audit, activeRun: audit && (await activeRunOf(sql, audit.id)), eventMode };
  if (events.length > 0) {
    const decision = decideReplay(events, view);
    await resolve(sql, letter, edit, "REPLAYED");
    return storeReplay(sql, audit!.id, edit, events, decision);
  }
  const cause = await causeOf(sql, letter, edit.ident);
  const decision = decideRerun(letter.run_id!, view);
  await resolve(sql, letter, edit, "REPLAYED");
  return makeRun(sql, audit!.id, cause, decision);
}

async function read(sql: Sql, { ident }: SettleRequest, text: string): Promise<Letter> {
  const letter = isStoredUuid(ident) ? await firstRow<Letter>(sql, text, [ident]) : undefined;
  if (letter === undefined) throw notFound(DEAD_LETTERS, ident);
  return letter;
}

function lock(sql: Sql, edit: SettleRequest): Promise<Letter> {
  return read(sql, edit, `${READ} for update`);
}

/** @throws VigilError illegal-state: it was resolved by another edit */
function isDone({ resolution, last_edit }: Letter, { editId, ident }: SettleRequest): boolean {
  if (resolution === null) return false;
  if (last_edit === editId) return true;
  const done = resolution === "REPLAYED" ? "replayed" : "dropped";
  throw new VigilError(
    "illegal-state",
    `Dead letter ${ident} is ${done} already. Its events can be replayed one by one.`,
  );
}

/** What stood in the URL of the event that named no audit. */
async function identOf(sql: Sql, { event_id }: Letter): Promise<string> {
  const text = "select audit_ident from event where event_id = $1";
  return (await firstRow<{ audit_ident: string }>(sql, text, [event_id]))?.audit_ident ?? "";
}

/** Those that ended with the dead letter, oldest first. */
function eventsOf(sql: Sql, { event_id, run_id }: Letter): Promise<ReplayedEvent[]> {
  return rows<ReplayedEvent>(
    sql,
    `select event_id as "eventId", fate, current from event
     where event_id = $1 or (fate = 'DEAD_LETTER' and run_id = (select id from run where run_id = $2))
     order by id`,
    [event_id, run_id],
  );
}

/** @throws VigilError illegal-state: the dead letter says nothing that could be run again */
async function causeOf(sql: Sql, { run_id }: Letter, uuid: string): Promise<RunCause> {
  const text = "select cause from run where run_id = $1";
  const run = await firstRow<{ cause: RunCause }>(sql, text, [run_id]);
  if (run !== undefined) return run.cause;
  throw new VigilError(
    "illegal-state",
    `Dead letter ${uuid} can't be replayed: neither its event nor its run is in the ledger. Drop it.`,
  );
}

async function resolve(
  sql: Sql,
  { id }: Letter,
  { editId, userId }: SettleRequest,
  resolution: Resolution,
): Promise<void> {
  await rows(
    sql,
    `update dead_letter set resolution = $2, resolved_at = clock_timestamp(), resolved_by = $3, last_edit = $4
     where id = $1::bigint`,
    [id, resolution, userId, editId],
  );
}

function show(sql: Sql, { ident }: SettleRequest): Promise<DeadLetter> {
  return getByUuid(sql, DEAD_LETTERS, { uuid: ident, showDeleted: false });
}
