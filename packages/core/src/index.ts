export { checkActionInput } from "./actions/check.ts";
export type {
  ActionInputs,
  ActionTypeName,
  MigrateInput,
  NopInput,
  PowerStateInput,
  ResizeInput,
  ServiceStateInput,
  SleepInput,
  StopInput,
  VolumeMigrateInput,
} from "./actions/inputs.ts";
export { ACTION_DESCRIPTIONS, ACTION_TYPES, type ActionType, type CloudPart } from "./actions/registry.ts";
export {
  type ComputedPlan,
  type ComputedSolution,
  type ComputeInput,
  type ComputeRequest,
  type ComputeResult,
  type ComputeStage,
  computePlan,
  computeSolution,
  planSolution,
} from "./compute.ts";
export { DEFAULT_RUN_HEAP_MAX_MIB, DEFAULT_RUN_TIME_MAX_MS } from "./compute-limits.ts";
export { cutText } from "./cut-text.ts";
export { checkActionPatch, type EditableAction, editAction } from "./edits/action-edit.ts";
export {
  type AuditEdit,
  checkAuditPatch,
  deleteAudit,
  type EditableAudit,
  editAudit,
  endOfEditedRun,
  endOfRetypedRun,
  withoutRun,
} from "./edits/audit-edit.ts";
export type { AuditMembers } from "./edits/audit-members.ts";
export {
  applyPatch,
  PATCH_OPERATIONS_MAX,
  PATCH_PATH_LENGTH_MAX,
  type PatchOperation,
  readPatch,
} from "./edits/json-patch.ts";
export { NAME_CHARACTERS_MAX } from "./edits/members.ts";
export { checkPlanDeletion, checkPlanPatch, editPlan, type PlanEdit, startPlan } from "./edits/plan-edit.ts";
export {
  checkDefaultParameters,
  checkStrategyOfGoal,
  type PatchedTemplate,
  patchTemplate,
  readTemplate,
  type TemplateFields,
} from "./edits/template-edit.ts";
export type { Indicator } from "./efficacy/indicator.ts";
export { ERROR_KINDS, type ErrorData, type ErrorKind, isErrorKind, VigilError } from "./errors.ts";
export {
  ACCEPTED_EVENT_SCHEMA,
  type AcceptedEvent,
  type BodyFormat,
  type BodyParse,
  type EventSender,
} from "./events/accepted-event.ts";
export { type AlarmBody, type AodhAlarm, readAlarmBody } from "./events/alarm-body.ts";
export {
  IDEMPOTENCY_KEY_LENGTH_MAX,
  identifyOccurrence,
  misfitKey,
  type Occurrence,
  type OccurrenceInput,
  type Sha256,
  uuidOfHash,
} from "./events/occurrence.ts";
export { type TriggeredAudit, triggerRefusal } from "./events/trigger.ts";
export { EXPLANATION_LENGTH_MAX } from "./explanation.ts";
export { readFlagWord } from "./flag-word.ts";
export { findGoal, GOALS, type GoalDescription, type IndicatorSpecification } from "./goals/goals.ts";
export { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
export { ActionGraph, EXECUTION_RULES, type ExecutionRule } from "./life/action-graph.ts";
export {
  decideFailed,
  decideLeaseLost,
  decideReleased,
  decideSucceeded,
  type Failure,
  RETRY_MAX_MS,
  tokenVerdict,
} from "./life/complete.ts";
export {
  type ContradictionRule,
  FINDING_IDS_MAX,
  type Finding,
  findingOf,
  isContradictionRule,
  mergeFindings,
} from "./life/contradictions.ts";
export {
  decideIngest,
  type EarlierEvent,
  type EventIdentity,
  EXACT_HORIZON_MS,
  type IngestDecision,
  type IngestView,
  isSameOccurrence,
} from "./life/ingest.ts";
export { IngestSequence, type RecordedEvent, type SequenceDecision } from "./life/ingest-sequence.ts";
export { type LeaseSample, LeaseWatch } from "./life/lease-watch.ts";
export {
  ACTION_END_STATES,
  type ActionEndState,
  type ActionSweep,
  type ActionView,
  type BeginVerdict,
  decideAbort,
  decideBegin,
  decideClaim,
  decideEndAction,
  decideEndPlan,
  decidePlanLeaseLost,
  holdsPlan,
  type LivePlanState,
  type PlanEnd,
  type PlanEnding,
  type PlanLeaseClaim,
  type PlanView,
  wasEndedBy,
} from "./life/plan.ts";
export {
  ACTION_STATES,
  type ActionNode,
  type ActionState,
  FINAL_ACTION_STATES,
  PLAN_STATES,
  type PlanState,
} from "./life/plan-terms.ts";
export {
  decideReplay,
  decideRerun,
  type ReplayDecision,
  type ReplayedEvent,
  type ReplayView,
} from "./life/replay.ts";
export { endOfRetiredRun, isRetirable, retiredPlanState } from "./life/retire.ts";
export { blockerOf, decideStart, type PlanUnderWay, type StartDecision } from "./life/start.ts";
export { statusMessageOf } from "./life/status-message.ts";
export {
  AUDIT_STATES,
  type AuditChange,
  type AuditState,
  type AuditType,
  type AuditView,
  DEFAULT_CONTINUOUS_MAX_FAILURES,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_MAX_LOST_LEASES,
  EVENT_FATES,
  type EventFate,
  type EventMode,
  type FailedRunView,
  type LifeOptions,
  RUN_STATES,
  type RunEnd,
  type RunState,
  type RunView,
} from "./life/terms.ts";
export { encodeSnapshot, shareSnapshot } from "./model/encode.ts";
export { METRICS, type MetricColumn, type MetricDescription } from "./model/metrics.ts";
export type { ClusterModel } from "./model/model.ts";
export { openSnapshot } from "./model/open.ts";
export type {
  AggregateSource,
  BaremetalNodeSource,
  BaremetalSource,
  ClusterModelSource,
  InstanceSource,
  MetricSource,
  NodeSource,
  PoolSource,
  ServerGroupSource,
  StorageNodeSource,
  StorageSource,
  VolumeSource,
  VolumeTypeSource,
} from "./model/source.ts";
export { type MetricSummary, type ModelSummary, summarizeModel } from "./model/summary.ts";
export { DEFAULT_OPTIONS, type Options, optionsJson, readOptions } from "./options/options.ts";
export { checkParameters } from "./parameters/check.ts";
export { isSameParameters } from "./parameters/same-parameters.ts";
export { withTemplateDefaults } from "./parameters/template-defaults.ts";
export type { PlannedAction } from "./planner/planner.ts";
export { checkPlannerOptions } from "./planner/registry.ts";
export { decideSchedule } from "./schedule/decide.ts";
export { readInterval } from "./schedule/interval.ts";
export { checkScope } from "./scope/check.ts";
export { type VisibleCompute, visibleCompute } from "./scope/visible-compute.ts";
export { SCORING_ENGINES } from "./scoring/registry.ts";
export type { ScoringEngine } from "./scoring/scoring-engine.ts";
export { type History, historyJson, NO_HISTORY, readHistory } from "./strategies/history.ts";
export { defaultStrategy, findStrategy, STRATEGIES } from "./strategies/registry.ts";
export type { StrategyDescription } from "./strategies/strategy.ts";
export { suggestion } from "./suggestion.ts";
export type { TlsMaterial } from "./tls-material.ts";
export { warmUp } from "./warm-up.ts";
