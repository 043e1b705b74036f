import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Action as _vigil_v1_Action, Action__Output as _vigil_v1_Action__Output } from './vigil/v1/Action.ts';
import type { ActionPlan as _vigil_v1_ActionPlan, ActionPlan__Output as _vigil_v1_ActionPlan__Output } from './vigil/v1/ActionPlan.ts';
import type { Audit as _vigil_v1_Audit, Audit__Output as _vigil_v1_Audit__Output } from './vigil/v1/Audit.ts';
import type { AuditTemplate as _vigil_v1_AuditTemplate, AuditTemplate__Output as _vigil_v1_AuditTemplate__Output } from './vigil/v1/AuditTemplate.ts';
import type { ClaimRequest as _vigil_v1_ClaimRequest, ClaimRequest__Output as _vigil_v1_ClaimRequest__Output } from './vigil/v1/ClaimRequest.ts';
import type { ClaimResponse as _vigil_v1_ClaimResponse, ClaimResponse__Output as _vigil_v1_ClaimResponse__Output } from './vigil/v1/ClaimResponse.ts';
import type { CompleteRequest as _vigil_v1_CompleteRequest, CompleteRequest__Output as _vigil_v1_CompleteRequest__Output } from './vigil/v1/CompleteRequest.ts';
import type { CompleteResponse as _vigil_v1_CompleteResponse, CompleteResponse__Output as _vigil_v1_CompleteResponse__Output } from './vigil/v1/CompleteResponse.ts';
import type { CreateAuditRequest as _vigil_v1_CreateAuditRequest, CreateAuditRequest__Output as _vigil_v1_CreateAuditRequest__Output } from './vigil/v1/CreateAuditRequest.ts';
import type { CreateAuditResponse as _vigil_v1_CreateAuditResponse, CreateAuditResponse__Output as _vigil_v1_CreateAuditResponse__Output } from './vigil/v1/CreateAuditResponse.ts';
import type { DeadLetter as _vigil_v1_DeadLetter, DeadLetter__Output as _vigil_v1_DeadLetter__Output } from './vigil/v1/DeadLetter.ts';
import type { EfficacyIndicator as _vigil_v1_EfficacyIndicator, EfficacyIndicator__Output as _vigil_v1_EfficacyIndicator__Output } from './vigil/v1/EfficacyIndicator.ts';
import type { Event as _vigil_v1_Event, Event__Output as _vigil_v1_Event__Output } from './vigil/v1/Event.ts';
import type { GetActionPlanRequest as _vigil_v1_GetActionPlanRequest, GetActionPlanRequest__Output as _vigil_v1_GetActionPlanRequest__Output } from './vigil/v1/GetActionPlanRequest.ts';
import type { GetActionPlanResponse as _vigil_v1_GetActionPlanResponse, GetActionPlanResponse__Output as _vigil_v1_GetActionPlanResponse__Output } from './vigil/v1/GetActionPlanResponse.ts';
import type { GetActionRequest as _vigil_v1_GetActionRequest, GetActionRequest__Output as _vigil_v1_GetActionRequest__Output } from './vigil/v1/GetActionRequest.ts';
import type { GetActionResponse as _vigil_v1_GetActionResponse, GetActionResponse__Output as _vigil_v1_GetActionResponse__Output } from './vigil/v1/GetActionResponse.ts';
import type { GetAuditRequest as _vigil_v1_GetAuditRequest, GetAuditRequest__Output as _vigil_v1_GetAuditRequest__Output } from './vigil/v1/GetAuditRequest.ts';
import type { GetAuditResponse as _vigil_v1_GetAuditResponse, GetAuditResponse__Output as _vigil_v1_GetAuditResponse__Output } from './vigil/v1/GetAuditResponse.ts';
import type { GetAuditTemplateRequest as _vigil_v1_GetAuditTemplateRequest, GetAuditTemplateRequest__Output as _vigil_v1_GetAuditTemplateRequest__Output } from './vigil/v1/GetAuditTemplateRequest.ts';
import type { GetAuditTemplateResponse as _vigil_v1_GetAuditTemplateResponse, GetAuditTemplateResponse__Output as _vigil_v1_GetAuditTemplateResponse__Output } from './vigil/v1/GetAuditTemplateResponse.ts';
import type { GetDeadLetterRequest as _vigil_v1_GetDeadLetterRequest, GetDeadLetterRequest__Output as _vigil_v1_GetDeadLetterRequest__Output } from './vigil/v1/GetDeadLetterRequest.ts';
import type { GetDeadLetterResponse as _vigil_v1_GetDeadLetterResponse, GetDeadLetterResponse__Output as _vigil_v1_GetDeadLetterResponse__Output } from './vigil/v1/GetDeadLetterResponse.ts';
import type { GetEventRequest as _vigil_v1_GetEventRequest, GetEventRequest__Output as _vigil_v1_GetEventRequest__Output } from './vigil/v1/GetEventRequest.ts';
import type { GetEventResponse as _vigil_v1_GetEventResponse, GetEventResponse__Output as _vigil_v1_GetEventResponse__Output } from './vigil/v1/GetEventResponse.ts';
import type { GetGoalRequest as _vigil_v1_GetGoalRequest, GetGoalRequest__Output as _vigil_v1_GetGoalRequest__Output } from './vigil/v1/GetGoalRequest.ts';
import type { GetGoalResponse as _vigil_v1_GetGoalResponse, GetGoalResponse__Output as _vigil_v1_GetGoalResponse__Output } from './vigil/v1/GetGoalResponse.ts';
import type { GetRunRequest as _vigil_v1_GetRunRequest, GetRunRequest__Output as _vigil_v1_GetRunRequest__Output } from './vigil/v1/GetRunRequest.ts';
import type { GetRunResponse as _vigil_v1_GetRunResponse, GetRunResponse__Output as _vigil_v1_GetRunResponse__Output } from './vigil/v1/GetRunResponse.ts';
import type { GetScoringEngineRequest as _vigil_v1_GetScoringEngineRequest, GetScoringEngineRequest__Output as _vigil_v1_GetScoringEngineRequest__Output } from './vigil/v1/GetScoringEngineRequest.ts';
import type { GetScoringEngineResponse as _vigil_v1_GetScoringEngineResponse, GetScoringEngineResponse__Output as _vigil_v1_GetScoringEngineResponse__Output } from './vigil/v1/GetScoringEngineResponse.ts';
import type { GetServiceRequest as _vigil_v1_GetServiceRequest, GetServiceRequest__Output as _vigil_v1_GetServiceRequest__Output } from './vigil/v1/GetServiceRequest.ts';
import type { GetServiceResponse as _vigil_v1_GetServiceResponse, GetServiceResponse__Output as _vigil_v1_GetServiceResponse__Output } from './vigil/v1/GetServiceResponse.ts';
import type { GetStrategyRequest as _vigil_v1_GetStrategyRequest, GetStrategyRequest__Output as _vigil_v1_GetStrategyRequest__Output } from './vigil/v1/GetStrategyRequest.ts';
import type { GetStrategyResponse as _vigil_v1_GetStrategyResponse, GetStrategyResponse__Output as _vigil_v1_GetStrategyResponse__Output } from './vigil/v1/GetStrategyResponse.ts';
import type { Goal as _vigil_v1_Goal, Goal__Output as _vigil_v1_Goal__Output } from './vigil/v1/Goal.ts';
import type { HeartbeatRequest as _vigil_v1_HeartbeatRequest, HeartbeatRequest__Output as _vigil_v1_HeartbeatRequest__Output } from './vigil/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _vigil_v1_HeartbeatResponse, HeartbeatResponse__Output as _vigil_v1_HeartbeatResponse__Output } from './vigil/v1/HeartbeatResponse.ts';
import type { IngestRequest as _vigil_v1_IngestRequest, IngestRequest__Output as _vigil_v1_IngestRequest__Output } from './vigil/v1/IngestRequest.ts';
import type { IngestResponse as _vigil_v1_IngestResponse, IngestResponse__Output as _vigil_v1_IngestResponse__Output } from './vigil/v1/IngestResponse.ts';
import type { Lease as _vigil_v1_Lease, Lease__Output as _vigil_v1_Lease__Output } from './vigil/v1/Lease.ts';
import type { LeaseRef as _vigil_v1_LeaseRef, LeaseRef__Output as _vigil_v1_LeaseRef__Output } from './vigil/v1/LeaseRef.ts';
import type { LedgerEvent as _vigil_v1_LedgerEvent, LedgerEvent__Output as _vigil_v1_LedgerEvent__Output } from './vigil/v1/LedgerEvent.ts';
import type { ListActionPlansRequest as _vigil_v1_ListActionPlansRequest, ListActionPlansRequest__Output as _vigil_v1_ListActionPlansRequest__Output } from './vigil/v1/ListActionPlansRequest.ts';
import type { ListActionPlansResponse as _vigil_v1_ListActionPlansResponse, ListActionPlansResponse__Output as _vigil_v1_ListActionPlansResponse__Output } from './vigil/v1/ListActionPlansResponse.ts';
import type { ListActionsRequest as _vigil_v1_ListActionsRequest, ListActionsRequest__Output as _vigil_v1_ListActionsRequest__Output } from './vigil/v1/ListActionsRequest.ts';
import type { ListActionsResponse as _vigil_v1_ListActionsResponse, ListActionsResponse__Output as _vigil_v1_ListActionsResponse__Output } from './vigil/v1/ListActionsResponse.ts';
import type { ListAuditTemplatesRequest as _vigil_v1_ListAuditTemplatesRequest, ListAuditTemplatesRequest__Output as _vigil_v1_ListAuditTemplatesRequest__Output } from './vigil/v1/ListAuditTemplatesRequest.ts';
import type { ListAuditTemplatesResponse as _vigil_v1_ListAuditTemplatesResponse, ListAuditTemplatesResponse__Output as _vigil_v1_ListAuditTemplatesResponse__Output } from './vigil/v1/ListAuditTemplatesResponse.ts';
import type { ListAuditsRequest as _vigil_v1_ListAuditsRequest, ListAuditsRequest__Output as _vigil_v1_ListAuditsRequest__Output } from './vigil/v1/ListAuditsRequest.ts';
import type { ListAuditsResponse as _vigil_v1_ListAuditsResponse, ListAuditsResponse__Output as _vigil_v1_ListAuditsResponse__Output } from './vigil/v1/ListAuditsResponse.ts';
import type { ListDeadLettersRequest as _vigil_v1_ListDeadLettersRequest, ListDeadLettersRequest__Output as _vigil_v1_ListDeadLettersRequest__Output } from './vigil/v1/ListDeadLettersRequest.ts';
import type { ListDeadLettersResponse as _vigil_v1_ListDeadLettersResponse, ListDeadLettersResponse__Output as _vigil_v1_ListDeadLettersResponse__Output } from './vigil/v1/ListDeadLettersResponse.ts';
import type { ListEventsRequest as _vigil_v1_ListEventsRequest, ListEventsRequest__Output as _vigil_v1_ListEventsRequest__Output } from './vigil/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _vigil_v1_ListEventsResponse, ListEventsResponse__Output as _vigil_v1_ListEventsResponse__Output } from './vigil/v1/ListEventsResponse.ts';
import type { ListGoalsRequest as _vigil_v1_ListGoalsRequest, ListGoalsRequest__Output as _vigil_v1_ListGoalsRequest__Output } from './vigil/v1/ListGoalsRequest.ts';
import type { ListGoalsResponse as _vigil_v1_ListGoalsResponse, ListGoalsResponse__Output as _vigil_v1_ListGoalsResponse__Output } from './vigil/v1/ListGoalsResponse.ts';
import type { ListRunsRequest as _vigil_v1_ListRunsRequest, ListRunsRequest__Output as _vigil_v1_ListRunsRequest__Output } from './vigil/v1/ListRunsRequest.ts';
import type { ListRunsResponse as _vigil_v1_ListRunsResponse, ListRunsResponse__Output as _vigil_v1_ListRunsResponse__Output } from './vigil/v1/ListRunsResponse.ts';
import type { ListScoringEnginesRequest as _vigil_v1_ListScoringEnginesRequest, ListScoringEnginesRequest__Output as _vigil_v1_ListScoringEnginesRequest__Output } from './vigil/v1/ListScoringEnginesRequest.ts';
import type { ListScoringEnginesResponse as _vigil_v1_ListScoringEnginesResponse, ListScoringEnginesResponse__Output as _vigil_v1_ListScoringEnginesResponse__Output } from './vigil/v1/ListScoringEnginesResponse.ts';
import type { ListServicesRequest as _vigil_v1_ListServicesRequest, ListServicesRequest__Output as _vigil_v1_ListServicesRequest__Output } from './vigil/v1/ListServicesRequest.ts';
import type { ListServicesResponse as _vigil_v1_ListServicesResponse, ListServicesResponse__Output as _vigil_v1_ListServicesResponse__Output } from './vigil/v1/ListServicesResponse.ts';
import type { ListStrategiesRequest as _vigil_v1_ListStrategiesRequest, ListStrategiesRequest__Output as _vigil_v1_ListStrategiesRequest__Output } from './vigil/v1/ListStrategiesRequest.ts';
import type { ListStrategiesResponse as _vigil_v1_ListStrategiesResponse, ListStrategiesResponse__Output as _vigil_v1_ListStrategiesResponse__Output } from './vigil/v1/ListStrategiesResponse.ts';
import type { Page as _vigil_v1_Page, Page__Output as _vigil_v1_Page__Output } from './vigil/v1/Page.ts';
import type { PlannedAction as _vigil_v1_PlannedAction, PlannedAction__Output as _vigil_v1_PlannedAction__Output } from './vigil/v1/PlannedAction.ts';
import type { PlannedSolution as _vigil_v1_PlannedSolution, PlannedSolution__Output as _vigil_v1_PlannedSolution__Output } from './vigil/v1/PlannedSolution.ts';
import type { RecordServiceClient as _vigil_v1_RecordServiceClient, RecordServiceDefinition as _vigil_v1_RecordServiceDefinition } from './vigil/v1/RecordService.ts';
import type { ReleaseRequest as _vigil_v1_ReleaseRequest, ReleaseRequest__Output as _vigil_v1_ReleaseRequest__Output } from './vigil/v1/ReleaseRequest.ts';
import type { ReleaseResponse as _vigil_v1_ReleaseResponse, ReleaseResponse__Output as _vigil_v1_ReleaseResponse__Output } from './vigil/v1/ReleaseResponse.ts';
import type { ReportServiceRequest as _vigil_v1_ReportServiceRequest, ReportServiceRequest__Output as _vigil_v1_ReportServiceRequest__Output } from './vigil/v1/ReportServiceRequest.ts';
import type { ReportServiceResponse as _vigil_v1_ReportServiceResponse, ReportServiceResponse__Output as _vigil_v1_ReportServiceResponse__Output } from './vigil/v1/ReportServiceResponse.ts';
import type { Run as _vigil_v1_Run, Run__Output as _vigil_v1_Run__Output } from './vigil/v1/Run.ts';
import type { RunFailure as _vigil_v1_RunFailure, RunFailure__Output as _vigil_v1_RunFailure__Output } from './vigil/v1/RunFailure.ts';
import type { RunServiceClient as _vigil_v1_RunServiceClient, RunServiceDefinition as _vigil_v1_RunServiceDefinition } from './vigil/v1/RunService.ts';
import type { ScoringEngine as _vigil_v1_ScoringEngine, ScoringEngine__Output as _vigil_v1_ScoringEngine__Output } from './vigil/v1/ScoringEngine.ts';
import type { Service as _vigil_v1_Service, Service__Output as _vigil_v1_Service__Output } from './vigil/v1/Service.ts';
import type { Strategy as _vigil_v1_Strategy, Strategy__Output as _vigil_v1_Strategy__Output } from './vigil/v1/Strategy.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vigil: {
    v1: {
      Action: MessageTypeDefinition<_vigil_v1_Action, _vigil_v1_Action__Output>
      ActionPlan: MessageTypeDefinition<_vigil_v1_ActionPlan, _vigil_v1_ActionPlan__Output>
      Audit: MessageTypeDefinition<_vigil_v1_Audit, _vigil_v1_Audit__Output>
      AuditTemplate: MessageTypeDefinition<_vigil_v1_AuditTemplate, _vigil_v1_AuditTemplate__Output>
      ClaimRequest: MessageTypeDefinition<_vigil_v1_ClaimRequest, _vigil_v1_ClaimRequest__Output>
      ClaimResponse: MessageTypeDefinition<_vigil_v1_ClaimResponse, _vigil_v1_ClaimResponse__Output>
      CompleteRequest: MessageTypeDefinition<_vigil_v1_CompleteRequest, _vigil_v1_CompleteRequest__Output>
      CompleteResponse: MessageTypeDefinition<_vigil_v1_CompleteResponse, _vigil_v1_CompleteResponse__Output>
      CreateAuditRequest: MessageTypeDefinition<_vigil_v1_CreateAuditRequest, _vigil_v1_CreateAuditRequest__Output>
      CreateAuditResponse: MessageTypeDefinition<_vigil_v1_CreateAuditResponse, _vigil_v1_CreateAuditResponse__Output>
      DeadLetter: MessageTypeDefinition<_vigil_v1_DeadLetter, _vigil_v1_DeadLetter__Output>
      EfficacyIndicator: MessageTypeDefinition<_vigil_v1_EfficacyIndicator, _vigil_v1_EfficacyIndicator__Output>
      Event: MessageTypeDefinition<_vigil_v1_Event, _vigil_v1_Event__Output>
      GetActionPlanRequest: MessageTypeDefinition<_vigil_v1_GetActionPlanRequest, _vigil_v1_GetActionPlanRequest__Output>
      GetActionPlanResponse: MessageTypeDefinition<_vigil_v1_GetActionPlanResponse, _vigil_v1_GetActionPlanResponse__Output>
      GetActionRequest: MessageTypeDefinition<_vigil_v1_GetActionRequest, _vigil_v1_GetActionRequest__Output>
      GetActionResponse: MessageTypeDefinition<_vigil_v1_GetActionResponse, _vigil_v1_GetActionResponse__Output>
      GetAuditRequest: MessageTypeDefinition<_vigil_v1_GetAuditRequest, _vigil_v1_GetAuditRequest__Output>
      GetAuditResponse: MessageTypeDefinition<_vigil_v1_GetAuditResponse, _vigil_v1_GetAuditResponse__Output>
      GetAuditTemplateRequest: MessageTypeDefinition<_vigil_v1_GetAuditTemplateRequest, _vigil_v1_GetAuditTemplateRequest__Output>
      GetAuditTemplateResponse: MessageTypeDefinition<_vigil_v1_GetAuditTemplateResponse, _vigil_v1_GetAuditTemplateResponse__Output>
      GetDeadLetterRequest: MessageTypeDefinition<_vigil_v1_GetDeadLetterRequest, _vigil_v1_GetDeadLetterRequest__Output>
      GetDeadLetterResponse: MessageTypeDefinition<_vigil_v1_GetDeadLetterResponse, _vigil_v1_GetDeadLetterResponse__Output>
      GetEventRequest: MessageTypeDefinition<_vigil_v1_GetEventRequest, _vigil_v1_GetEventRequest__Output>
      GetEventResponse: MessageTypeDefinition<_vigil_v1_GetEventResponse, _vigil_v1_GetEventResponse__Output>
      GetGoalRequest: MessageTypeDefinition<_vigil_v1_GetGoalRequest, _vigil_v1_GetGoalRequest__Output>
      GetGoalResponse: MessageTypeDefinition<_vigil_v1_GetGoalResponse, _vigil_v1_GetGoalResponse__Output>
      GetRunRequest: MessageTypeDefinition<_vigil_v1_GetRunRequest, _vigil_v1_GetRunRequest__Output>
      GetRunResponse: MessageTypeDefinition<_vigil_v1_GetRunResponse, _vigil_v1_GetRunResponse__Output>
      GetScoringEngineRequest: MessageTypeDefinition<_vigil_v1_GetScoringEngineRequest, _vigil_v1_GetScoringEngineRequest__Output>
      GetScoringEngineResponse: MessageTypeDefinition<_vigil_v1_GetScoringEngineResponse, _vigil_v1_GetScoringEngineResponse__Output>
      GetServiceRequest: MessageTypeDefinition<_vigil_v1_GetServiceRequest, _vigil_v1_GetServiceRequest__Output>
      GetServiceResponse: MessageTypeDefinition<_vigil_v1_GetServiceResponse, _vigil_v1_GetServiceResponse__Output>
      GetStrategyRequest: MessageTypeDefinition<_vigil_v1_GetStrategyRequest, _vigil_v1_GetStrategyRequest__Output>
      GetStrategyResponse: MessageTypeDefinition<_vigil_v1_GetStrategyResponse, _vigil_v1_GetStrategyResponse__Output>
      Goal: MessageTypeDefinition<_vigil_v1_Goal, _vigil_v1_Goal__Output>
      HeartbeatRequest: MessageTypeDefinition<_vigil_v1_HeartbeatRequest, _vigil_v1_HeartbeatRequest__Output>
      HeartbeatResponse: MessageTypeDefinition<_vigil_v1_HeartbeatResponse, _vigil_v1_HeartbeatResponse__Output>
      IngestRequest: MessageTypeDefinition<_vigil_v1_IngestRequest, _vigil_v1_IngestRequest__Output>
      IngestResponse: MessageTypeDefinition<_vigil_v1_IngestResponse, _vigil_v1_IngestResponse__Output>
      Lease: MessageTypeDefinition<_vigil_v1_Lease, _vigil_v1_Lease__Output>
      LeaseRef: MessageTypeDefinition<_vigil_v1_LeaseRef, _vigil_v1_LeaseRef__Output>
      LedgerEvent: MessageTypeDefinition<_vigil_v1_LedgerEvent, _vigil_v1_LedgerEvent__Output>
      ListActionPlansRequest: MessageTypeDefinition<_vigil_v1_ListActionPlansRequest, _vigil_v1_ListActionPlansRequest__Output>
      ListActionPlansResponse: MessageTypeDefinition<_vigil_v1_ListActionPlansResponse, _vigil_v1_ListActionPlansResponse__Output>
      ListActionsRequest: MessageTypeDefinition<_vigil_v1_ListActionsRequest, _vigil_v1_ListActionsRequest__Output>
      ListActionsResponse: MessageTypeDefinition<_vigil_v1_ListActionsResponse, _vigil_v1_ListActionsResponse__Output>
      ListAuditTemplatesRequest: MessageTypeDefinition<_vigil_v1_ListAuditTemplatesRequest, _vigil_v1_ListAuditTemplatesRequest__Output>
      ListAuditTemplatesResponse: MessageTypeDefinition<_vigil_v1_ListAuditTemplatesResponse, _vigil_v1_ListAuditTemplatesResponse__Output>
      ListAuditsRequest: MessageTypeDefinition<_vigil_v1_ListAuditsRequest, _vigil_v1_ListAuditsRequest__Output>
      ListAuditsResponse: MessageTypeDefinition<_vigil_v1_ListAuditsResponse, _vigil_v1_ListAuditsResponse__Output>
      ListDeadLettersRequest: MessageTypeDefinition<_vigil_v1_ListDeadLettersRequest, _vigil_v1_ListDeadLettersRequest__Output>
      ListDeadLettersResponse: MessageTypeDefinition<_vigil_v1_ListDeadLettersResponse, _vigil_v1_ListDeadLettersResponse__Output>
      ListEventsRequest: MessageTypeDefinition<_vigil_v1_ListEventsRequest, _vigil_v1_ListEventsRequest__Output>
      ListEventsResponse: MessageTypeDefinition<_vigil_v1_ListEventsResponse, _vigil_v1_ListEventsResponse__Output>
      ListGoalsRequest: MessageTypeDefinition<_vigil_v1_ListGoalsRequest, _vigil_v1_ListGoalsRequest__Output>
      ListGoalsResponse: MessageTypeDefinition<_vigil_v1_ListGoalsResponse, _vigil_v1_ListGoalsResponse__Output>
      ListRunsRequest: MessageTypeDefinition<_vigil_v1_ListRunsRequest, _vigil_v1_ListRunsRequest__Output>
      ListRunsResponse: MessageTypeDefinition<_vigil_v1_ListRunsResponse, _vigil_v1_ListRunsResponse__Output>
      ListScoringEnginesRequest: MessageTypeDefinition<_vigil_v1_ListScoringEnginesRequest, _vigil_v1_ListScoringEnginesRequest__Output>
      ListScoringEnginesResponse: MessageTypeDefinition<_vigil_v1_ListScoringEnginesResponse, _vigil_v1_ListScoringEnginesResponse__Output>
      ListServicesRequest: MessageTypeDefinition<_vigil_v1_ListServicesRequest, _vigil_v1_ListServicesRequest__Output>
      ListServicesResponse: MessageTypeDefinition<_vigil_v1_ListServicesResponse, _vigil_v1_ListServicesResponse__Output>
      ListStrategiesRequest: MessageTypeDefinition<_vigil_v1_ListStrategiesRequest, _vigil_v1_ListStrategiesRequest__Output>
      ListStrategiesResponse: MessageTypeDefinition<_vigil_v1_ListStrategiesResponse, _vigil_v1_ListStrategiesResponse__Output>
      Page: MessageTypeDefinition<_vigil_v1_Page, _vigil_v1_Page__Output>
      PlannedAction: MessageTypeDefinition<_vigil_v1_PlannedAction, _vigil_v1_PlannedAction__Output>
      PlannedSolution: MessageTypeDefinition<_vigil_v1_PlannedSolution, _vigil_v1_PlannedSolution__Output>
      RecordService: SubtypeConstructor<typeof grpc.Client, _vigil_v1_RecordServiceClient> & { service: _vigil_v1_RecordServiceDefinition }
      ReleaseRequest: MessageTypeDefinition<_vigil_v1_ReleaseRequest, _vigil_v1_ReleaseRequest__Output>
      ReleaseResponse: MessageTypeDefinition<_vigil_v1_ReleaseResponse, _vigil_v1_ReleaseResponse__Output>
      ReportServiceRequest: MessageTypeDefinition<_vigil_v1_ReportServiceRequest, _vigil_v1_ReportServiceRequest__Output>
      ReportServiceResponse: MessageTypeDefinition<_vigil_v1_ReportServiceResponse, _vigil_v1_ReportServiceResponse__Output>
      Run: MessageTypeDefinition<_vigil_v1_Run, _vigil_v1_Run__Output>
      RunFailure: MessageTypeDefinition<_vigil_v1_RunFailure, _vigil_v1_RunFailure__Output>
      RunService: SubtypeConstructor<typeof grpc.Client, _vigil_v1_RunServiceClient> & { service: _vigil_v1_RunServiceDefinition }
      ScoringEngine: MessageTypeDefinition<_vigil_v1_ScoringEngine, _vigil_v1_ScoringEngine__Output>
      Service: MessageTypeDefinition<_vigil_v1_Service, _vigil_v1_Service__Output>
      Strategy: MessageTypeDefinition<_vigil_v1_Strategy, _vigil_v1_Strategy__Output>
    }
  }
}

