// Original file: proto/vigil/v1/plan.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AbortActionRequest as _vigil_v1_AbortActionRequest, AbortActionRequest__Output as _vigil_v1_AbortActionRequest__Output } from '../../vigil/v1/AbortActionRequest.ts';
import type { AbortActionResponse as _vigil_v1_AbortActionResponse, AbortActionResponse__Output as _vigil_v1_AbortActionResponse__Output } from '../../vigil/v1/AbortActionResponse.ts';
import type { BeginActionRequest as _vigil_v1_BeginActionRequest, BeginActionRequest__Output as _vigil_v1_BeginActionRequest__Output } from '../../vigil/v1/BeginActionRequest.ts';
import type { BeginActionResponse as _vigil_v1_BeginActionResponse, BeginActionResponse__Output as _vigil_v1_BeginActionResponse__Output } from '../../vigil/v1/BeginActionResponse.ts';
import type { ClaimPlansRequest as _vigil_v1_ClaimPlansRequest, ClaimPlansRequest__Output as _vigil_v1_ClaimPlansRequest__Output } from '../../vigil/v1/ClaimPlansRequest.ts';
import type { ClaimPlansResponse as _vigil_v1_ClaimPlansResponse, ClaimPlansResponse__Output as _vigil_v1_ClaimPlansResponse__Output } from '../../vigil/v1/ClaimPlansResponse.ts';
import type { EndActionRequest as _vigil_v1_EndActionRequest, EndActionRequest__Output as _vigil_v1_EndActionRequest__Output } from '../../vigil/v1/EndActionRequest.ts';
import type { EndActionResponse as _vigil_v1_EndActionResponse, EndActionResponse__Output as _vigil_v1_EndActionResponse__Output } from '../../vigil/v1/EndActionResponse.ts';
import type { EndPlanRequest as _vigil_v1_EndPlanRequest, EndPlanRequest__Output as _vigil_v1_EndPlanRequest__Output } from '../../vigil/v1/EndPlanRequest.ts';
import type { EndPlanResponse as _vigil_v1_EndPlanResponse, EndPlanResponse__Output as _vigil_v1_EndPlanResponse__Output } from '../../vigil/v1/EndPlanResponse.ts';
import type { HeartbeatPlansRequest as _vigil_v1_HeartbeatPlansRequest, HeartbeatPlansRequest__Output as _vigil_v1_HeartbeatPlansRequest__Output } from '../../vigil/v1/HeartbeatPlansRequest.ts';
import type { HeartbeatPlansResponse as _vigil_v1_HeartbeatPlansResponse, HeartbeatPlansResponse__Output as _vigil_v1_HeartbeatPlansResponse__Output } from '../../vigil/v1/HeartbeatPlansResponse.ts';
import type { ReleasePlansRequest as _vigil_v1_ReleasePlansRequest, ReleasePlansRequest__Output as _vigil_v1_ReleasePlansRequest__Output } from '../../vigil/v1/ReleasePlansRequest.ts';
import type { ReleasePlansResponse as _vigil_v1_ReleasePlansResponse, ReleasePlansResponse__Output as _vigil_v1_ReleasePlansResponse__Output } from '../../vigil/v1/ReleasePlansResponse.ts';

export interface PlanServiceClient extends grpc.Client {
  AbortAction(argument: _vigil_v1_AbortActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  AbortAction(argument: _vigil_v1_AbortActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  AbortAction(argument: _vigil_v1_AbortActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  AbortAction(argument: _vigil_v1_AbortActionRequest, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  abortAction(argument: _vigil_v1_AbortActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  abortAction(argument: _vigil_v1_AbortActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  abortAction(argument: _vigil_v1_AbortActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  abortAction(argument: _vigil_v1_AbortActionRequest, callback: grpc.requestCallback<_vigil_v1_AbortActionResponse__Output>): grpc.ClientUnaryCall;
  
  BeginAction(argument: _vigil_v1_BeginActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  BeginAction(argument: _vigil_v1_BeginActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  BeginAction(argument: _vigil_v1_BeginActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  BeginAction(argument: _vigil_v1_BeginActionRequest, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  beginAction(argument: _vigil_v1_BeginActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  beginAction(argument: _vigil_v1_BeginActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  beginAction(argument: _vigil_v1_BeginActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  beginAction(argument: _vigil_v1_BeginActionRequest, callback: grpc.requestCallback<_vigil_v1_BeginActionResponse__Output>): grpc.ClientUnaryCall;
  
  ClaimPlans(argument: _vigil_v1_ClaimPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  ClaimPlans(argument: _vigil_v1_ClaimPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  ClaimPlans(argument: _vigil_v1_ClaimPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  ClaimPlans(argument: _vigil_v1_ClaimPlansRequest, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  claimPlans(argument: _vigil_v1_ClaimPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  claimPlans(argument: _vigil_v1_ClaimPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  claimPlans(argument: _vigil_v1_ClaimPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  claimPlans(argument: _vigil_v1_ClaimPlansRequest, callback: grpc.requestCallback<_vigil_v1_ClaimPlansResponse__Output>): grpc.ClientUnaryCall;
  
  EndAction(argument: _vigil_v1_EndActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  EndAction(argument: _vigil_v1_EndActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  EndAction(argument: _vigil_v1_EndActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  EndAction(argument: _vigil_v1_EndActionRequest, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  endAction(argument: _vigil_v1_EndActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  endAction(argument: _vigil_v1_EndActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  endAction(argument: _vigil_v1_EndActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  endAction(argument: _vigil_v1_EndActionRequest, callback: grpc.requestCallback<_vigil_v1_EndActionResponse__Output>): grpc.ClientUnaryCall;
  
  EndPlan(argument: _vigil_v1_EndPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  EndPlan(argument: _vigil_v1_EndPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  EndPlan(argument: _vigil_v1_EndPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  EndPlan(argument: _vigil_v1_EndPlanRequest, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  endPlan(argument: _vigil_v1_EndPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  endPlan(argument: _vigil_v1_EndPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  endPlan(argument: _vigil_v1_EndPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  endPlan(argument: _vigil_v1_EndPlanRequest, callback: grpc.requestCallback<_vigil_v1_EndPlanResponse__Output>): grpc.ClientUnaryCall;
  
  HeartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  HeartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  HeartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  HeartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  heartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  heartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  heartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  heartbeatPlans(argument: _vigil_v1_HeartbeatPlansRequest, callback: grpc.requestCallback<_vigil_v1_HeartbeatPlansResponse__Output>): grpc.ClientUnaryCall;
  
  ReleasePlans(argument: _vigil_v1_ReleasePlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  ReleasePlans(argument: _vigil_v1_ReleasePlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  ReleasePlans(argument: _vigil_v1_ReleasePlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  ReleasePlans(argument: _vigil_v1_ReleasePlansRequest, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  releasePlans(argument: _vigil_v1_ReleasePlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  releasePlans(argument: _vigil_v1_ReleasePlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  releasePlans(argument: _vigil_v1_ReleasePlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  releasePlans(argument: _vigil_v1_ReleasePlansRequest, callback: grpc.requestCallback<_vigil_v1_ReleasePlansResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface PlanServiceHandlers extends grpc.UntypedServiceImplementation {
  AbortAction: grpc.handleUnaryCall<_vigil_v1_AbortActionRequest__Output, _vigil_v1_AbortActionResponse>;
  
  BeginAction: grpc.handleUnaryCall<_vigil_v1_BeginActionRequest__Output, _vigil_v1_BeginActionResponse>;
  
  ClaimPlans: grpc.handleUnaryCall<_vigil_v1_ClaimPlansRequest__Output, _vigil_v1_ClaimPlansResponse>;
  
  EndAction: grpc.handleUnaryCall<_vigil_v1_EndActionRequest__Output, _vigil_v1_EndActionResponse>;
  
  EndPlan: grpc.handleUnaryCall<_vigil_v1_EndPlanRequest__Output, _vigil_v1_EndPlanResponse>;
  
  HeartbeatPlans: grpc.handleUnaryCall<_vigil_v1_HeartbeatPlansRequest__Output, _vigil_v1_HeartbeatPlansResponse>;
  
  ReleasePlans: grpc.handleUnaryCall<_vigil_v1_ReleasePlansRequest__Output, _vigil_v1_ReleasePlansResponse>;
  
}

export interface PlanServiceDefinition extends grpc.ServiceDefinition {
  AbortAction: MethodDefinition<_vigil_v1_AbortActionRequest, _vigil_v1_AbortActionResponse, _vigil_v1_AbortActionRequest__Output, _vigil_v1_AbortActionResponse__Output>
  BeginAction: MethodDefinition<_vigil_v1_BeginActionRequest, _vigil_v1_BeginActionResponse, _vigil_v1_BeginActionRequest__Output, _vigil_v1_BeginActionResponse__Output>
  ClaimPlans: MethodDefinition<_vigil_v1_ClaimPlansRequest, _vigil_v1_ClaimPlansResponse, _vigil_v1_ClaimPlansRequest__Output, _vigil_v1_ClaimPlansResponse__Output>
  EndAction: MethodDefinition<_vigil_v1_EndActionRequest, _vigil_v1_EndActionResponse, _vigil_v1_EndActionRequest__Output, _vigil_v1_EndActionResponse__Output>
  EndPlan: MethodDefinition<_vigil_v1_EndPlanRequest, _vigil_v1_EndPlanResponse, _vigil_v1_EndPlanRequest__Output, _vigil_v1_EndPlanResponse__Output>
  HeartbeatPlans: MethodDefinition<_vigil_v1_HeartbeatPlansRequest, _vigil_v1_HeartbeatPlansResponse, _vigil_v1_HeartbeatPlansRequest__Output, _vigil_v1_HeartbeatPlansResponse__Output>
  ReleasePlans: MethodDefinition<_vigil_v1_ReleasePlansRequest, _vigil_v1_ReleasePlansResponse, _vigil_v1_ReleasePlansRequest__Output, _vigil_v1_ReleasePlansResponse__Output>
}
