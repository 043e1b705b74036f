// Original file: proto/vigil/v1/edit.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateAuditTemplateRequest as _vigil_v1_CreateAuditTemplateRequest, CreateAuditTemplateRequest__Output as _vigil_v1_CreateAuditTemplateRequest__Output } from '../../vigil/v1/CreateAuditTemplateRequest.ts';
import type { CreateAuditTemplateResponse as _vigil_v1_CreateAuditTemplateResponse, CreateAuditTemplateResponse__Output as _vigil_v1_CreateAuditTemplateResponse__Output } from '../../vigil/v1/CreateAuditTemplateResponse.ts';
import type { DeleteActionPlanRequest as _vigil_v1_DeleteActionPlanRequest, DeleteActionPlanRequest__Output as _vigil_v1_DeleteActionPlanRequest__Output } from '../../vigil/v1/DeleteActionPlanRequest.ts';
import type { DeleteActionPlanResponse as _vigil_v1_DeleteActionPlanResponse, DeleteActionPlanResponse__Output as _vigil_v1_DeleteActionPlanResponse__Output } from '../../vigil/v1/DeleteActionPlanResponse.ts';
import type { DeleteAuditRequest as _vigil_v1_DeleteAuditRequest, DeleteAuditRequest__Output as _vigil_v1_DeleteAuditRequest__Output } from '../../vigil/v1/DeleteAuditRequest.ts';
import type { DeleteAuditResponse as _vigil_v1_DeleteAuditResponse, DeleteAuditResponse__Output as _vigil_v1_DeleteAuditResponse__Output } from '../../vigil/v1/DeleteAuditResponse.ts';
import type { DeleteAuditTemplateRequest as _vigil_v1_DeleteAuditTemplateRequest, DeleteAuditTemplateRequest__Output as _vigil_v1_DeleteAuditTemplateRequest__Output } from '../../vigil/v1/DeleteAuditTemplateRequest.ts';
import type { DeleteAuditTemplateResponse as _vigil_v1_DeleteAuditTemplateResponse, DeleteAuditTemplateResponse__Output as _vigil_v1_DeleteAuditTemplateResponse__Output } from '../../vigil/v1/DeleteAuditTemplateResponse.ts';
import type { DropDeadLetterRequest as _vigil_v1_DropDeadLetterRequest, DropDeadLetterRequest__Output as _vigil_v1_DropDeadLetterRequest__Output } from '../../vigil/v1/DropDeadLetterRequest.ts';
import type { DropDeadLetterResponse as _vigil_v1_DropDeadLetterResponse, DropDeadLetterResponse__Output as _vigil_v1_DropDeadLetterResponse__Output } from '../../vigil/v1/DropDeadLetterResponse.ts';
import type { PatchActionPlanRequest as _vigil_v1_PatchActionPlanRequest, PatchActionPlanRequest__Output as _vigil_v1_PatchActionPlanRequest__Output } from '../../vigil/v1/PatchActionPlanRequest.ts';
import type { PatchActionPlanResponse as _vigil_v1_PatchActionPlanResponse, PatchActionPlanResponse__Output as _vigil_v1_PatchActionPlanResponse__Output } from '../../vigil/v1/PatchActionPlanResponse.ts';
import type { PatchActionRequest as _vigil_v1_PatchActionRequest, PatchActionRequest__Output as _vigil_v1_PatchActionRequest__Output } from '../../vigil/v1/PatchActionRequest.ts';
import type { PatchActionResponse as _vigil_v1_PatchActionResponse, PatchActionResponse__Output as _vigil_v1_PatchActionResponse__Output } from '../../vigil/v1/PatchActionResponse.ts';
import type { PatchAuditRequest as _vigil_v1_PatchAuditRequest, PatchAuditRequest__Output as _vigil_v1_PatchAuditRequest__Output } from '../../vigil/v1/PatchAuditRequest.ts';
import type { PatchAuditResponse as _vigil_v1_PatchAuditResponse, PatchAuditResponse__Output as _vigil_v1_PatchAuditResponse__Output } from '../../vigil/v1/PatchAuditResponse.ts';
import type { PatchAuditTemplateRequest as _vigil_v1_PatchAuditTemplateRequest, PatchAuditTemplateRequest__Output as _vigil_v1_PatchAuditTemplateRequest__Output } from '../../vigil/v1/PatchAuditTemplateRequest.ts';
import type { PatchAuditTemplateResponse as _vigil_v1_PatchAuditTemplateResponse, PatchAuditTemplateResponse__Output as _vigil_v1_PatchAuditTemplateResponse__Output } from '../../vigil/v1/PatchAuditTemplateResponse.ts';
import type { ReplayDeadLetterRequest as _vigil_v1_ReplayDeadLetterRequest, ReplayDeadLetterRequest__Output as _vigil_v1_ReplayDeadLetterRequest__Output } from '../../vigil/v1/ReplayDeadLetterRequest.ts';
import type { ReplayDeadLetterResponse as _vigil_v1_ReplayDeadLetterResponse, ReplayDeadLetterResponse__Output as _vigil_v1_ReplayDeadLetterResponse__Output } from '../../vigil/v1/ReplayDeadLetterResponse.ts';
import type { ReplayEventRequest as _vigil_v1_ReplayEventRequest, ReplayEventRequest__Output as _vigil_v1_ReplayEventRequest__Output } from '../../vigil/v1/ReplayEventRequest.ts';
import type { ReplayEventResponse as _vigil_v1_ReplayEventResponse, ReplayEventResponse__Output as _vigil_v1_ReplayEventResponse__Output } from '../../vigil/v1/ReplayEventResponse.ts';
import type { StartActionPlanRequest as _vigil_v1_StartActionPlanRequest, StartActionPlanRequest__Output as _vigil_v1_StartActionPlanRequest__Output } from '../../vigil/v1/StartActionPlanRequest.ts';
import type { StartActionPlanResponse as _vigil_v1_StartActionPlanResponse, StartActionPlanResponse__Output as _vigil_v1_StartActionPlanResponse__Output } from '../../vigil/v1/StartActionPlanResponse.ts';

export interface EditServiceClient extends grpc.Client {
  CreateAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  CreateAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  CreateAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  CreateAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  createAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  createAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  createAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  createAuditTemplate(argument: _vigil_v1_CreateAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_CreateAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  DeleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  DeleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  DeleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  deleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  deleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  deleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  deleteActionPlan(argument: _vigil_v1_DeleteActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_DeleteActionPlanResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteAudit(argument: _vigil_v1_DeleteAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  DeleteAudit(argument: _vigil_v1_DeleteAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  DeleteAudit(argument: _vigil_v1_DeleteAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  DeleteAudit(argument: _vigil_v1_DeleteAuditRequest, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  deleteAudit(argument: _vigil_v1_DeleteAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  deleteAudit(argument: _vigil_v1_DeleteAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  deleteAudit(argument: _vigil_v1_DeleteAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  deleteAudit(argument: _vigil_v1_DeleteAuditRequest, callback: grpc.requestCallback<_vigil_v1_DeleteAuditResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  DeleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  DeleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  DeleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteAuditTemplate(argument: _vigil_v1_DeleteAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_DeleteAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  
  DropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  DropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  DropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  DropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  dropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  dropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  dropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  dropDeadLetter(argument: _vigil_v1_DropDeadLetterRequest, callback: grpc.requestCallback<_vigil_v1_DropDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  
  PatchAction(argument: _vigil_v1_PatchActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  PatchAction(argument: _vigil_v1_PatchActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  PatchAction(argument: _vigil_v1_PatchActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  PatchAction(argument: _vigil_v1_PatchActionRequest, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  patchAction(argument: _vigil_v1_PatchActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  patchAction(argument: _vigil_v1_PatchActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  patchAction(argument: _vigil_v1_PatchActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  patchAction(argument: _vigil_v1_PatchActionRequest, callback: grpc.requestCallback<_vigil_v1_PatchActionResponse__Output>): grpc.ClientUnaryCall;
  
  PatchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  PatchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  PatchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  PatchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  patchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  patchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  patchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  patchActionPlan(argument: _vigil_v1_PatchActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_PatchActionPlanResponse__Output>): grpc.ClientUnaryCall;
  
  PatchAudit(argument: _vigil_v1_PatchAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  PatchAudit(argument: _vigil_v1_PatchAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  PatchAudit(argument: _vigil_v1_PatchAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  PatchAudit(argument: _vigil_v1_PatchAuditRequest, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  patchAudit(argument: _vigil_v1_PatchAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  patchAudit(argument: _vigil_v1_PatchAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  patchAudit(argument: _vigil_v1_PatchAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  patchAudit(argument: _vigil_v1_PatchAuditRequest, callback: grpc.requestCallback<_vigil_v1_PatchAuditResponse__Output>): grpc.ClientUnaryCall;
  
  PatchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  PatchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  PatchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  PatchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  patchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  patchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  patchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  patchAuditTemplate(argument: _vigil_v1_PatchAuditTemplateRequest, callback: grpc.requestCallback<_vigil_v1_PatchAuditTemplateResponse__Output>): grpc.ClientUnaryCall;
  
  ReplayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  ReplayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  ReplayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  ReplayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  replayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  replayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  replayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  replayDeadLetter(argument: _vigil_v1_ReplayDeadLetterRequest, callback: grpc.requestCallback<_vigil_v1_ReplayDeadLetterResponse__Output>): grpc.ClientUnaryCall;
  
  ReplayEvent(argument: _vigil_v1_ReplayEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  ReplayEvent(argument: _vigil_v1_ReplayEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  ReplayEvent(argument: _vigil_v1_ReplayEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  ReplayEvent(argument: _vigil_v1_ReplayEventRequest, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  replayEvent(argument: _vigil_v1_ReplayEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  replayEvent(argument: _vigil_v1_ReplayEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  replayEvent(argument: _vigil_v1_ReplayEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  replayEvent(argument: _vigil_v1_ReplayEventRequest, callback: grpc.requestCallback<_vigil_v1_ReplayEventResponse__Output>): grpc.ClientUnaryCall;
  
  StartActionPlan(argument: _vigil_v1_StartActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  StartActionPlan(argument: _vigil_v1_StartActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  StartActionPlan(argument: _vigil_v1_StartActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  StartActionPlan(argument: _vigil_v1_StartActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  startActionPlan(argument: _vigil_v1_StartActionPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  startActionPlan(argument: _vigil_v1_StartActionPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  startActionPlan(argument: _vigil_v1_StartActionPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  startActionPlan(argument: _vigil_v1_StartActionPlanRequest, callback: grpc.requestCallback<_vigil_v1_StartActionPlanResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface EditServiceHandlers extends grpc.UntypedServiceImplementation {
  CreateAuditTemplate: grpc.handleUnaryCall<_vigil_v1_CreateAuditTemplateRequest__Output, _vigil_v1_CreateAuditTemplateResponse>;
  
  DeleteActionPlan: grpc.handleUnaryCall<_vigil_v1_DeleteActionPlanRequest__Output, _vigil_v1_DeleteActionPlanResponse>;
  
  DeleteAudit: grpc.handleUnaryCall<_vigil_v1_DeleteAuditRequest__Output, _vigil_v1_DeleteAuditResponse>;
  
  DeleteAuditTemplate: grpc.handleUnaryCall<_vigil_v1_DeleteAuditTemplateRequest__Output, _vigil_v1_DeleteAuditTemplateResponse>;
  
  DropDeadLetter: grpc.handleUnaryCall<_vigil_v1_DropDeadLetterRequest__Output, _vigil_v1_DropDeadLetterResponse>;
  
  PatchAction: grpc.handleUnaryCall<_vigil_v1_PatchActionRequest__Output, _vigil_v1_PatchActionResponse>;
  
  PatchActionPlan: grpc.handleUnaryCall<_vigil_v1_PatchActionPlanRequest__Output, _vigil_v1_PatchActionPlanResponse>;
  
  PatchAudit: grpc.handleUnaryCall<_vigil_v1_PatchAuditRequest__Output, _vigil_v1_PatchAuditResponse>;
  
  PatchAuditTemplate: grpc.handleUnaryCall<_vigil_v1_PatchAuditTemplateRequest__Output, _vigil_v1_PatchAuditTemplateResponse>;
  
  ReplayDeadLetter: grpc.handleUnaryCall<_vigil_v1_ReplayDeadLetterRequest__Output, _vigil_v1_ReplayDeadLetterResponse>;
  
  ReplayEvent: grpc.handleUnaryCall<_vigil_v1_ReplayEventRequest__Output, _vigil_v1_ReplayEventResponse>;
  
  StartActionPlan: grpc.handleUnaryCall<_vigil_v1_StartActionPlanRequest__Output, _vigil_v1_StartActionPlanResponse>;
  
}

export interface EditServiceDefinition extends grpc.ServiceDefinition {
  CreateAuditTemplate: MethodDefinition<_vigil_v1_CreateAuditTemplateRequest, _vigil_v1_CreateAuditTemplateResponse, _vigil_v1_CreateAuditTemplateRequest__Output, _vigil_v1_CreateAuditTemplateResponse__Output>
  DeleteActionPlan: MethodDefinition<_vigil_v1_DeleteActionPlanRequest, _vigil_v1_DeleteActionPlanResponse, _vigil_v1_DeleteActionPlanRequest__Output, _vigil_v1_DeleteActionPlanResponse__Output>
  DeleteAudit: MethodDefinition<_vigil_v1_DeleteAuditRequest, _vigil_v1_DeleteAuditResponse, _vigil_v1_DeleteAuditRequest__Output, _vigil_v1_DeleteAuditResponse__Output>
  DeleteAuditTemplate: MethodDefinition<_vigil_v1_DeleteAuditTemplateRequest, _vigil_v1_DeleteAuditTemplateResponse, _vigil_v1_DeleteAuditTemplateRequest__Output, _vigil_v1_DeleteAuditTemplateResponse__Output>
  DropDeadLetter: MethodDefinition<_vigil_v1_DropDeadLetterRequest, _vigil_v1_DropDeadLetterResponse, _vigil_v1_DropDeadLetterRequest__Output, _vigil_v1_DropDeadLetterResponse__Output>
  PatchAction: MethodDefinition<_vigil_v1_PatchActionRequest, _vigil_v1_PatchActionResponse, _vigil_v1_PatchActionRequest__Output, _vigil_v1_PatchActionResponse__Output>
  PatchActionPlan: MethodDefinition<_vigil_v1_PatchActionPlanRequest, _vigil_v1_PatchActionPlanResponse, _vigil_v1_PatchActionPlanRequest__Output, _vigil_v1_PatchActionPlanResponse__Output>
  PatchAudit: MethodDefinition<_vigil_v1_PatchAuditRequest, _vigil_v1_PatchAuditResponse, _vigil_v1_PatchAuditRequest__Output, _vigil_v1_PatchAuditResponse__Output>
  PatchAuditTemplate: MethodDefinition<_vigil_v1_PatchAuditTemplateRequest, _vigil_v1_PatchAuditTemplateResponse, _vigil_v1_PatchAuditTemplateRequest__Output, _vigil_v1_PatchAuditTemplateResponse__Output>
  ReplayDeadLetter: MethodDefinition<_vigil_v1_ReplayDeadLetterRequest, _vigil_v1_ReplayDeadLetterResponse, _vigil_v1_ReplayDeadLetterRequest__Output, _vigil_v1_ReplayDeadLetterResponse__Output>
  ReplayEvent: MethodDefinition<_vigil_v1_ReplayEventRequest, _vigil_v1_ReplayEventResponse, _vigil_v1_ReplayEventRequest__Output, _vigil_v1_ReplayEventResponse__Output>
  StartActionPlan: MethodDefinition<_vigil_v1_StartActionPlanRequest, _vigil_v1_StartActionPlanResponse, _vigil_v1_StartActionPlanRequest__Output, _vigil_v1_StartActionPlanResponse__Output>
}
