/** What comes in over gRPC for plans, checked. Who an applier is and what a token is are as for workers. */

import { ACTION_END_STATES, type ActionEndState, isJsonObject, type PlanLeaseClaim } from "@vigil/core";
import type {
  AbortActionRequest__Output,
  BeginActionRequest__Output,
  EndActionRequest__Output,
  EndPlanRequest__Output,
  PlanLeaseRef__Output,
} from "@vigil/proto";
import { z } from "zod";
import { decimal, LEASES_MAX, parse, storableText } from "../runs/inputs.ts";

/** Characters of what an applier notes with an intent: some ids of requests. */
const INTENT_LENGTH_MAX = 64 * 1024;

const applierId = z.string().min(1).max(512);
/** uuids are compared as text with the database's, which are in small letters. */
const uuid = z.uuid().toLowerCase();
const token = decimal.transform(BigInt);
const lease = z.object({ applierId, planUuid: uuid, token });
const leaseRef = z.object({ planUuid: uuid, token: decimal });

const intent = z
  .string()
  .max(INTENT_LENGTH_MAX)
  .refine((text) => text === "" || holdsObject(text), { error: "not a JSON object" })
  .transform((text) => (text === "" ? undefined : text));

const beginInput = lease.extend({ actionUuid: uuid, intentJson: intent });
const abortInput = lease.extend({ actionUuid: uuid });
const endInput = lease.extend({
  actionUuid: uuid,
  state: z.enum(ACTION_END_STATES),
  statusMessage: storableText,
});
const endPlanInput = lease.extend({ failure: storableText });

/** The lease under which a call comes. */
export interface PlanLeaseInput extends PlanLeaseClaim {
  planUuid: string;
}

export interface BeginActionInput extends PlanLeaseInput {
  step: "begin";
  actionUuid: string;
  /** JSON text. */
  intentJson: string | undefined;
}

export interface AbortActionInput extends PlanLeaseInput {
  step: "abort";
  actionUuid: string;
}

export interface EndActionInput extends PlanLeaseInput {
  step: "end";
  actionUuid: string;
  state: ActionEndState;
  /** Empty: none. */
  statusMessage: string;
}

export interface EndPlanInput extends PlanLeaseInput {
  /** Empty: none. */
  failure: string;
}

/** The token as decimal text, for SQL. */
export type PlanLeaseRefInput = z.infer<typeof leaseRef>;

export function checkApplierId(text: string): string {
  return parse("applier_id", applierId, text);
}

export function checkPlanLeases(leases: PlanLeaseRef__Output[]): PlanLeaseRefInput[] {
  return parse("leases", z.array(leaseRef).max(LEASES_MAX), leases);
}

export function checkBegin(request: BeginActionRequest__Output): BeginActionInput {
  const { intentJson, ...rest } = parse("begin", beginInput, request);
  return { step: "begin", ...rest, intentJson };
}

export function checkAbort(request: AbortActionRequest__Output): AbortActionInput {
  return { step: "abort", ...parse("abort", abortInput, request) };
}

export function checkEnd(request: EndActionRequest__Output): EndActionInput {
  return { step: "end", ...parse("end", endInput, request) };
}

export function checkEndPlan(request: EndPlanRequest__Output): EndPlanInput {
  return parse("end", endPlanInput, request);
}

function holdsObject(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}
