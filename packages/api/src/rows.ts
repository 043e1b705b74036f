/** Rows as the state service sends them: what views turn into JSON. */
export type {
  Action__Output as ActionRow,
  ActionPlan__Output as ActionPlanRow,
  Audit__Output as AuditRow,
  AuditTemplate__Output as AuditTemplateRow,
  DeadLetter__Output as DeadLetterRow,
  EfficacyIndicator__Output as EfficacyIndicatorRow,
  Goal__Output as GoalRow,
  LedgerEvent__Output as LedgerEventRow,
  Run__Output as RunRow,
  ScoringEngine__Output as ScoringEngineRow,
  Service__Output as ServiceRow,
  Strategy__Output as StrategyRow,
} from "@vigil/proto";

import { VigilError } from "@vigil/core";

/**
 * The row of an answer. The contract promises one wherever the call did not fail.
 *
 * @throws VigilError internal when a state service of another release leaves it out
 */
export function present<Row>(row: Row | null, call: string): Row {
  if (row !== null) return row;
  throw new VigilError(
    "internal",
    `state answered ${call} without a row. Maybe it runs another release than this process.`,
  );
}
