/**
 * The subscription to changes of audits, runs and plans. Every message carries the sequence it can be
 * resumed after, the first one as well: a client that loses its connection before anything happened
 * loses nothing either.
 */

import { type TrackedEnvelope, tracked } from "@trpc/server";
import { type Bus, type Change, changesPosition, subscribeChanges } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import { z } from "zod";
import type { Services } from "./context.ts";
import { toTrpcError } from "./errors.ts";
import { allowed, router } from "./init.ts";
import { SUBSCRIPTIONS_MAX } from "./limits.ts";
import { changeKind, changeShape, ident } from "./shapes.ts";

const changesInput = z.strictObject({
  /** Sent by the client's link when it connects again. */
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/)
    .nullish(),
  /** Default: all. */
  kinds: z.array(changeKind).min(1).optional(),
  /** Changes of this audit, its runs and its plans only. */
  auditUuid: ident.optional(),
});

type ChangesInput = z.output<typeof changesInput>;
type ChangeOut = z.output<typeof changeShape>;

/** The router is merged at the root: the subscription is called `changes`. */
export const changesRouter = router({
  changes: allowed("audit:get_all")
    .input(changesInput)
    .subscription(({ ctx, input, signal }) =>
      counted(ctx.services, follow(ctx.services.bus, input, signal ?? new AbortController().signal)),
    ),
});

type Sent = TrackedEnvelope<ChangeOut>;

async function* follow(bus: Bus, input: ChangesInput, signal: AbortSignal): AsyncGenerator<Sent, void> {
  const resumeAfter = input.lastEventId ? Number(input.lastEventId) : undefined;
  if (resumeAfter !== undefined) {
    try {
      yield* send(bus, input, resumeAfter, signal);
      return;
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      // The client cannot be given what it missed; it is told so, and goes on from now.
    }
  }
  const position = await changesPosition(bus);
  yield tracked(String(position), { kind: "position", missed: resumeAfter !== undefined });
  yield* send(bus, input, position, signal);
}

async function* send(
  bus: Bus,
  input: ChangesInput,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<Sent, void> {
  for await (const { sequence, change } of subscribeChanges(bus, { afterSequence, signal })) {
    const out = changeOut(change);
    if (isWanted(out, input)) yield tracked(String(sequence), changeShape.parse(out));
  }
}

/** Changes after the client's position are no longer in the stream. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof VigilError && thrown.kind === "not-found";
}

function isWanted(change: ReturnType<typeof changeOut>, { kinds, auditUuid }: ChangesInput): boolean {
  if (kinds !== undefined && !kinds.includes(change.kind)) return false;
  return auditUuid === undefined || (change.kind === "audit" ? change.uuid : change.auditUuid) === auditUuid;
}

/** A change as clients see it; the outbox writes its data in the names of the database. */
function changeOut({ kind, uuid, version, at, data }: Change) {
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : "");
  const common = { uuid, version, at, state: text("state") };
  switch (kind) {
    case "audit":
      return { kind, ...common, name: text("name") };
    case "run":
      return { kind, ...common, auditUuid: text("audit_uuid"), error: text("error") || null };
    case "action_plan": {
      const actions = typeof data.actions === "number" ? data.actions : 0;
      return { kind, ...common, auditUuid: text("audit_uuid"), runId: text("run_id"), actions };
    }
    case "action":
      return { kind, ...common, auditUuid: text("audit_uuid"), actionPlanUuid: text("action_plan_uuid") };
  }
}

/** Keeps within the limit, and maps errors: those of a running subscription pass no procedure any more. */
async function* counted<Item>(
  { subscriptions }: Services,
  items: AsyncGenerator<Item, void>,
): AsyncGenerator<Item, void> {
  if (subscriptions.open >= SUBSCRIPTIONS_MAX) {
    const text = `${subscriptions.open} subscriptions are open in this process, the limit is ${SUBSCRIPTIONS_MAX}. Use another, or try later.`;
    throw toTrpcError(new VigilError("overloaded", text));
  }
  subscriptions.open += 1;
  try {
    yield* items;
  } catch (thrown) {
    throw toTrpcError(thrown);
  } finally {
    subscriptions.open -= 1;
  }
}
