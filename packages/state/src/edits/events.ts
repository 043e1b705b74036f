/** EditService's part on events of the ledger: one transaction, under the lock of the event's audit. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { decideReplay, type EventMode, type ReplayedEvent } from "@vigil/core";
import type { EditServiceImpl } from "@vigil/proto";
import { firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { isStoredUuid } from "../records/ident.ts";
import { EVENTS } from "../records/ledger.ts";
import { findId, getByUuid } from "../records/lookup.ts";
import { notFound } from "../records/resource.ts";
import { lockAudits } from "../runs/locked-audit.ts";
import { checkSettle, type SettleRequest } from "./edit-input.ts";
import { activeRunOf, replayIdOf, storeReplay } from "./replay.ts";

/** What the handlers of events and dead letters need. */
export interface ReplayParts {
  orm: MikroORM;
  eventMode: EventMode;
  /** Called when a run became due. */
  wakeWorkers(): void;
}

/** Errors: not-found; illegal-state, the event has not ended, or its audit does not take it. */
export function eventEdits(parts: ReplayParts): Pick<EditServiceImpl, "replayEvent"> {
  return {
    replayEvent: async ({ editId, eventId, userId }) => {
      const edit = checkSettle({ editId, ident: eventId, userId });
      const uuid = replayIdOf(edit.editId, edit.ident);
      const { due, event } = await inTransaction(parts.orm, async (sql) => ({
        due: await replayOnce(sql, edit, parts.eventMode),
        event: await getByUuid(sql, EVENTS, { uuid, showDeleted: false }),
      }));
      if (due) parts.wakeWorkers();
      return { event };
    },
  };
}

interface Row {
  event_id: string;
  fate: ReplayedEvent["fate"];
  current: string;
  audit_id: string | null;
  audit_ident: string;
}

const READ =
  "select event_id, fate, current, audit_id::text as audit_id, audit_ident from event where event_id = $1";

/** @returns whether a run became due */
async function replayOnce(sql: Sql, edit: SettleRequest, eventMode: EventMode): Promise<boolean> {
  if (!isStoredUuid(edit.ident)) throw notFound(EVENTS, edit.ident);
  if (await isDone(sql, edit)) return false;
  const audit = await lockAuditOf(sql, await read(sql, edit.ident));
  // Under the lock, where nothing moves any more: the same edit may just have had it.
  if (await isDone(sql, edit)) return false;
  const events = [replayed(await read(sql, edit.ident))];
  const activeRun = audit && (await activeRunOf(sql, audit.id));
  const decision = decideReplay(events, { audit, activeRun, eventMode });
  await settleItsLetter(sql, edit);
  return storeReplay(sql, audit!.id, edit, events, decision);
}

async function isDone(sql: Sql, { editId, ident }: SettleRequest): Promise<boolean> {
  const text = "select 1 from event where event_id = $1";
  return (await firstRow(sql, text, [replayIdOf(editId, ident)])) !== undefined;
}

async function read(sql: Sql, eventId: string): Promise<Row> {
  const row = await firstRow<Row>(sql, READ, [eventId]);
  if (row === undefined) throw notFound(EVENTS, eventId);
  return row;
}

/** The event's audit, or the one that has its ident by now: it may have been created since. */
export async function lockAuditOf(
  sql: Sql,
  { audit_id, audit_ident }: Pick<Row, "audit_id" | "audit_ident">,
) {
  const id = audit_id ?? (await findId(sql, "audit", audit_ident));
  if (id === undefined) return undefined;
  return (await lockAudits(sql, { uuids: [], ids: [id] }))[0];
}

function replayed({ event_id: eventId, fate, current }: Row): ReplayedEvent {
  return { eventId, fate, current };
}

/** An open dead letter of this one event is answered by its replay. One of a run asks for all of the run's events. */
async function settleItsLetter(sql: Sql, { editId, ident, userId }: SettleRequest): Promise<void> {
  await rows(
    sql,
    `update dead_letter set resolution = 'REPLAYED', resolved_at = clock_timestamp(), resolved_by = $2, last_edit = $3
     where event_id = $1 and kind = 'event' and resolution is null`,
    [ident, userId, editId],
  );
}
