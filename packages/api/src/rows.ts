/** Rows as the state service sends them: what views turn into JSON. */
export type {
  Action__Output as ActionRow,
  ActionPlan__Output as ActionPlanRow,
  Audit__Output as AuditRow,
  EfficacyIndicator__Output as EfficacyIndicatorRow,
  Goal__Output as GoalRow,
  LedgerEvent__Output as LedgerEventRow,
  Run__Output as RunRow,
  Strategy__Output as StrategyRow,
} from "@vigil/proto";
