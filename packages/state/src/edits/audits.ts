/** EditService's part on audits. One transaction each, under the lock of the audit's row. */

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type AuditEdit,
  deleteAudit,
  type EventMode,
  editAudit,
  endOfEditedRun,
  endOfRetypedRun,
  VigilError,
  withoutRun,
} from "@vigil/core";
import type { Audit, EditServiceImpl } from "@vigil/proto";
import { violatedUnique } from "../database/errors.ts";
import { inTransaction, rows, type Sql } from "../database/transaction.ts";
import { type AuditIndexing, whenIndexed } from "../outbox/when-indexed.ts";
import { AUDITS } from "../records/audits.ts";
import { getByUuid } from "../records/lookup.ts";
import { endRuns, makeDueRun } from "../runs/end-runs.ts";
import { type LockedAuditRow, lockEdited, storeAuditEdit } from "./audit-rows.ts";
import { checkEdit, checkPatch, type EditRequest } from "./edit-input.ts";

/** What the handlers of audits need. */
export interface AuditEditParts extends AuditIndexing {
  orm: MikroORM;
  eventMode: EventMode;
  /** Called when a run became due. */
  wakeWorkers(): void;
}

/** What became of one edit. */
interface Edited {
  audit: Audit;
  /** A run became due. */
  due: boolean;
}

/** Errors are those of rest-api 6.5 to 6.7, with their texts. */
export function auditEdits(parts: AuditEditParts): Pick<EditServiceImpl, "patchAudit" | "deleteAudit"> {
  return {
    patchAudit: async (request) => {
      const { operations, ...edit } = checkPatch(request);
      const decide = ({ audit, nowMs }: LockedAuditRow) =>
        operations.length === 0 ? undefined : editAudit(audit, operations, nowMs);
      return { audit: await change(parts, edit, decide) };
    },
    deleteAudit: async (request) => {
      await change(parts, checkEdit(request), ({ audit }) => deleteAudit(audit));
      return {};
    },
  };
}

/** Answers when edges can know of the change. An edit that is done already is answered with the row as it is. */
async function change(
  parts: AuditEditParts,
  edit: EditRequest,
  decide: (row: LockedAuditRow) => AuditEdit | undefined,
): Promise<Audit> {
  const { audit, due } = await inTransaction(parts.orm, async (sql) => {
    const found = await lockEdited(sql, edit);
    if ("doneOn" in found) return { audit: await read(sql, found.doneOn), due: false };
    const decided = decide(found.locked);
    return store(sql, found.locked, decided, edit.editId, parts.eventMode);
  });
  parts.relay.notifyCommitted();
  if (due) parts.wakeWorkers();
  await whenIndexed(parts, audit.uuid!);
  return audit;
}

async function store(
  sql: Sql,
  row: LockedAuditRow,
  edit: AuditEdit | undefined,
  editId: string,
  eventMode: EventMode,
): Promise<Edited> {
  if (edit === undefined) return { audit: await read(sql, row.uuid), due: false };
  const { due, isRunless } = await changeRuns(sql, row, edit, eventMode);
  try {
    await storeAuditEdit(sql, row, isRunless ? withoutRun(edit) : edit, editId);
  } catch (thrown) {
    if (violatedUnique(thrown) !== "audit_name_unique") throw thrown;
    throw new VigilError("conflict", `An audit with UUID or name ${edit.members.name} already exists`);
  }
  return { audit: await read(sql, row.uuid), due };
}

/** What an edit did to the runs of its audit. */
interface ChangedRuns {
  /** A run became due. */
  due: boolean;
  /** The audit has another type now, and no run is left open. */
  isRunless: boolean;
}

/** Before the audit's own change, so that receivers who hear of it find the run as it is now. */
async function changeRuns(
  sql: Sql,
  { id }: LockedAuditRow,
  { runs, members }: AuditEdit,
  eventMode: EventMode,
): Promise<ChangedRuns> {
  if (runs === "keep") return { due: false, isRunless: false };
  const text = `select id::text as id, state = 'DUE' and cause <> 'EVENT' as is_of_old_type from run
    where audit_id = $1::bigint and state in ('DUE', 'LIVE') for update`;
  const open = await rows<{ id: string; is_of_old_type: boolean }>(sql, text, [id]);
  if (runs === "restart") {
    if (open.length === 0) await makeDueRun(sql, id, "ONESHOT");
    return { due: open.length === 0, isRunless: false };
  }
  const isRetyped = runs === "retype";
  const ending = isRetyped ? open.filter((run) => run.is_of_old_type) : open;
  const end = isRetyped ? endOfRetypedRun(members.audit_type) : endOfEditedRun(members.state);
  const ends = ending.map((run) => ({ runDbId: run.id, auditDbId: id, end, result: {} }));
  const due = await endRuns(sql, ends, eventMode);
  return { due, isRunless: isRetyped && !due && ending.length === open.length };
}

function read(sql: Sql, uuid: string): Promise<Audit> {
  return getByUuid(sql, AUDITS, { uuid, showDeleted: true });
}
