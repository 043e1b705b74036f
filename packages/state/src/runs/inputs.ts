/** What comes in over gRPC, checked: proto-loader turns wrong types into others without a word. */

import { EXPLANATION_LENGTH_MAX, isJsonObject, VigilError } from "@vigil/core";
import type { CompleteRequest__Output, IngestRequest__Output, LeaseRef__Output } from "@vigil/proto";
import type { Context } from "@vigil/tracing";
import { z } from "zod";

/** Actions of one plan. A migration of every guest of a large cloud stays below it. */
export const PLAN_ACTIONS_MAX = 1_000_000;

/** Characters of the operator's options as JSON: some weights and names. */
const OPTIONS_LENGTH_MAX = 64 * 1024;

/** Leases in one heartbeat; far above the slots of any worker. */
export const LEASES_MAX = 10_000;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
export const decimal = z.string().regex(/^\d{1,19}$/);
const workerId = z.string().min(1).max(512);
const jsonObject = z.string().refine(holdsObject, { error: "not a JSON object" });
const jsonArray = z.string().refine((text) => isJson(text, Array.isArray), { error: "not a JSON array" });

/** Whatever it is that is none, no event or plan is refused for it. Null: not traced. */
const traceParent = z
  .string()
  .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
  .nullable()
  .catch(null);

const eventInput = z.object({
  eventId: z.uuid(),
  auditUuid: z.union([z.literal(""), z.uuid()]),
  auditIdent: z.string().max(1_024),
  occurrenceKey: hash,
  baseHash: hash,
  exact: z.boolean(),
  receivedAtMs: decimal.transform(Number),
  streamSequence: decimal,
  streamTimeMs: decimal.transform(Number),
  requestId: z.string().max(1_024),
  format: z.string().max(64),
  bodyParse: z.string().max(64),
  current: z.string().max(64),
  body: z.instanceof(Buffer),
  senderJson: jsonObject,
  traceParent,
});

export type EventInput = z.infer<typeof eventInput>;

/** Events in one ingest; workers send fewer. They share one transaction, and one lock of their audit. */
const INGEST_EVENTS_MAX = 1_000;

/** At least one, all of one audit: the lock and the order of its events are what a call is about. */
export function checkEvents({ event, more }: IngestRequest__Output): EventInput[] {
  const first = parse("event", eventInput, event);
  const events = [first, ...parse("more", z.array(eventInput).max(INGEST_EVENTS_MAX - 1), more)];
  const stranger = events.find(
    ({ auditUuid, auditIdent }) =>
      auditUuid !== first.auditUuid || (auditUuid === "" && auditIdent !== first.auditIdent),
  );
  if (stranger === undefined) return events;
  const ident = (of: EventInput) => of.auditUuid || of.auditIdent;
  throw new VigilError(
    "invalid-input",
    `one ingest carries events of audits ${ident(first)} and ${ident(stranger)}; send one for each audit`,
  );
}

export function checkWorkerId(text: string): string {
  return parse("worker_id", workerId, text);
}

/** Empty: a worker or applier of the release before, which does not ask again. */
const claimId = z.union([z.literal(""), z.uuid()]);

export function checkClaimId(text: string): string {
  return parse("claim_id", claimId, text);
}

const leaseRef = z.object({ runId: z.uuid(), token: decimal });

export type LeaseRefInput = z.infer<typeof leaseRef>;

export function checkLeases(leases: LeaseRef__Output[]): LeaseRefInput[] {
  return parse("leases", z.array(leaseRef).max(LEASES_MAX), leases);
}

const plan = z.object({
  snapshotHash: z.string().max(128),
  strategyName: z.string().min(1).max(63),
  strategyVersion: z.string().max(63),
  actions: z
    .array(
      z.object({
        actionType: z.string().min(1).max(255),
        inputParametersJson: jsonObject,
        parents: z.array(z.int().nonnegative()),
      }),
    )
    .max(PLAN_ACTIONS_MAX),
  efficacyIndicators: z.array(
    z.object({
      name: z.string().min(1).max(63),
      description: z.string().max(255),
      unit: z.string().max(63).optional(),
      value: z.number(),
    }),
  ),
  globalEfficacyJson: jsonArray,
  explanationJson: jsonObject.max(EXPLANATION_LENGTH_MAX),
  /** Empty: a worker of the release before does not tell them. */
  optionsJson: z
    .string()
    .max(OPTIONS_LENGTH_MAX)
    .refine((text) => text === "" || holdsObject(text), { error: "not a JSON object" })
    .transform((text) => (text === "" ? undefined : text)),
  computeMs: z.number().nonnegative(),
  traceParent,
});

export type PlanInput = z.infer<typeof plan>;

/**
 * Characters of a failure's message that are kept; far more than anybody reads. Whatever it says must be storable: a
 * failure that is refused would come again as a dead lease, until the attempts are used up.
 */
const FAILURE_LENGTH_MAX = 10_000;
/** Cut, and without what the database can't store. */
export const storableText = z
  .string()
  .transform((text) => text.slice(0, FAILURE_LENGTH_MAX).toWellFormed().replaceAll("\0", "\ufffd"));

const failure = z.object({
  kind: z.string().max(64),
  message: storableText,
  retryable: z.boolean(),
  endedThread: z.boolean(),
  // A worker of the release before does not say it.
  modelMissing: z.boolean().optional(),
});

export interface CompleteInput {
  runId: string;
  token: string;
  plan?: PlanInput;
  failure?: z.infer<typeof failure>;
  /** Below which its transaction belongs. */
  trace?: Context | undefined;
}

export function checkComplete(request: CompleteRequest__Output): CompleteInput {
  const { runId, token } = parse("lease", leaseRef, { runId: request.runId, token: request.token });
  if (request.plan) return { runId, token, plan: checkPlan(parse("plan", plan, request.plan)) };
  if (request.failure) return { runId, token, failure: parse("failure", failure, request.failure) };
  throw new VigilError("invalid-input", "complete carries neither a plan nor a failure; send one of them");
}

/** Parents point backwards, so the stored graph cannot have a cycle. */
function checkPlan(input: PlanInput): PlanInput {
  for (const [index, action] of input.actions.entries()) {
    const forward = action.parents.find((parent) => parent >= index);
    if (forward === undefined) continue;
    throw new VigilError(
      "invalid-input",
      `action ${index} names action ${forward} as its parent; parents must come earlier in the plan`,
    );
  }
  return input;
}

/** @throws VigilError invalid-input that names the first member which is not acceptable */
export function parse<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new VigilError("invalid-input", `${what}${path && `.${path}`} is not acceptable: ${issue?.message}`);
}

function holdsObject(text: string): boolean {
  return isJson(text, isJsonObject);
}

function isJson(text: string, test: (value: unknown) => boolean): boolean {
  try {
    return test(JSON.parse(text));
  } catch {
    return false;
  }
}
