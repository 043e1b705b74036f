/**
 * Rows of the state service as the shapes that procedures answer with. What a row's texts mean (states,
 * fates) is checked by the shape on the way out, so it is passed on as it came.
 */

import { ACTION_DESCRIPTIONS } from "@vigil/core";
import type { Page } from "@vigil/proto";
import type { z } from "zod";
import type {
  ActionPlanRow,
  ActionRow,
  AuditRow,
  DeadLetterRow,
  EfficacyIndicatorRow,
  LedgerEventRow,
  RunRow,
} from "../rows.ts";
import type { actionShape, auditShape, deadLetterShape, eventShape, planShape, runShape } from "./shapes.ts";

export type AuditOut = z.input<typeof auditShape>;
export type EventOut = z.input<typeof eventShape>;
export type DeadLetterOut = z.input<typeof deadLetterShape>;
export type RunOut = z.input<typeof runShape>;
export type PlanOut = z.input<typeof planShape>;
export type ActionOut = z.input<typeof actionShape>;

/** What lists are asked for, as the state service takes it. */
export function pageRequest(input: {
  limit: number;
  marker?: string | undefined;
  sortKey?: string | undefined;
  sortDir?: string | undefined;
  showDeleted?: boolean;
}): Page {
  return {
    limit: input.limit,
    marker: input.marker ?? "",
    sortKey: input.sortKey ?? "",
    sortDir: input.sortDir ?? "",
    showDeleted: input.showDeleted ?? false,
  };
}

/** A page: a full one may have a next one, which begins after its last item. */
export function pageOut<Item>(items: Item[], limit: number, markerOf: (item: Item) => string) {
  const last = items.at(-1);
  return { items, nextMarker: last !== undefined && items.length >= limit ? markerOf(last) : null };
}

export function auditOut(row: AuditRow): AuditOut {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    auditType: row.auditType as AuditOut["auditType"],
    state: row.state as AuditOut["state"],
    goalUuid: row.goalUuid,
    goalName: row.goalName,
    strategyUuid: row.strategyUuid ?? null,
    strategyName: row.strategyName ?? null,
    interval: row.interval ?? null,
    scope: JSON.parse(row.scopeJson) as unknown[],
    parameters: JSON.parse(row.parametersJson) as Record<string, unknown>,
    autoTrigger: row.autoTrigger,
    force: row.force,
    nextRunTime: row.nextRunTime ?? null,
    startTime: row.startTime ?? null,
    endTime: row.endTime ?? null,
    hostname: row.hostname ?? null,
    statusMessage: row.statusMessage ?? null,
    triggerStates: row.triggerStates,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt ?? null,
    deletedAt: row.deletedAt ?? null,
  };
}

/** Senders are named without the ids of trusts and of alarm services (alarm senders, section 13). */
export function eventOut(row: LedgerEventRow): EventOut {
  const sender = JSON.parse(row.senderJson || "{}") as Record<string, unknown>;
  const told = (name: string) => (typeof sender[name] === "string" ? (sender[name] as string) : null);
  return {
    id: row.id,
    eventId: row.eventId,
    auditUuid: row.auditUuid || null,
    fate: row.fate as EventOut["fate"],
    reason: row.reason ?? null,
    runId: row.runId ?? null,
    duplicateOf: row.duplicateOf ?? null,
    occurrenceKey: row.occurrenceKey,
    requestId: row.requestId,
    format: row.format,
    bodyParse: row.bodyParse,
    current: row.current,
    body: bodyOut(row.body),
    sender: {
      userId: told("user_id"),
      projectId: told("project_id"),
      remoteAddress: told("remote_address"),
    },
    receivedAt: row.receivedAt,
    arrivedAt: row.arrivedAt,
    replayOf: row.replayOf ?? null,
    streamSequence: row.streamSequence === "0" ? null : row.streamSequence,
    auditIdent: row.auditIdent,
  };
}

export function deadLetterOut(row: DeadLetterRow): DeadLetterOut {
  return {
    id: row.id,
    uuid: row.uuid,
    kind: row.kind as DeadLetterOut["kind"],
    auditUuid: row.auditUuid || null,
    eventId: row.eventId ?? null,
    runId: row.runId ?? null,
    reason: row.reason,
    detail: jsonOut(row.detailJson) ?? {},
    createdAt: row.createdAt,
    resolution: (row.resolution ?? null) as DeadLetterOut["resolution"],
    resolvedAt: row.resolvedAt ?? null,
    resolvedBy: row.resolvedBy ?? null,
    replayEventIds: row.replayEventIds,
    eventCount: row.eventCount,
  };
}

function bodyOut(body: Buffer): EventOut["body"] {
  try {
    return { encoding: "utf-8", text: new TextDecoder("utf-8", { fatal: true }).decode(body) };
  } catch {
    return { encoding: "base64", text: body.toString("base64") };
  }
}

export function runOut(row: RunRow): RunOut {
  return {
    id: row.id,
    runId: row.runId,
    auditUuid: row.auditUuid,
    state: row.state as RunOut["state"],
    cause: row.cause as RunOut["cause"],
    attempts: row.attempts,
    workerId: row.workerId ?? null,
    seed: row.seed,
    snapshotHash: row.snapshotHash ?? null,
    strategyName: row.strategyName ?? null,
    strategyVersion: row.strategyVersion ?? null,
    actionPlanUuid: row.actionPlanUuid ?? null,
    error: row.error ?? null,
    computeMs: row.computeMs ?? null,
    eventCount: row.eventCount,
    explanation: jsonOut(row.explanationJson),
    inputs: inputsOut(row),
    createdAt: row.createdAt,
    startedAt: row.startedAt ?? null,
    finishedAt: row.finishedAt ?? null,
  };
}

/** Complete or nothing: a run of the release before has none of them. */
function inputsOut({ goalName, auditType, parametersJson, scopeJson, ...row }: RunRow): RunOut["inputs"] {
  if (goalName === undefined || parametersJson === undefined || scopeJson === undefined) return null;
  return {
    goalName,
    auditType: auditType as NonNullable<RunOut["inputs"]>["auditType"],
    parameters: JSON.parse(parametersJson) as Record<string, unknown>,
    scope: JSON.parse(scopeJson) as unknown[],
    history: jsonOut(row.historyJson) ?? {},
    options: jsonOut(row.optionsJson),
  };
}

function jsonOut(text: string | undefined): Record<string, unknown> | null {
  return text === undefined ? null : (JSON.parse(text) as Record<string, unknown>);
}

export function planOut(row: ActionPlanRow): PlanOut {
  return {
    id: row.id,
    uuid: row.uuid,
    auditUuid: row.auditUuid,
    strategyUuid: row.strategyUuid || null,
    strategyName: row.strategyName || null,
    state: row.state as PlanOut["state"],
    efficacyIndicators: row.efficacyIndicators.map(indicatorOut),
    globalEfficacy: (JSON.parse(row.globalEfficacyJson || "[]") ?? []) as PlanOut["globalEfficacy"],
    hostname: row.hostname ?? null,
    statusMessage: row.statusMessage ?? null,
    runId: row.runId,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt ?? null,
    deletedAt: row.deletedAt ?? null,
  };
}

function indicatorOut(row: EfficacyIndicatorRow) {
  return { name: row.name, description: row.description, unit: row.unit ?? null, value: row.value };
}

export function actionOut(row: ActionRow): ActionOut {
  return {
    id: row.id,
    uuid: row.uuid,
    actionType: row.actionType,
    description: ACTION_DESCRIPTIONS.get(row.actionType) ?? "",
    state: row.state as ActionOut["state"],
    inputParameters: JSON.parse(row.inputParametersJson) as Record<string, unknown>,
    parents: row.parents,
    statusMessage: row.statusMessage ?? null,
  };
}
