export { type HostPort, parseAddresses } from "./addresses.ts";
export type {
  EditCalls,
  EditServiceImpl,
  PlanCalls,
  PlanServiceImpl,
  RecordCalls,
  RecordServiceImpl,
  RunCalls,
  RunServiceImpl,
  SystemCalls,
  SystemServiceImpl,
  VerifyCalls,
  VerifyServiceImpl,
} from "./calls.ts";
export { type ConnectStateOptions, connectState, type StateClient } from "./client.ts";
export type { AbortActionRequest, AbortActionRequest__Output } from "./gen/vigil/v1/AbortActionRequest.ts";
export type { Action, Action__Output } from "./gen/vigil/v1/Action.ts";
export type { ActionPlan, ActionPlan__Output } from "./gen/vigil/v1/ActionPlan.ts";
export type { Audit, Audit__Output } from "./gen/vigil/v1/Audit.ts";
export type { AuditTemplate, AuditTemplate__Output } from "./gen/vigil/v1/AuditTemplate.ts";
export type { BeginActionRequest, BeginActionRequest__Output } from "./gen/vigil/v1/BeginActionRequest.ts";
export type { BeginActionResponse, BeginActionResponse__Output } from "./gen/vigil/v1/BeginActionResponse.ts";
export type { Broker } from "./gen/vigil/v1/Broker.ts";
export type { ClaimRequest, ClaimRequest__Output } from "./gen/vigil/v1/ClaimRequest.ts";
export type { ClaimResponse, ClaimResponse__Output } from "./gen/vigil/v1/ClaimResponse.ts";
export type { CompleteRequest, CompleteRequest__Output } from "./gen/vigil/v1/CompleteRequest.ts";
export type { CompleteResponse, CompleteResponse__Output } from "./gen/vigil/v1/CompleteResponse.ts";
export type { CreateAuditRequest, CreateAuditRequest__Output } from "./gen/vigil/v1/CreateAuditRequest.ts";
export type { CreateAuditResponse, CreateAuditResponse__Output } from "./gen/vigil/v1/CreateAuditResponse.ts";
export type {
  CreateAuditTemplateRequest,
  CreateAuditTemplateRequest__Output,
} from "./gen/vigil/v1/CreateAuditTemplateRequest.ts";
export type { Database } from "./gen/vigil/v1/Database.ts";
export type { DeadLetter, DeadLetter__Output } from "./gen/vigil/v1/DeadLetter.ts";
export type {
  DeleteActionPlanRequest,
  DeleteActionPlanRequest__Output,
} from "./gen/vigil/v1/DeleteActionPlanRequest.ts";
export type { DeleteAuditRequest, DeleteAuditRequest__Output } from "./gen/vigil/v1/DeleteAuditRequest.ts";
export type {
  DeleteAuditTemplateRequest,
  DeleteAuditTemplateRequest__Output,
} from "./gen/vigil/v1/DeleteAuditTemplateRequest.ts";
export type { EdgeSpool, EdgeSpool__Output } from "./gen/vigil/v1/EdgeSpool.ts";
export type { EfficacyIndicator, EfficacyIndicator__Output } from "./gen/vigil/v1/EfficacyIndicator.ts";
export type { EndActionRequest, EndActionRequest__Output } from "./gen/vigil/v1/EndActionRequest.ts";
export type { EndPlanRequest, EndPlanRequest__Output } from "./gen/vigil/v1/EndPlanRequest.ts";
export type { Event, Event__Output } from "./gen/vigil/v1/Event.ts";
export type { Finding, Finding__Output } from "./gen/vigil/v1/Finding.ts";
export type {
  GetActionPlanRequest,
  GetActionPlanRequest__Output,
} from "./gen/vigil/v1/GetActionPlanRequest.ts";
export type {
  GetActionPlanResponse,
  GetActionPlanResponse__Output,
} from "./gen/vigil/v1/GetActionPlanResponse.ts";
export type { GetActionRequest, GetActionRequest__Output } from "./gen/vigil/v1/GetActionRequest.ts";
export type { GetActionResponse, GetActionResponse__Output } from "./gen/vigil/v1/GetActionResponse.ts";
export type { GetAuditRequest, GetAuditRequest__Output } from "./gen/vigil/v1/GetAuditRequest.ts";
export type { GetAuditResponse, GetAuditResponse__Output } from "./gen/vigil/v1/GetAuditResponse.ts";
export type { GetGoalRequest, GetGoalRequest__Output } from "./gen/vigil/v1/GetGoalRequest.ts";
export type { GetGoalResponse, GetGoalResponse__Output } from "./gen/vigil/v1/GetGoalResponse.ts";
export type { GetRunRequest, GetRunRequest__Output } from "./gen/vigil/v1/GetRunRequest.ts";
export type { GetRunResponse, GetRunResponse__Output } from "./gen/vigil/v1/GetRunResponse.ts";
export type { GetStrategyRequest, GetStrategyRequest__Output } from "./gen/vigil/v1/GetStrategyRequest.ts";
export type { GetStrategyResponse, GetStrategyResponse__Output } from "./gen/vigil/v1/GetStrategyResponse.ts";
export type { GetSystemResponse, GetSystemResponse__Output } from "./gen/vigil/v1/GetSystemResponse.ts";
export type { Goal, Goal__Output } from "./gen/vigil/v1/Goal.ts";
export type { HeartbeatRequest, HeartbeatRequest__Output } from "./gen/vigil/v1/HeartbeatRequest.ts";
export type { HeartbeatResponse, HeartbeatResponse__Output } from "./gen/vigil/v1/HeartbeatResponse.ts";
export type { IngestRequest, IngestRequest__Output } from "./gen/vigil/v1/IngestRequest.ts";
export type { IngestResponse, IngestResponse__Output } from "./gen/vigil/v1/IngestResponse.ts";
export type { Lease, Lease__Output } from "./gen/vigil/v1/Lease.ts";
export type { LeaseRef, LeaseRef__Output } from "./gen/vigil/v1/LeaseRef.ts";
export type { LedgerEvent, LedgerEvent__Output } from "./gen/vigil/v1/LedgerEvent.ts";
export type {
  ListActionPlansRequest,
  ListActionPlansRequest__Output,
} from "./gen/vigil/v1/ListActionPlansRequest.ts";
export type {
  ListActionPlansResponse,
  ListActionPlansResponse__Output,
} from "./gen/vigil/v1/ListActionPlansResponse.ts";
export type { ListActionsRequest, ListActionsRequest__Output } from "./gen/vigil/v1/ListActionsRequest.ts";
export type { ListActionsResponse, ListActionsResponse__Output } from "./gen/vigil/v1/ListActionsResponse.ts";
export type { ListAuditsRequest, ListAuditsRequest__Output } from "./gen/vigil/v1/ListAuditsRequest.ts";
export type { ListAuditsResponse, ListAuditsResponse__Output } from "./gen/vigil/v1/ListAuditsResponse.ts";
export type { ListEventsRequest, ListEventsRequest__Output } from "./gen/vigil/v1/ListEventsRequest.ts";
export type { ListEventsResponse, ListEventsResponse__Output } from "./gen/vigil/v1/ListEventsResponse.ts";
export type { ListGoalsRequest, ListGoalsRequest__Output } from "./gen/vigil/v1/ListGoalsRequest.ts";
export type { ListGoalsResponse, ListGoalsResponse__Output } from "./gen/vigil/v1/ListGoalsResponse.ts";
export type { ListRunsRequest, ListRunsRequest__Output } from "./gen/vigil/v1/ListRunsRequest.ts";
export type { ListRunsResponse, ListRunsResponse__Output } from "./gen/vigil/v1/ListRunsResponse.ts";
export type {
  ListStrategiesRequest,
  ListStrategiesRequest__Output,
} from "./gen/vigil/v1/ListStrategiesRequest.ts";
export type {
  ListStrategiesResponse,
  ListStrategiesResponse__Output,
} from "./gen/vigil/v1/ListStrategiesResponse.ts";
export type { Page, Page__Output } from "./gen/vigil/v1/Page.ts";
export type {
  PatchActionPlanRequest,
  PatchActionPlanRequest__Output,
} from "./gen/vigil/v1/PatchActionPlanRequest.ts";
export type { PatchActionRequest, PatchActionRequest__Output } from "./gen/vigil/v1/PatchActionRequest.ts";
export type { PatchAuditRequest, PatchAuditRequest__Output } from "./gen/vigil/v1/PatchAuditRequest.ts";
export type {
  PatchAuditTemplateRequest,
  PatchAuditTemplateRequest__Output,
} from "./gen/vigil/v1/PatchAuditTemplateRequest.ts";
export type { PlanAction, PlanAction__Output } from "./gen/vigil/v1/PlanAction.ts";
export type { PlanLease, PlanLease__Output } from "./gen/vigil/v1/PlanLease.ts";
export type { PlanLeaseRef, PlanLeaseRef__Output } from "./gen/vigil/v1/PlanLeaseRef.ts";
export type { PlannedAction, PlannedAction__Output } from "./gen/vigil/v1/PlannedAction.ts";
export type { PlannedSolution, PlannedSolution__Output } from "./gen/vigil/v1/PlannedSolution.ts";
export type { Process } from "./gen/vigil/v1/Process.ts";
export type { ReleaseRequest, ReleaseRequest__Output } from "./gen/vigil/v1/ReleaseRequest.ts";
export type { ReleaseResponse, ReleaseResponse__Output } from "./gen/vigil/v1/ReleaseResponse.ts";
export type {
  ReportProcessRequest,
  ReportProcessRequest__Output,
} from "./gen/vigil/v1/ReportProcessRequest.ts";
export type {
  ReportServiceRequest,
  ReportServiceRequest__Output,
} from "./gen/vigil/v1/ReportServiceRequest.ts";
export type {
  ReportServiceResponse,
  ReportServiceResponse__Output,
} from "./gen/vigil/v1/ReportServiceResponse.ts";
export type { Run, Run__Output } from "./gen/vigil/v1/Run.ts";
export type { RunFailure, RunFailure__Output } from "./gen/vigil/v1/RunFailure.ts";
export type { ScoringEngine, ScoringEngine__Output } from "./gen/vigil/v1/ScoringEngine.ts";
export type { Service, Service__Output } from "./gen/vigil/v1/Service.ts";
export type {
  StartActionPlanRequest,
  StartActionPlanRequest__Output,
} from "./gen/vigil/v1/StartActionPlanRequest.ts";
export type { Strategy, Strategy__Output } from "./gen/vigil/v1/Strategy.ts";
export type {
  VerifyLedgerRequest,
  VerifyLedgerRequest__Output,
} from "./gen/vigil/v1/VerifyLedgerRequest.ts";
export type {
  VerifyLedgerResponse,
  VerifyLedgerResponse__Output,
} from "./gen/vigil/v1/VerifyLedgerResponse.ts";
export type {
  VerifySpoolsResponse,
  VerifySpoolsResponse__Output,
} from "./gen/vigil/v1/VerifySpoolsResponse.ts";
export type { VerifyStreamRequest, VerifyStreamRequest__Output } from "./gen/vigil/v1/VerifyStreamRequest.ts";
export type {
  VerifyStreamResponse,
  VerifyStreamResponse__Output,
} from "./gen/vigil/v1/VerifyStreamResponse.ts";
export { DEADLINES, type Deadlines, MESSAGE_BYTES_MAX } from "./limits.ts";
export { type OnCall, observed, observedClient } from "./observe.ts";
export {
  type BorderLogger,
  createStateServer,
  type ListeningServer,
  listenStateServer,
  registerEditService,
  registerPlanService,
  registerRecordService,
  registerRunService,
  registerSystemService,
  registerVerifyService,
} from "./server.ts";
