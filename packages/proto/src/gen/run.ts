import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ClaimRequest as _vigil_v1_ClaimRequest, ClaimRequest__Output as _vigil_v1_ClaimRequest__Output } from './vigil/v1/ClaimRequest.ts';
import type { ClaimResponse as _vigil_v1_ClaimResponse, ClaimResponse__Output as _vigil_v1_ClaimResponse__Output } from './vigil/v1/ClaimResponse.ts';
import type { CompleteRequest as _vigil_v1_CompleteRequest, CompleteRequest__Output as _vigil_v1_CompleteRequest__Output } from './vigil/v1/CompleteRequest.ts';
import type { CompleteResponse as _vigil_v1_CompleteResponse, CompleteResponse__Output as _vigil_v1_CompleteResponse__Output } from './vigil/v1/CompleteResponse.ts';
import type { EfficacyIndicator as _vigil_v1_EfficacyIndicator, EfficacyIndicator__Output as _vigil_v1_EfficacyIndicator__Output } from './vigil/v1/EfficacyIndicator.ts';
import type { Event as _vigil_v1_Event, Event__Output as _vigil_v1_Event__Output } from './vigil/v1/Event.ts';
import type { HeartbeatRequest as _vigil_v1_HeartbeatRequest, HeartbeatRequest__Output as _vigil_v1_HeartbeatRequest__Output } from './vigil/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _vigil_v1_HeartbeatResponse, HeartbeatResponse__Output as _vigil_v1_HeartbeatResponse__Output } from './vigil/v1/HeartbeatResponse.ts';
import type { IngestRequest as _vigil_v1_IngestRequest, IngestRequest__Output as _vigil_v1_IngestRequest__Output } from './vigil/v1/IngestRequest.ts';
import type { IngestResponse as _vigil_v1_IngestResponse, IngestResponse__Output as _vigil_v1_IngestResponse__Output } from './vigil/v1/IngestResponse.ts';
import type { Lease as _vigil_v1_Lease, Lease__Output as _vigil_v1_Lease__Output } from './vigil/v1/Lease.ts';
import type { LeaseRef as _vigil_v1_LeaseRef, LeaseRef__Output as _vigil_v1_LeaseRef__Output } from './vigil/v1/LeaseRef.ts';
import type { PlannedAction as _vigil_v1_PlannedAction, PlannedAction__Output as _vigil_v1_PlannedAction__Output } from './vigil/v1/PlannedAction.ts';
import type { PlannedSolution as _vigil_v1_PlannedSolution, PlannedSolution__Output as _vigil_v1_PlannedSolution__Output } from './vigil/v1/PlannedSolution.ts';
import type { ReleaseRequest as _vigil_v1_ReleaseRequest, ReleaseRequest__Output as _vigil_v1_ReleaseRequest__Output } from './vigil/v1/ReleaseRequest.ts';
import type { ReleaseResponse as _vigil_v1_ReleaseResponse, ReleaseResponse__Output as _vigil_v1_ReleaseResponse__Output } from './vigil/v1/ReleaseResponse.ts';
import type { RunFailure as _vigil_v1_RunFailure, RunFailure__Output as _vigil_v1_RunFailure__Output } from './vigil/v1/RunFailure.ts';
import type { RunServiceClient as _vigil_v1_RunServiceClient, RunServiceDefinition as _vigil_v1_RunServiceDefinition } from './vigil/v1/RunService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vigil: {
    v1: {
      ClaimRequest: MessageTypeDefinition<_vigil_v1_ClaimRequest, _vigil_v1_ClaimRequest__Output>
      ClaimResponse: MessageTypeDefinition<_vigil_v1_ClaimResponse, _vigil_v1_ClaimResponse__Output>
      CompleteRequest: MessageTypeDefinition<_vigil_v1_CompleteRequest, _vigil_v1_CompleteRequest__Output>
      CompleteResponse: MessageTypeDefinition<_vigil_v1_CompleteResponse, _vigil_v1_CompleteResponse__Output>
      EfficacyIndicator: MessageTypeDefinition<_vigil_v1_EfficacyIndicator, _vigil_v1_EfficacyIndicator__Output>
      Event: MessageTypeDefinition<_vigil_v1_Event, _vigil_v1_Event__Output>
      HeartbeatRequest: MessageTypeDefinition<_vigil_v1_HeartbeatRequest, _vigil_v1_HeartbeatRequest__Output>
      HeartbeatResponse: MessageTypeDefinition<_vigil_v1_HeartbeatResponse, _vigil_v1_HeartbeatResponse__Output>
      IngestRequest: MessageTypeDefinition<_vigil_v1_IngestRequest, _vigil_v1_IngestRequest__Output>
      IngestResponse: MessageTypeDefinition<_vigil_v1_IngestResponse, _vigil_v1_IngestResponse__Output>
      Lease: MessageTypeDefinition<_vigil_v1_Lease, _vigil_v1_Lease__Output>
      LeaseRef: MessageTypeDefinition<_vigil_v1_LeaseRef, _vigil_v1_LeaseRef__Output>
      PlannedAction: MessageTypeDefinition<_vigil_v1_PlannedAction, _vigil_v1_PlannedAction__Output>
      PlannedSolution: MessageTypeDefinition<_vigil_v1_PlannedSolution, _vigil_v1_PlannedSolution__Output>
      ReleaseRequest: MessageTypeDefinition<_vigil_v1_ReleaseRequest, _vigil_v1_ReleaseRequest__Output>
      ReleaseResponse: MessageTypeDefinition<_vigil_v1_ReleaseResponse, _vigil_v1_ReleaseResponse__Output>
      RunFailure: MessageTypeDefinition<_vigil_v1_RunFailure, _vigil_v1_RunFailure__Output>
      RunService: SubtypeConstructor<typeof grpc.Client, _vigil_v1_RunServiceClient> & { service: _vigil_v1_RunServiceDefinition }
    }
  }
}

