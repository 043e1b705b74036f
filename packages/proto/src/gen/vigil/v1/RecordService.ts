// Original file: proto/vigil/v1/record.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateAuditRequest as _vigil_v1_CreateAuditRequest, CreateAuditRequest__Output as _vigil_v1_CreateAuditRequest__Output } from '../../vigil/v1/CreateAuditRequest.ts';
import type { CreateAuditResponse as _vigil_v1_CreateAuditResponse, CreateAuditResponse__Output as _vigil_v1_CreateAuditResponse__Output } from '../../vigil/v1/CreateAuditResponse.ts';
import type { GetActionPlanRequest as _vigil_v1_GetActionPlanRequest, GetActionPlanRequest__Output as _vigil_v1_GetActionPlanRequest__Output } from '../../vigil/v1/GetActionPlanRequest.ts';
import type { GetActionPlanResponse as _vigil_v1_GetActionPlanResponse, GetActionPlanResponse__Output as _vigil_v1_GetActionPlanResponse__Output } from '../../vigil/v1/GetActionPlanResponse.ts';
import type { GetActionRequest as _vigil_v1_GetActionRequest, GetActionRequest__Output as _vigil_v1_GetActionRequest__Output } from '../../vigil/v1/GetActionRequest.ts';
import type { GetActionResponse as _vigil_v1_GetActionResponse, GetActionResponse__Output as _vigil_v1_GetActionResponse__Output } from '../../vigil/v1/GetActionResponse.ts';
import type { GetAuditRequest as _vigil_v1_GetAuditRequest, GetAuditRequest__Output as _vigil_v1_GetAuditRequest__Output } from '../../vigil/v1/GetAuditRequest.ts';
import type { GetAuditResponse as _vigil_v1_GetAuditResponse, GetAuditResponse__Output as _vigil_v1_GetAuditResponse__Output } from '../../vigil/v1/GetAuditResponse.ts';
import type { GetAuditTemplateRequest as _vigil_v1_GetAuditTemplateRequest, GetAuditTemplateRequest__Output as _vigil_v1_GetAuditTemplateRequest__Output } from '../../vigil/v1/GetAuditTemplateRequest.ts';
import type { GetAuditTemplateResponse as _vigil_v1_GetAuditTemplateResponse, GetAuditTemplateResponse__Output as _vigil_v1_GetAuditTemplateResponse__Output } from '../../vigil/v1/GetAuditTemplateResponse.ts';
import type { GetDeadLetterRequest as _vigil_v1_GetDeadLetterRequest, GetDeadLetterRequest__Output as _vigil_v1_GetDeadLetterRequest__Output } from '../../vigil/v1/GetDeadLetterRequest.ts';
import type { GetDeadLetterResponse as _vigil_v1_GetDeadLetterResponse, GetDeadLetterResponse__Output as _vigil_v1_GetDeadLetterResponse__Output } from '../../vigil/v1/GetDeadLetterResponse.ts';
import type { GetEventRequest as _vigil_v1_GetEventRequest, GetEventRequest__Output as _vigil_v1_GetEventRequest__Output } from '../../vigil/v1/GetEventRequest.ts';
import type { GetEventResponse as _vigil_v1_GetEventResponse, GetEventResponse__Output as _vigil_v1_GetEventResponse__Output } from '../../vigil/v1/GetEventResponse.ts';
import type { GetGoalRequest as _vigil_v1_GetGoalRequest, GetGoalRequest__Output as _vigil_v1_GetGoalRequest__Output } from '../../vigil/v1/GetGoalRequest.ts';
import type { GetGoalResponse as _vigil_v1_GetGoalResponse, GetGoalResponse__Output as _vigil_v1_GetGoalResponse__Output } from '../../vigil/v1/GetGoalResponse.ts';
import type { GetRunRequest as _vigil_v1_GetRunRequest, GetRunRequest__Output as _vigil_v1_GetRunRequest__Output } from '../../vigil/v1/GetRunRequest.ts';
import type { GetRunResponse as _vigil_v1_GetRunResponse, GetRunResponse__Output as _vigil_v1_GetRunResponse__Output } from '../../vigil/v1/GetRunResponse.ts';
import type { GetScoringEngineRequest as _vigil_v1_GetScoringEngineRequest, GetScoringEngineRequest__Output as _vigil_v1_GetScoringEngineRequest__Output } from '../../vigil/v1/GetScoringEngineRequest.ts';
import type { GetScoringEngineResponse as _vigil_v1_GetScoringEngineResponse, GetScoringEngineResponse__Output as _vigil_v1_GetScoringEngineResponse__Output } from '../../vigil/v1/GetScoringEngineResponse.ts';
import type { GetServiceRequest as _vigil_v1_GetServiceRequest, GetServiceRequest__Output as _vigil_v1_GetServiceRequest__Output } from '../../vigil/v1/GetServiceRequest.ts';
import type { GetServiceResponse as _vigil_v1_GetServiceResponse, GetServiceResponse__Output as _vigil_v1_GetServiceResponse__Output } from '../../vigil/v1/GetServiceResponse.ts';
import type { GetStrategyRequest as _vigil_v1_GetStrategyRequest, GetStrategyRequest__Output as _vigil_v1_GetStrategyRequest__Output } from '../../vigil/v1/GetStrategyRequest.ts';
import type { GetStrategyResponse as _vigil_v1_GetStrategyResponse, GetStrategyResponse__Output as _vigil_v1_GetStrategyResponse__Output } from '../../vigil/v1/GetStrategyResponse.ts';
import type { ListActionPlansRequest as _vigil_v1_ListActionPlansRequest, ListActionPlansRequest__Output as _vigil_v1_ListActionPlansRequest__Output } from '../../vigil/v1/ListActionPlansRequest.ts';
import type { ListActionPlansResponse as _vigil_v1_ListActionPlansResponse, ListActionPlansResponse__Output as _vigil_v1_ListActionPlansResponse__Output } from '../../vigil/v1/ListActionPlansResponse.ts';
import type { ListActionsRequest as _vigil_v1_ListActionsRequest, ListActionsRequest__Output as _vigil_v1_ListActionsRequest__Output } from '../../vigil/v1/ListActionsRequest.ts';
import type { ListActionsResponse as _vigil_v1_ListActionsResponse, ListActionsResponse__Output as _vigil_v1_ListActionsResponse__Output } from '../../vigil/v1/ListActionsResponse.ts';
import type { ListAuditTemplatesRequest as _vigil_v1_ListAuditTemplatesRequest, ListAuditTemplatesRequest__Output as _vigil_v1_ListAuditTemplatesRequest__Output } from '../../vigil/v1/ListAuditTemplatesRequest.ts';
import type { ListAuditTemplatesResponse as _vigil_v1_ListAuditTemplatesResponse, ListAuditTemplatesResponse__Output as _vigil_v1_ListAuditTemplatesResponse__Output } from '../../vigil/v1/ListAuditTemplatesResponse.ts';
import type { ListAuditsRequest as _vigil_v1_ListAuditsRequest, ListAuditsRequest__Output as _vigil_v1_ListAuditsRequest__Output } from '../../vigil/v1/ListAuditsRequest.ts';
import type { ListAuditsResponse as _vigil_v1_ListAuditsResponse, ListAuditsResponse__Output as _vigil_v1_ListAuditsResponse__Output } from '../../vigil/v1/ListAuditsResponse.ts';
import type { ListDeadLettersRequest as _vigil_v1_ListDeadLettersRequest, ListDeadLettersRequest__Output as _vigil_v1_ListDeadLettersRequest__Output } from '../../vigil/v1/ListDeadLettersRequest.ts';
import type { ListDeadLettersResponse as _vigil_v1_ListDeadLettersResponse, ListDeadLettersResponse__Output as _vigil_v1_ListDeadLettersResponse__Output } from '../../vigil/v1/ListDeadLettersResponse.ts';
import type { ListEventsRequest as _vigil_v1_ListEventsRequest, ListEventsRequest__Output as _vigil_v1_ListEventsRequest__Output } from '../../vigil/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _vigil_v1_ListEventsResponse, ListEventsResponse__Output as _vigil_v1_ListEventsResponse__Output } from '../../vigil/v1/ListEventsResponse.ts';
import type { ListGoalsRequest as _vigil_v1_ListGoalsRequest, ListGoalsRequest__Output as _vigil_v1_ListGoalsRequest__Output } from '../../vigil/v1/ListGoalsRequest.ts';
import type { ListGoalsResponse as _vigil_v1_ListGoalsResponse, ListGoalsResponse__Output as _vigil_v1_ListGoalsResponse__Output } from '../../vigil/v1/ListGoalsResponse.ts';
import type { ListRunsRequest as _vigil_v1_ListRunsRequest, ListRunsRequest__Output as _vigil_v1_ListRunsRequest__Output } from '../../vigil/v1/ListRunsRequest.ts';
import type { ListRunsResponse as _vigil_v1_ListRunsResponse, ListRunsResponse__Output as _vigil_v1_ListRunsResponse__Output } from '../../vigil/v1/ListRunsResponse.ts';
import type { ListScoringEnginesRequest as _vigil_v1_ListScoringEnginesRequest, ListScoringEnginesRequest__Output as _vigil_v1_ListScoringEnginesRequest__Output } from '../../vigil/v1/ListScoringEnginesRequest.ts';
import type { ListScoringEnginesResponse as _vigil_v1_ListScoringEnginesResponse, ListScoringEnginesResponse__Output as _vigil_v1_ListScoringEnginesResponse__Output } from '../../vigil/v1/ListScoringEnginesResponse.ts';
import type { ListServicesRequest as _vigil_v1_ListServicesRequest, ListServicesRequest__Output as _vigil_v1_ListServicesRequest__Output } from '../../vigil/v1/ListServicesRequest.ts';
import type { ListServicesResponse as _vigil_v1_ListServicesResponse, ListServicesResponse__Output as _vigil_v1_ListServicesResponse__Output } from '../../vigil/v1/ListServicesResponse.ts';
import type { ListStrategiesRequest as _vigil_v1_ListStrategiesRequest, ListStrategiesRequest__Output as _vigil_v1_ListStrategiesRequest__Output } from '../../vigil/v1/ListStrategiesRequest.ts';
import type { ListStrategiesResponse as _vigil_v1_ListStrategiesResponse, ListStrategiesResponse__Output as _vigil_v1_ListStrategiesResponse__Output } from '../../vigil/v1/ListStrategiesResponse.ts';
import type { ReportServiceRequest as _vigil_v1_ReportServiceRequest, ReportServiceRequest__Output as _vigil_v1_ReportServiceRequest__Output } from '../../vigil/v1/ReportServiceRequest.ts';
import type { ReportServiceResponse as _vigil_v1_ReportServiceResponse, ReportServiceResponse__Output as _vigil_v1_ReportServiceResponse__Output } from '../../vigil/v1/ReportServiceResponse.ts';

export interface RecordServiceClient extends grpc.Client {
  CreateAudit(argument: _vigil_v1_CreateAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  CreateAudit(argument: _vigil_v1_CreateAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  CreateAudit(argument: _vigil_v1_CreateAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  CreateAudit(argument: _vigil_v1_CreateAuditRequest, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  createAudit(argument: _vigil_v1_CreateAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  createAudit(argument: _vigil_v1_CreateAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  createAudit(argument: _vigil_v1_CreateAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  createAudit(argument: _vigil_v1_CreateAuditRequest, callback: grpc.requestCallback<_vigil_v1_CreateAuditResponse__Output>): grpc.ClientUnaryCall;
  
  GetAction(argument: _vigil_v1_GetActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  GetAction(argument: _vigil_v1_GetActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  GetAction(argument: _vigil_v1_GetActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  GetAction(argument: _vigil_v1_GetActionRequest, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  getAction(argument: _vigil_v1_GetActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  getAction(argument: _vigil_v1_GetActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  getAction(argument: _vigil_v1_GetActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  getAction(argument: _vigil_v1_GetActionRequest, callback: grpc.requestCallback<_vigil_v1_GetActionResponse__Output>): grpc.ClientUnaryCall;
  
  GetActionPlan(argument: _vigil_v1_GetActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  GetActionPlan(argument: _vigil_v1_GetActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  GetActionPlan(argument: _vigil_v1_GetActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  GetActionPlan(argument: _vigil_v1_GetActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  getActionPlan(argument: _vigil_v1_GetActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  getActionPlan(argument: _vigil_v1_GetActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  getActionPlan(argument: _vigil_v1_GetActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  getActionPlan(argument: _vigil_v1_GetActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_GetActionPlanResponse__Output>): grpc.ClientUnaryCall;
  
  GetAudit(argument: _vigil_v1_GetAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  GetAudit(argument: _vigil_v1_GetAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  GetAudit(argument: _vigil_v1_GetAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  GetAudit(argument: _vigil_v1_GetAuditRequest, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  getAudit(argument: _vigil_v1_GetAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  getAudit(argument: _vigil_v1_GetAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  getAudit(argument: _vigil_v1_GetAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  getAudit(argument: _vigil_v1_GetAuditRequest, callback: grpc.requestCallback<_vigil_v1_GetAuditResponse__Output>): grpc.ClientUnaryCall;
  
  GetAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  GetAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  GetAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  GetAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  getAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  getAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  getAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  getAuditTemplate(argument: _vigil_v1_GetAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_GetAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  
  GetDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  GetDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  GetDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  GetDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  getDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  getDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  getDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  getDeadLetter(argument: _vigil_v1_GetDeadLetterRequest, callback: grpc.requestCallback<_vigil_v1_GetDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  
  GetEvent(argument: _vigil_v1_GetEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _vigil_v1_GetEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _vigil_v1_GetEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _vigil_v1_GetEventRequest, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _vigil_v1_GetEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _vigil_v1_GetEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _vigil_v1_GetEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _vigil_v1_GetEventRequest, callback: grpc.requestCallback<_vigil_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  
  GetGoal(argument: _vigil_v1_GetGoalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  GetGoal(argument: _vigil_v1_GetGoalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  GetGoal(argument: _vigil_v1_GetGoalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  GetGoal(argument: _vigil_v1_GetGoalRequest, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  getGoal(argument: _vigil_v1_GetGoalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  getGoal(argument: _vigil_v1_GetGoalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  getGoal(argument: _vigil_v1_GetGoalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  getGoal(argument: _vigil_v1_GetGoalRequest, callback: grpc.requestCallback<_vigil_v1_GetGoalResponse__Output>): grpc.ClientUnaryCall;
  
  GetRun(argument: _vigil_v1_GetRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  GetRun(argument: _vigil_v1_GetRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  GetRun(argument: _vigil_v1_GetRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  GetRun(argument: _vigil_v1_GetRunRequest, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _vigil_v1_GetRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _vigil_v1_GetRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _vigil_v1_GetRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _vigil_v1_GetRunRequest, callback: grpc.requestCallback<_vigil_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  
  GetScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  GetScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  GetScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  GetScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  getScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  getScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  getScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  getScoringEngine(argument: _vigil_v1_GetScoringEngineRequest, callback: grpc.requestCallback<_vigil_v1_GetScoringEngineResponse__Output>): grpc.ClientUnaryCall;
  
  GetService(argument: _vigil_v1_GetServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  GetService(argument: _vigil_v1_GetServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  GetService(argument: _vigil_v1_GetServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  GetService(argument: _vigil_v1_GetServiceRequest, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  getService(argument: _vigil_v1_GetServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  getService(argument: _vigil_v1_GetServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  getService(argument: _vigil_v1_GetServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  getService(argument: _vigil_v1_GetServiceRequest, callback: grpc.requestCallback<_vigil_v1_GetServiceResponse__Output>): grpc.ClientUnaryCall;
  
  GetStrategy(argument: _vigil_v1_GetStrategyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  GetStrategy(argument: _vigil_v1_GetStrategyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  GetStrategy(argument: _vigil_v1_GetStrategyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  GetStrategy(argument: _vigil_v1_GetStrategyRequest, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  getStrategy(argument: _vigil_v1_GetStrategyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  getStrategy(argument: _vigil_v1_GetStrategyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  getStrategy(argument: _vigil_v1_GetStrategyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  getStrategy(argument: _vigil_v1_GetStrategyRequest, callback: grpc.requestCallback<_vigil_v1_GetStrategyResponse__Output>): grpc.ClientUnaryCall;
  
  ListActionPlans(argument: _vigil_v1_ListActionPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  ListActionPlans(argument: _vigil_v1_ListActionPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  ListActionPlans(argument: _vigil_v1_ListActionPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  ListActionPlans(argument: _vigil_v1_ListActionPlansRequest, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  listActionPlans(argument: _vigil_v1_ListActionPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  listActionPlans(argument: _vigil_v1_ListActionPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  listActionPlans(argument: _vigil_v1_ListActionPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  listActionPlans(argument: _vigil_v1_ListActionPlansRequest, callback: grpc.requestCallback<_vigil_v1_ListActionPlansResponse__Output>): grpc.ClientUnaryCall;
  
  ListActions(argument: _vigil_v1_ListActionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  ListActions(argument: _vigil_v1_ListActionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  ListActions(argument: _vigil_v1_ListActionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  ListActions(argument: _vigil_v1_ListActionsRequest, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  listActions(argument: _vigil_v1_ListActionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  listActions(argument: _vigil_v1_ListActionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  listActions(argument: _vigil_v1_ListActionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  listActions(argument: _vigil_v1_ListActionsRequest, callback: grpc.requestCallback<_vigil_v1_ListActionsResponse__Output>): grpc.ClientUnaryCall;
  
  ListAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  ListAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  ListAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  ListAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listAuditTemplates(argument: _vigil_v1_ListAuditTemplatesRequest, callback: grpc.requestCallback<_vigil_v1_ListAuditTemplatesResponse__Output>): grpc.ClientUnaryCall;
  
  ListAudits(argument: _vigil_v1_ListAuditsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  ListAudits(argument: _vigil_v1_ListAuditsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  ListAudits(argument: _vigil_v1_ListAuditsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  ListAudits(argument: _vigil_v1_ListAuditsRequest, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  listAudits(argument: _vigil_v1_ListAuditsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  listAudits(argument: _vigil_v1_ListAuditsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  listAudits(argument: _vigil_v1_ListAuditsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  listAudits(argument: _vigil_v1_ListAuditsRequest, callback: grpc.requestCallback<_vigil_v1_ListAuditsResponse__Output>): grpc.ClientUnaryCall;
  
  ListDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  ListDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  ListDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  ListDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  listDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  listDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  listDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  listDeadLetters(argument: _vigil_v1_ListDeadLettersRequest, callback: grpc.requestCallback<_vigil_v1_ListDeadLettersResponse__Output>): grpc.ClientUnaryCall;
  
  ListEvents(argument: _vigil_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _vigil_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _vigil_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _vigil_v1_ListEventsRequest, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _vigil_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _vigil_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _vigil_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _vigil_v1_ListEventsRequest, callback: grpc.requestCallback<_vigil_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  
  ListGoals(argument: _vigil_v1_ListGoalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  ListGoals(argument: _vigil_v1_ListGoalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  ListGoals(argument: _vigil_v1_ListGoalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  ListGoals(argument: _vigil_v1_ListGoalsRequest, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  listGoals(argument: _vigil_v1_ListGoalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  listGoals(argument: _vigil_v1_ListGoalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  listGoals(argument: _vigil_v1_ListGoalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  listGoals(argument: _vigil_v1_ListGoalsRequest, callback: grpc.requestCallback<_vigil_v1_ListGoalsResponse__Output>): grpc.ClientUnaryCall;
  
  ListRuns(argument: _vigil_v1_ListRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _vigil_v1_ListRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _vigil_v1_ListRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _vigil_v1_ListRunsRequest, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _vigil_v1_ListRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _vigil_v1_ListRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _vigil_v1_ListRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _vigil_v1_ListRunsRequest, callback: grpc.requestCallback<_vigil_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  
  ListScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  ListScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  ListScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  ListScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  listScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  listScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  listScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  listScoringEngines(argument: _vigil_v1_ListScoringEnginesRequest, callback: grpc.requestCallback<_vigil_v1_ListScoringEnginesResponse__Output>): grpc.ClientUnaryCall;
  
  ListServices(argument: _vigil_v1_ListServicesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  ListServices(argument: _vigil_v1_ListServicesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  ListServices(argument: _vigil_v1_ListServicesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  ListServices(argument: _vigil_v1_ListServicesRequest, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  listServices(argument: _vigil_v1_ListServicesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  listServices(argument: _vigil_v1_ListServicesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  listServices(argument: _vigil_v1_ListServicesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  listServices(argument: _vigil_v1_ListServicesRequest, callback: grpc.requestCallback<_vigil_v1_ListServicesResponse__Output>): grpc.ClientUnaryCall;
  
  ListStrategies(argument: _vigil_v1_ListStrategiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  ListStrategies(argument: _vigil_v1_ListStrategiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  ListStrategies(argument: _vigil_v1_ListStrategiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  ListStrategies(argument: _vigil_v1_ListStrategiesRequest, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  listStrategies(argument: _vigil_v1_ListStrategiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  listStrategies(argument: _vigil_v1_ListStrategiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  listStrategies(argument: _vigil_v1_ListStrategiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  listStrategies(argument: _vigil_v1_ListStrategiesRequest, callback: grpc.requestCallback<_vigil_v1_ListStrategiesResponse__Output>): grpc.ClientUnaryCall;
  
  ReportService(argument: _vigil_v1_ReportServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  ReportService(argument: _vigil_v1_ReportServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  ReportService(argument: _vigil_v1_ReportServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  ReportService(argument: _vigil_v1_ReportServiceRequest, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  reportService(argument: _vigil_v1_ReportServiceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  reportService(argument: _vigil_v1_ReportServiceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  reportService(argument: _vigil_v1_ReportServiceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  reportService(argument: _vigil_v1_ReportServiceRequest, callback: grpc.requestCallback<_vigil_v1_ReportServiceResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface RecordServiceHandlers extends grpc.UntypedServiceImplementation {
  CreateAudit: grpc.handleUnaryCall<_vigil_v1_CreateAuditRequest__Output, _vigil_v1_CreateAuditResponse>;
  
  GetAction: grpc.handleUnaryCall<_vigil_v1_GetActionRequest__Output, _vigil_v1_GetActionResponse>;
  
  GetActionPlan: grpc.handleUnaryCall<_vigil_v1_GetActionPlanRequest__Output, _vigil_v1_GetActionPlanResponse>;
  
  GetAudit: grpc.handleUnaryCall<_vigil_v1_GetAuditRequest__Output, _vigil_v1_GetAuditResponse>;
  
  GetAuditTemplate: grpc.handleUnaryCall<_vigil_v1_GetAuditTemplateRequest__Output, _vigil_v1_GetAuditTemplateResponse>;
  
  GetDeadLetter: grpc.handleUnaryCall<_vigil_v1_GetDeadLetterRequest__Output, _vigil_v1_GetDeadLetterResponse>;
  
  GetEvent: grpc.handleUnaryCall<_vigil_v1_GetEventRequest__Output, _vigil_v1_GetEventResponse>;
  
  GetGoal: grpc.handleUnaryCall<_vigil_v1_GetGoalRequest__Output, _vigil_v1_GetGoalResponse>;
  
  GetRun: grpc.handleUnaryCall<_vigil_v1_GetRunRequest__Output, _vigil_v1_GetRunResponse>;
  
  GetScoringEngine: grpc.handleUnaryCall<_vigil_v1_GetScoringEngineRequest__Output, _vigil_v1_GetScoringEngineResponse>;
  
  GetService: grpc.handleUnaryCall<_vigil_v1_GetServiceRequest__Output, _vigil_v1_GetServiceResponse>;
  
  GetStrategy: grpc.handleUnaryCall<_vigil_v1_GetStrategyRequest__Output, _vigil_v1_GetStrategyResponse>;
  
  ListActionPlans: grpc.handleUnaryCall<_vigil_v1_ListActionPlansRequest__Output, _vigil_v1_ListActionPlansResponse>;
  
  ListActions: grpc.handleUnaryCall<_vigil_v1_ListActionsRequest__Output, _vigil_v1_ListActionsResponse>;
  
  ListAuditTemplates: grpc.handleUnaryCall<_vigil_v1_ListAuditTemplatesRequest__Output, _vigil_v1_ListAuditTemplatesResponse>;
  
  ListAudits: grpc.handleUnaryCall<_vigil_v1_ListAuditsRequest__Output, _vigil_v1_ListAuditsResponse>;
  
  ListDeadLetters: grpc.handleUnaryCall<_vigil_v1_ListDeadLettersRequest__Output, _vigil_v1_ListDeadLettersResponse>;
  
  ListEvents: grpc.handleUnaryCall<_vigil_v1_ListEventsRequest__Output, _vigil_v1_ListEventsResponse>;
  
  ListGoals: grpc.handleUnaryCall<_vigil_v1_ListGoalsRequest__Output, _vigil_v1_ListGoalsResponse>;
  
  ListRuns: grpc.handleUnaryCall<_vigil_v1_ListRunsRequest__Output, _vigil_v1_ListRunsResponse>;
  
  ListScoringEngines: grpc.handleUnaryCall<_vigil_v1_ListScoringEnginesRequest__Output, _vigil_v1_ListScoringEnginesResponse>;
  
  ListServices: grpc.handleUnaryCall<_vigil_v1_ListServicesRequest__Output, _vigil_v1_ListServicesResponse>;
  
  ListStrategies: grpc.handleUnaryCall<_vigil_v1_ListStrategiesRequest__Output, _vigil_v1_ListStrategiesResponse>;
  
  ReportService: grpc.handleUnaryCall<_vigil_v1_ReportServiceRequest__Output, _vigil_v1_ReportServiceResponse>;
  
}

export interface RecordServiceDefinition extends grpc.ServiceDefinition {
  CreateAudit: MethodDefinition<_vigil_v1_CreateAuditRequest, _vigil_v1_CreateAuditResponse, _vigil_v1_CreateAuditRequest__Output, _vigil_v1_CreateAuditResponse__Output>
  GetAction: MethodDefinition<_vigil_v1_GetActionRequest, _vigil_v1_GetActionResponse, _vigil_v1_GetActionRequest__Output, _vigil_v1_GetActionResponse__Output>
  GetActionPlan: MethodDefinition<_vigil_v1_GetActionPlanRequest, _vigil_v1_GetActionPlanResponse, _vigil_v1_GetActionPlanRequest__Output, _vigil_v1_GetActionPlanResponse__Output>
  GetAudit: MethodDefinition<_vigil_v1_GetAuditRequest, _vigil_v1_GetAuditResponse, _vigil_v1_GetAuditRequest__Output, _vigil_v1_GetAuditResponse__Output>
  GetAuditTemplate: MethodDefinition<_vigil_v1_GetAuditTemplateRequest, _vigil_v1_GetAuditTemplateResponse, _vigil_v1_GetAuditTemplateRequest__Output, _vigil_v1_GetAuditTemplateResponse__Output>
  GetDeadLetter: MethodDefinition<_vigil_v1_GetDeadLetterRequest, _vigil_v1_GetDeadLetterResponse, _vigil_v1_GetDeadLetterRequest__Output, _vigil_v1_GetDeadLetterResponse__Output>
  GetEvent: MethodDefinition<_vigil_v1_GetEventRequest, _vigil_v1_GetEventResponse, _vigil_v1_GetEventRequest__Output, _vigil_v1_GetEventResponse__Output>
  GetGoal: MethodDefinition<_vigil_v1_GetGoalRequest, _vigil_v1_GetGoalResponse, _vigil_v1_GetGoalRequest__Output, _vigil_v1_GetGoalResponse__Output>
  GetRun: MethodDefinition<_vigil_v1_GetRunRequest, _vigil_v1_GetRunResponse, _vigil_v1_GetRunRequest__Output, _vigil_v1_GetRunResponse__Output>
  GetScoringEngine: MethodDefinition<_vigil_v1_GetScoringEngineRequest, _vigil_v1_GetScoringEngineResponse, _vigil_v1_GetScoringEngineRequest__Output, _vigil_v1_GetScoringEngineResponse__Output>
  GetService: MethodDefinition<_vigil_v1_GetServiceRequest, _vigil_v1_GetServiceResponse, _vigil_v1_GetServiceRequest__Output, _vigil_v1_GetServiceResponse__Output>
  GetStrategy: MethodDefinition<_vigil_v1_GetStrategyRequest, _vigil_v1_GetStrategyResponse, _vigil_v1_GetStrategyRequest__Output, _vigil_v1_GetStrategyResponse__Output>
  ListActionPlans: MethodDefinition<_vigil_v1_ListActionPlansRequest, _vigil_v1_ListActionPlansResponse, _vigil_v1_ListActionPlansRequest__Output, _vigil_v1_ListActionPlansResponse__Output>
  ListActions: MethodDefinition<_vigil_v1_ListActionsRequest, _vigil_v1_ListActionsResponse, _vigil_v1_ListActionsRequest__Output, _vigil_v1_ListActionsResponse__Output>
  ListAuditTemplates: MethodDefinition<_vigil_v1_ListAuditTemplatesRequest, _vigil_v1_ListAuditTemplatesResponse, _vigil_v1_ListAuditTemplatesRequest__Output, _vigil_v1_ListAuditTemplatesResponse__Output>
  ListAudits: MethodDefinition<_vigil_v1_ListAuditsRequest, _vigil_v1_ListAuditsResponse, _vigil_v1_ListAuditsRequest__Output, _vigil_v1_ListAuditsResponse__Output>
  ListDeadLetters: MethodDefinition<_vigil_v1_ListDeadLettersRequest, _vigil_v1_ListDeadLettersResponse, _vigil_v1_ListDeadLettersRequest__Output, _vigil_v1_ListDeadLettersResponse__Output>
  ListEvents: MethodDefinition<_vigil_v1_ListEventsRequest, _vigil_v1_ListEventsResponse, _vigil_v1_ListEventsRequest__Output, _vigil_v1_ListEventsResponse__Output>
  ListGoals: MethodDefinition<_vigil_v1_ListGoalsRequest, _vigil_v1_ListGoalsResponse, _vigil_v1_ListGoalsRequest__Output, _vigil_v1_ListGoalsResponse__Output>
  ListRuns: MethodDefinition<_vigil_v1_ListRunsRequest, _vigil_v1_ListRunsResponse, _vigil_v1_ListRunsRequest__Output, _vigil_v1_ListRunsResponse__Output>
  ListScoringEngines: MethodDefinition<_vigil_v1_ListScoringEnginesRequest, _vigil_v1_ListScoringEnginesResponse, _vigil_v1_ListScoringEnginesRequest__Output, _vigil_v1_ListScoringEnginesResponse__Output>
  ListServices: MethodDefinition<_vigil_v1_ListServicesRequest, _vigil_v1_ListServicesResponse, _vigil_v1_ListServicesRequest__Output, _vigil_v1_ListServicesResponse__Output>
  ListStrategies: MethodDefinition<_vigil_v1_ListStrategiesRequest, _vigil_v1_ListStrategiesResponse, _vigil_v1_ListStrategiesRequest__Output, _vigil_v1_ListStrategiesResponse__Output>
  ReportService: MethodDefinition<_vigil_v1_ReportServiceRequest, _vigil_v1_ReportServiceResponse, _vigil_v1_ReportServiceRequest__Output, _vigil_v1_ReportServiceResponse__Output>
}
