/** An event made by a client instead of an alarm service; from the stream on nothing tells them apart. */

import { hash, randomUUID } from "node:crypto";
import {
  ACCEPTED_EVENT_SCHEMA,
  type AcceptedEvent,
  type AlarmBody,
  IDEMPOTENCY_KEY_LENGTH_MAX,
  identifyOccurrence,
  triggerRefusal,
  VigilError,
} from "@vigil/core";
import type { Identity } from "@vigil/http";
import { z } from "zod";
import { present } from "../rows.ts";
import type { Context } from "./context.ts";
import { ident, triggerState } from "./shapes.ts";

/** State that an event reports when its sender says none: as webhooks without one. */
const DEFAULT_STATE = "alarm";

export const triggerInput = z.strictObject({
  /** Integer id, UUID or name. */
  audit: ident,
  /** Kept with the event as evidence; decides nothing. */
  body: z.unknown().optional(),
  /** State of the alarm that the event reports: audits may take some only. */
  current: triggerState.exclude(["*"]).default(DEFAULT_STATE),
  /** Two events of one sender with equal keys are the same one for 24 hours. Without a key each call is a new event. */
  idempotencyKey: z
    .string()
    .max(IDEMPOTENCY_KEY_LENGTH_MAX)
    .regex(/^[\x21-\x7e]+$/, { error: "1 to 255 visible ASCII characters" })
    .optional(),
});

export const triggerOutput = z.strictObject({
  eventId: z.string(),
  auditUuid: z.string(),
  occurrenceKey: z.string(),
  /** True: an event with this key was taken before; this one makes no run. */
  duplicate: z.boolean(),
});

/**
 * Publishes the event and answers after the broker's acknowledgement.
 *
 * @throws VigilError not-found (no such audit), illegal-state (its type or state takes no events),
 *   unavailable, deadline, overloaded (the broker)
 */
export async function triggerAudit(
  { services, identity, remoteAddress }: Context,
  input: z.output<typeof triggerInput>,
): Promise<z.input<typeof triggerOutput>> {
  const { audit: row } = await services.records.getAudit({ ident: input.audit });
  const audit = present(row, "GetAudit");
  const refusal = triggerRefusal({ type: audit.auditType, state: audit.state }, services.eventMode);
  if (refusal !== undefined) throw new VigilError("illegal-state", refusal);

  const bytes = bodyBytes(input.body);
  const body: AlarmBody = {
    format: "generic",
    parse: bytes.length === 0 ? "empty" : "ok",
    current: input.current,
    aodh: undefined,
  };
  const receivedAtMs = services.nowMs();
  const { occurrenceKey, baseHash, exact, eventId } = identifyOccurrence(
    {
      audit: audit.uuid,
      body,
      bytes,
      requestId: "",
      idempotencyKey: input.idempotencyKey ?? "",
      userId: identity.userId,
      // The process tells apart only alarms of Aodh; here the key is exact, or the nonce.
      clock: { processId: "", wallMs: receivedAtMs, steadyMs: performance.timeOrigin + performance.now() },
      nonce: randomUUID(),
    },
    (data) => hash("sha256", data, "hex"),
  );
  const event: AcceptedEvent = {
    schema: ACCEPTED_EVENT_SCHEMA,
    eventId,
    auditUuid: audit.uuid,
    auditIdent: input.audit,
    occurrenceKey,
    baseHash,
    exact,
    receivedAtMs,
    requestId: "",
    format: body.format,
    bodyParse: body.parse,
    current: body.current,
    sender: senderOf(identity, remoteAddress),
    contentType: bytes.length === 0 ? "" : "application/json",
  };
  const { duplicate } = await services.publisher.publish(event, bytes);
  return { eventId, auditUuid: audit.uuid, occurrenceKey, duplicate };
}

function bodyBytes(body: unknown): Uint8Array {
  return body === undefined ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(body));
}

function senderOf(identity: Identity, remoteAddress: string): AcceptedEvent["sender"] {
  const { userId, projectId, trustId, trusteeUserId } = identity;
  return {
    ...(userId !== "" && { userId }),
    ...(projectId !== "" && { projectId }),
    ...(trustId !== undefined && { trustId }),
    ...(trusteeUserId !== undefined && { trusteeUserId }),
    ...(remoteAddress !== "" && { remoteAddress }),
  };
}
