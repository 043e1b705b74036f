/** What users and operators do. */

import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import {
  cancelAudit as cancelMirrored,
  changePlan as changeMirrored,
  replay as replayMirrored,
} from "../store/edits.ts";
import type { Twins } from "./twins.ts";

const kindOf = ({ kind }: { kind: string }) => kind;

/** Most often one that runs. */
export async function cancelAudit(twins: Twins): Promise<void> {
  const { store, chance, edits } = twins;
  const running = store.tables.audits.filter(({ id }) => store.openRun(id)?.state === "LIVE");
  const audit = (chance.hits(0.5) ? chance.pickAny(running) : undefined) ?? chance.pick(store.tables.audits);
  const isOpen = audit.state === "PENDING" || audit.state === "ONGOING";
  const told = await patch(edits.patchAudit, audit.uuid, "CANCELLED");
  expect(told).toBe(isOpen ? undefined : "illegal-state");
  if (isOpen && store.openRun(audit.id)?.state === "LIVE") twins.notes.add("live run cancelled");
  cancelMirrored(store, audit.id);
}

/** One like it comes in the place of an audit that is over: strict leaves each FAILED before long. */
export async function replaceAudit(twins: Twins): Promise<void> {
  const audits = twins.store.tables.audits.filter(({ id }) => !twins.replaced.has(id));
  const over = audits.find(({ state, type }) => {
    return state === "FAILED" || state === "CANCELLED" || (state === "SUCCEEDED" && type !== "EVENT");
  });
  if (over === undefined) return;
  twins.replaced.add(over.id);
  const { type, triggerStates, force, autoTrigger, scope } = over;
  const schedule = { ...over.schedule, startMs: null, endMs: null, nextRunMs: null };
  await twins.addAudit({ type, triggerStates, force, autoTrigger, scope, schedule });
}

export async function changePlan(twins: Twins): Promise<void> {
  const { store, chance, edits } = twins;
  const row = chance.pickAny(store.tables.plans);
  if (row === undefined) return;
  const uuid = await twins.planUuid(row.id);
  const before = row.state;
  if (chance.hits(0.7)) {
    await edits.startActionPlan({ editId: randomUUID(), uuid } as never).catch(kindOf);
    changeMirrored(store, row.id, "start");
  } else {
    await patch(edits.patchActionPlan, uuid, before === "ONGOING" ? "CANCELLING" : "CANCELLED");
    changeMirrored(store, row.id, "cancel");
  }
}

/** An event of any fate: of those that can't be replayed both say so. */
export async function replay(twins: Twins): Promise<void> {
  const { store, chance, edits } = twins;
  const dead = store.tables.events.filter(({ fate }) => fate === "DEAD_LETTER");
  const event = chance.pickAny(chance.hits(0.4) ? dead : store.tables.events);
  if (event === undefined) return;
  const { eventId } = event;
  const told = await edits
    .replayEvent({ editId: randomUUID(), eventId, userId: "operator" })
    .then(({ event: made }) => made?.eventId, kindOf);
  // One that is refused makes no event, so any id will do.
  expect(told).toBe(replayMirrored(store, eventId, told ?? "") ?? "illegal-state");
}

/** @returns the kind of the refusal */
async function patch(call: unknown, ident: string, state: string): Promise<string | undefined> {
  const patchJson = JSON.stringify([{ op: "replace", path: "/state", value: state }]);
  const edit = call as (request: { editId: string; ident: string; patchJson: string }) => Promise<unknown>;
  return edit({ editId: randomUUID(), ident, patchJson }).then(() => undefined, kindOf);
}
