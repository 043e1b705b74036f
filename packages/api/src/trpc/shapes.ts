/**
 * What goes in and out of procedures, as zod schemas: the client's types come from here, and so does the
 * check of every answer. Times are ISO 8601 texts, 64-bit numbers decimal texts, absent values null.
 */

import { ACTION_STATES, AUDIT_STATES, EVENT_FATES, PLAN_STATES, RUN_STATES } from "@vigil/core";
import { z } from "zod";

/** Items of one page. */
export const PAGE_ITEMS_MAX = 1_000;
const PAGE_ITEMS_DEFAULT = 100;

/** Longest name, UUID or id that can find anything; longer input is not looked up. */
const IDENT_LENGTH_MAX = 255;

/** ISO 8601 with `Z` or an offset. */
export const time = z.iso.datetime({ offset: true });
export const decimal = z.string().regex(/^-?\d+$/);
export const jsonObject = z.record(z.string(), z.unknown());

/** What a row is named by. */
export const ident = z.string().min(1).max(IDENT_LENGTH_MAX);

/** Members of every list's input. */
export const pageInput = {
  limit: z.int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  /** `nextMarker` of the page before. */
  marker: ident.optional(),
  sortKey: z.string().max(IDENT_LENGTH_MAX).optional(),
  sortDir: z.enum(["asc", "desc"]).optional(),
};

/** True: rows that were deleted softly are found as well. */
export const showDeleted = z.boolean().default(false);

/** A page of items, and where the next one begins; null at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextMarker: z.string().nullable() });
}

/** ONESHOT runs once, CONTINUOUS on a schedule, EVENT when an event comes. */
export const auditType = z.enum(["ONESHOT", "CONTINUOUS", "EVENT"]);

/** States of an alarm that run an audit; `*` stands for all. */
export const triggerState = z.enum(["*", "ok", "alarm", "insufficient data"]);

/** An audit. */
export const auditShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  name: z.string(),
  auditType,
  state: z.enum(AUDIT_STATES),
  goalUuid: z.string(),
  goalName: z.string(),
  strategyUuid: z.string().nullable(),
  strategyName: z.string().nullable(),
  interval: z.string().nullable(),
  scope: z.array(z.unknown()),
  parameters: jsonObject,
  autoTrigger: z.boolean(),
  force: z.boolean(),
  nextRunTime: time.nullable(),
  startTime: time.nullable(),
  endTime: time.nullable(),
  hostname: z.string().nullable(),
  statusMessage: z.string().nullable(),
  triggerStates: z.array(z.string()),
  version: decimal,
  createdAt: time,
  updatedAt: time.nullable(),
  deletedAt: time.nullable(),
});

/** One row of the ledger: an accepted event and its fate. */
export const eventShape = z.strictObject({
  id: decimal,
  eventId: z.string(),
  /** null: no audit was found for it. */
  auditUuid: z.string().nullable(),
  fate: z.enum(EVENT_FATES),
  reason: z.string().nullable(),
  runId: z.string().nullable(),
  duplicateOf: z.string().nullable(),
  occurrenceKey: z.string(),
  requestId: z.string(),
  format: z.string(),
  bodyParse: z.string(),
  current: z.string(),
  /** What the sender sent; base64 where it is not UTF-8. Long pages of events show long bodies cut. */
  body: z.strictObject({ encoding: z.enum(["utf-8", "base64"]), text: z.string() }),
  /** Without the ids of trusts and of the alarm service's user: those stay in the ledger. */
  sender: z.strictObject({
    userId: z.string().nullable(),
    projectId: z.string().nullable(),
    remoteAddress: z.string().nullable(),
  }),
  receivedAt: time,
  arrivedAt: time,
  /** The event that an operator had run again by this one. */
  replayOf: z.string().nullable(),
  /** Place in the stream; null: it never was in it, as replays. */
  streamSequence: decimal.nullable(),
  /** What stood in the URL of the webhook. */
  auditIdent: z.string(),
});

/** What could not be done, kept with its reason until an operator decides. */
export const deadLetterShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  /** event: the event itself could not be handled. run: its run failed for good. */
  kind: z.enum(["event", "run"]),
  /** null: no audit was found. */
  auditUuid: z.string().nullable(),
  eventId: z.string().nullable(),
  runId: z.string().nullable(),
  reason: z.string(),
  /** Lists leave the ids of events out. */
  detail: jsonObject,
  createdAt: time,
  /** What an operator decided; null while it is open. */
  resolution: z.enum(["REPLAYED", "DROPPED"]).nullable(),
  resolvedAt: time.nullable(),
  /** User id of the operator. */
  resolvedBy: z.string().nullable(),
  /** Events that replays made, the first 1,000; lists leave them out. */
  replayEventIds: z.array(z.string()),
  /** Events that ended with it. */
  eventCount: z.int(),
});

/** One run of an audit. */
export const runShape = z.strictObject({
  id: decimal,
  runId: z.string(),
  auditUuid: z.string(),
  state: z.enum(RUN_STATES),
  cause: auditType,
  attempts: z.int(),
  workerId: z.string().nullable(),
  /** 0 to 2^32-1. */
  seed: z.int(),
  snapshotHash: z.string().nullable(),
  strategyName: z.string().nullable(),
  strategyVersion: z.string().nullable(),
  actionPlanUuid: z.string().nullable(),
  error: z.string().nullable(),
  computeMs: z.number().nullable(),
  /** Events that this run answers. */
  eventCount: z.int(),
  /** Why the solution is as it is. */
  explanation: jsonObject.nullable(),
  /** What it was started with: its audit may have been changed since. null before, and in lists. */
  inputs: z
    .strictObject({
      goalName: z.string(),
      auditType,
      parameters: jsonObject,
      scope: z.array(z.unknown()),
      /** What came of earlier plans of the audit, where the strategy decides by it. */
      history: jsonObject,
      /** The operator's options of strategies and planners; null: no worker has told them, there is no plan. */
      options: jsonObject.nullable(),
    })
    .nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
});

const indicatorShape = z.strictObject({
  name: z.string(),
  description: z.string(),
  unit: z.string().nullable(),
  value: z.number(),
});

/** An action plan without its actions. */
export const planShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  auditUuid: z.string(),
  strategyUuid: z.string().nullable(),
  strategyName: z.string().nullable(),
  state: z.enum(PLAN_STATES),
  efficacyIndicators: z.array(indicatorShape),
  globalEfficacy: z.array(indicatorShape),
  hostname: z.string().nullable(),
  statusMessage: z.string().nullable(),
  runId: z.string(),
  createdAt: time,
  updatedAt: time.nullable(),
  deletedAt: time.nullable(),
});

/** An action of a plan. */
export const actionShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  actionType: z.string(),
  description: z.string(),
  state: z.enum(ACTION_STATES),
  inputParameters: jsonObject,
  /** Actions that must have finished before. */
  parents: z.array(z.string()),
  statusMessage: z.string().nullable(),
});

/** Counts of a model snapshot. */
export const summaryShape = z.strictObject({
  takenAt: z.string().nullable(),
  nodes: z.int(),
  /** Nodes that strategies may use: up and enabled. */
  nodesAvailable: z.int(),
  instances: z.int(),
  unmappedInstances: z.int(),
  aggregates: z.int(),
  /** Absent: no storage model. */
  storage: z
    .strictObject({
      nodes: z.int(),
      pools: z.int(),
      /** Pools whose backend reports no total or no free capacity. */
      poolsWithoutCapacity: z.int(),
      volumes: z.int(),
      unmappedVolumes: z.int(),
    })
    .optional(),
  /** Absent: no bare metal model. */
  baremetal: z.strictObject({ nodes: z.int() }).optional(),
  metrics: z.array(
    z.strictObject({ name: z.string(), unit: z.string(), samples: z.int(), missing: z.int() }),
  ),
});

/** Which snapshot is the newest. */
export const headShape = z.strictObject({
  /** Hex SHA-256 of the snapshot. */
  hash: z.string(),
  importedAt: z.string(),
  revision: z.int(),
});

/** What changes are about. */
export const changeKind = z.enum(["audit", "run", "action_plan", "action"]);

/** Members of every change of a row. */
const changed = {
  uuid: z.string(),
  /** Grows with every change of the row (decimal text). Changes may come in any order: the highest counts. */
  version: decimal,
  at: z.string(),
  state: z.string(),
};

/** What the subscription sends, one of these at a time. */
export const changeShape = z.discriminatedUnion("kind", [
  z.strictObject({
    /** First of all: every change after this point follows. */
    kind: z.literal("position"),
    /** True: changes before it can no longer be had; read the present state anew. */
    missed: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("audit"), ...changed, name: z.string() }),
  z.strictObject({
    kind: z.literal("run"),
    ...changed,
    auditUuid: z.string(),
    /** Why the run failed or goes on later. */
    error: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("action_plan"),
    ...changed,
    auditUuid: z.string(),
    runId: z.string(),
    /** Number of actions in the plan. */
    actions: z.int(),
  }),
  /** One action that an applier or a user moved. What ends with its plan is told by the plan's change alone. */
  z.strictObject({
    kind: z.literal("action"),
    ...changed,
    auditUuid: z.string(),
    actionPlanUuid: z.string(),
  }),
]);
