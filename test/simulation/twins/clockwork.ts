/** What state does by itself. */

import { expect } from "vitest";
import { autoCommit, inTransaction } from "../../../packages/state/src/database/transaction.ts";
import { unblockLeftovers as unblockRows } from "../../../packages/state/src/runs/blocked.ts";
import { scheduleAudits as scheduleRows } from "../../../packages/state/src/schedule/schedule-audits.ts";
import {
  scheduleAudits as scheduleMirrored,
  unblockLeftovers as unblockMirrored,
} from "../store/clockwork.ts";
import type { Twins } from "./twins.ts";

/** More than there are, so that one look is all. */
const AUDITS_MAX = 1_000;

export async function scheduleAudits({ real, store }: Twins): Promise<void> {
  const { eventMode } = store.life;
  const { due } = await inTransaction(real.orm, (sql) => scheduleRows(sql, AUDITS_MAX, eventMode));
  expect(due).toBe(scheduleMirrored(store));
}

/** With what only a fault could leave: a run that waits for a plan that is over, or though its audit may run by now. */
export async function unblockLeftovers(twins: Twins): Promise<void> {
  const { real, store, chance } = twins;
  const run = chance.pickAny(store.tables.runs.filter(({ state }) => state === "DUE"));
  const plan = chance.pickAny(store.tables.plans);
  if (run !== undefined && plan !== undefined && chance.hits(0.5)) {
    await twins.query(
      `update run set blocked_by = (select id from action_plan order by id offset $2 limit 1)
       where id = (select id from run order by id offset $1 limit 1)`,
      [run.id, plan.id],
    );
    run.blockedBy = String(plan.id);
  }
  expect(await unblockRows(autoCommit(real.orm))).toBe(unblockMirrored(store));
}
