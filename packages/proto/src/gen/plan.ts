import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AbortActionRequest as _vigil_v1_AbortActionRequest, AbortActionRequest__Output as _vigil_v1_AbortActionRequest__Output } from './vigil/v1/AbortActionRequest.ts';
import type { AbortActionResponse as _vigil_v1_AbortActionResponse, AbortActionResponse__Output as _vigil_v1_AbortActionResponse__Output } from './vigil/v1/AbortActionResponse.ts';
import type { BeginActionRequest as _vigil_v1_BeginActionRequest, BeginActionRequest__Output as _vigil_v1_BeginActionRequest__Output } from './vigil/v1/BeginActionRequest.ts';
import type { BeginActionResponse as _vigil_v1_BeginActionResponse, BeginActionResponse__Output as _vigil_v1_BeginActionResponse__Output } from './vigil/v1/BeginActionResponse.ts';
import type { ClaimPlansRequest as _vigil_v1_ClaimPlansRequest, ClaimPlansRequest__Output as _vigil_v1_ClaimPlansRequest__Output } from './vigil/v1/ClaimPlansRequest.ts';
import type { ClaimPlansResponse as _vigil_v1_ClaimPlansResponse, ClaimPlansResponse__Output as _vigil_v1_ClaimPlansResponse__Output } from './vigil/v1/ClaimPlansResponse.ts';
import type { EndActionRequest as _vigil_v1_EndActionRequest, EndActionRequest__Output as _vigil_v1_EndActionRequest__Output } from './vigil/v1/EndActionRequest.ts';
import type { EndActionResponse as _vigil_v1_EndActionResponse, EndActionResponse__Output as _vigil_v1_EndActionResponse__Output } from './vigil/v1/EndActionResponse.ts';
import type { EndPlanRequest as _vigil_v1_EndPlanRequest, EndPlanRequest__Output as _vigil_v1_EndPlanRequest__Output } from './vigil/v1/EndPlanRequest.ts';
import type { EndPlanResponse as _vigil_v1_EndPlanResponse, EndPlanResponse__Output as _vigil_v1_EndPlanResponse__Output } from './vigil/v1/EndPlanResponse.ts';
import type { HeartbeatPlansRequest as _vigil_v1_HeartbeatPlansRequest, HeartbeatPlansRequest__Output as _vigil_v1_HeartbeatPlansRequest__Output } from './vigil/v1/HeartbeatPlansRequest.ts';
import type { HeartbeatPlansResponse as _vigil_v1_HeartbeatPlansResponse, HeartbeatPlansResponse__Output as _vigil_v1_HeartbeatPlansResponse__Output } from './vigil/v1/HeartbeatPlansResponse.ts';
import type { PlanAction as _vigil_v1_PlanAction, PlanAction__Output as _vigil_v1_PlanAction__Output } from './vigil/v1/PlanAction.ts';
import type { PlanLease as _vigil_v1_PlanLease, PlanLease__Output as _vigil_v1_PlanLease__Output } from './vigil/v1/PlanLease.ts';
import type { PlanLeaseRef as _vigil_v1_PlanLeaseRef, PlanLeaseRef__Output as _vigil_v1_PlanLeaseRef__Output } from './vigil/v1/PlanLeaseRef.ts';
import type { PlanServiceClient as _vigil_v1_PlanServiceClient, PlanServiceDefinition as _vigil_v1_PlanServiceDefinition } from './vigil/v1/PlanService.ts';
import type { ReleasePlansRequest as _vigil_v1_ReleasePlansRequest, ReleasePlansRequest__Output as _vigil_v1_ReleasePlansRequest__Output } from './vigil/v1/ReleasePlansRequest.ts';
import type { ReleasePlansResponse as _vigil_v1_ReleasePlansResponse, ReleasePlansResponse__Output as _vigil_v1_ReleasePlansResponse__Output } from './vigil/v1/ReleasePlansResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vigil: {
    v1: {
      AbortActionRequest: MessageTypeDefinition<_vigil_v1_AbortActionRequest, _vigil_v1_AbortActionRequest__Output>
      AbortActionResponse: MessageTypeDefinition<_vigil_v1_AbortActionResponse, _vigil_v1_AbortActionResponse__Output>
      BeginActionRequest: MessageTypeDefinition<_vigil_v1_BeginActionRequest, _vigil_v1_BeginActionRequest__Output>
      BeginActionResponse: MessageTypeDefinition<_vigil_v1_BeginActionResponse, _vigil_v1_BeginActionResponse__Output>
      ClaimPlansRequest: MessageTypeDefinition<_vigil_v1_ClaimPlansRequest, _vigil_v1_ClaimPlansRequest__Output>
      ClaimPlansResponse: MessageTypeDefinition<_vigil_v1_ClaimPlansResponse, _vigil_v1_ClaimPlansResponse__Output>
      EndActionRequest: MessageTypeDefinition<_vigil_v1_EndActionRequest, _vigil_v1_EndActionRequest__Output>
      EndActionResponse: MessageTypeDefinition<_vigil_v1_EndActionResponse, _vigil_v1_EndActionResponse__Output>
      EndPlanRequest: MessageTypeDefinition<_vigil_v1_EndPlanRequest, _vigil_v1_EndPlanRequest__Output>
      EndPlanResponse: MessageTypeDefinition<_vigil_v1_EndPlanResponse, _vigil_v1_EndPlanResponse__Output>
      HeartbeatPlansRequest: MessageTypeDefinition<_vigil_v1_HeartbeatPlansRequest, _vigil_v1_HeartbeatPlansRequest__Output>
      HeartbeatPlansResponse: MessageTypeDefinition<_vigil_v1_HeartbeatPlansResponse, _vigil_v1_HeartbeatPlansResponse__Output>
      PlanAction: MessageTypeDefinition<_vigil_v1_PlanAction, _vigil_v1_PlanAction__Output>
      PlanLease: MessageTypeDefinition<_vigil_v1_PlanLease, _vigil_v1_PlanLease__Output>
      PlanLeaseRef: MessageTypeDefinition<_vigil_v1_PlanLeaseRef, _vigil_v1_PlanLeaseRef__Output>
      PlanService: SubtypeConstructor<typeof grpc.Client, _vigil_v1_PlanServiceClient> & { service: _vigil_v1_PlanServiceDefinition }
      ReleasePlansRequest: MessageTypeDefinition<_vigil_v1_ReleasePlansRequest, _vigil_v1_ReleasePlansRequest__Output>
      ReleasePlansResponse: MessageTypeDefinition<_vigil_v1_ReleasePlansResponse, _vigil_v1_ReleasePlansResponse__Output>
    }
  }
}

