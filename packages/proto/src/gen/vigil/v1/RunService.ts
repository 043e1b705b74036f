// Original file: proto/vigil/v1/run.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ClaimRequest as _vigil_v1_ClaimRequest, ClaimRequest__Output as _vigil_v1_ClaimRequest__Output } from '../../vigil/v1/ClaimRequest.ts';
import type { ClaimResponse as _vigil_v1_ClaimResponse, ClaimResponse__Output as _vigil_v1_ClaimResponse__Output } from '../../vigil/v1/ClaimResponse.ts';
import type { CompleteRequest as _vigil_v1_CompleteRequest, CompleteRequest__Output as _vigil_v1_CompleteRequest__Output } from '../../vigil/v1/CompleteRequest.ts';
import type { CompleteResponse as _vigil_v1_CompleteResponse, CompleteResponse__Output as _vigil_v1_CompleteResponse__Output } from '../../vigil/v1/CompleteResponse.ts';
import type { HeartbeatRequest as _vigil_v1_HeartbeatRequest, HeartbeatRequest__Output as _vigil_v1_HeartbeatRequest__Output } from '../../vigil/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _vigil_v1_HeartbeatResponse, HeartbeatResponse__Output as _vigil_v1_HeartbeatResponse__Output } from '../../vigil/v1/HeartbeatResponse.ts';
import type { IngestRequest as _vigil_v1_IngestRequest, IngestRequest__Output as _vigil_v1_IngestRequest__Output } from '../../vigil/v1/IngestRequest.ts';
import type { IngestResponse as _vigil_v1_IngestResponse, IngestResponse__Output as _vigil_v1_IngestResponse__Output } from '../../vigil/v1/IngestResponse.ts';
import type { ReleaseRequest as _vigil_v1_ReleaseRequest, ReleaseRequest__Output as _vigil_v1_ReleaseRequest__Output } from '../../vigil/v1/ReleaseRequest.ts';
import type { ReleaseResponse as _vigil_v1_ReleaseResponse, ReleaseResponse__Output as _vigil_v1_ReleaseResponse__Output } from '../../vigil/v1/ReleaseResponse.ts';

export interface RunServiceClient extends grpc.Client {
  Claim(argument: _vigil_v1_ClaimRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  Claim(argument: _vigil_v1_ClaimRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  Claim(argument: _vigil_v1_ClaimRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  Claim(argument: _vigil_v1_ClaimRequest, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  claim(argument: _vigil_v1_ClaimRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  claim(argument: _vigil_v1_ClaimRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  claim(argument: _vigil_v1_ClaimRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  claim(argument: _vigil_v1_ClaimRequest, callback: grpc.requestCallback<_vigil_v1_ClaimResponse__Output>): grpc.ClientUnaryCall;
  
  Complete(argument: _vigil_v1_CompleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  Complete(argument: _vigil_v1_CompleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  Complete(argument: _vigil_v1_CompleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  Complete(argument: _vigil_v1_CompleteRequest, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _vigil_v1_CompleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _vigil_v1_CompleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _vigil_v1_CompleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _vigil_v1_CompleteRequest, callback: grpc.requestCallback<_vigil_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  
  Heartbeat(argument: _vigil_v1_HeartbeatRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  Heartbeat(argument: _vigil_v1_HeartbeatRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  Heartbeat(argument: _vigil_v1_HeartbeatRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  Heartbeat(argument: _vigil_v1_HeartbeatRequest, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _vigil_v1_HeartbeatRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _vigil_v1_HeartbeatRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _vigil_v1_HeartbeatRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _vigil_v1_HeartbeatRequest, callback: grpc.requestCallback<_vigil_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  
  Ingest(argument: _vigil_v1_IngestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  Ingest(argument: _vigil_v1_IngestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  Ingest(argument: _vigil_v1_IngestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  Ingest(argument: _vigil_v1_IngestRequest, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  ingest(argument: _vigil_v1_IngestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  ingest(argument: _vigil_v1_IngestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  ingest(argument: _vigil_v1_IngestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  ingest(argument: _vigil_v1_IngestRequest, callback: grpc.requestCallback<_vigil_v1_IngestResponse__Output>): grpc.ClientUnaryCall;
  
  Release(argument: _vigil_v1_ReleaseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  Release(argument: _vigil_v1_ReleaseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  Release(argument: _vigil_v1_ReleaseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  Release(argument: _vigil_v1_ReleaseRequest, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _vigil_v1_ReleaseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _vigil_v1_ReleaseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _vigil_v1_ReleaseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _vigil_v1_ReleaseRequest, callback: grpc.requestCallback<_vigil_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface RunServiceHandlers extends grpc.UntypedServiceImplementation {
  Claim: grpc.handleUnaryCall<_vigil_v1_ClaimRequest__Output, _vigil_v1_ClaimResponse>;
  
  Complete: grpc.handleUnaryCall<_vigil_v1_CompleteRequest__Output, _vigil_v1_CompleteResponse>;
  
  Heartbeat: grpc.handleUnaryCall<_vigil_v1_HeartbeatRequest__Output, _vigil_v1_HeartbeatResponse>;
  
  Ingest: grpc.handleUnaryCall<_vigil_v1_IngestRequest__Output, _vigil_v1_IngestResponse>;
  
  Release: grpc.handleUnaryCall<_vigil_v1_ReleaseRequest__Output, _vigil_v1_ReleaseResponse>;
  
}

export interface RunServiceDefinition extends grpc.ServiceDefinition {
  Claim: MethodDefinition<_vigil_v1_ClaimRequest, _vigil_v1_ClaimResponse, _vigil_v1_ClaimRequest__Output, _vigil_v1_ClaimResponse__Output>
  Complete: MethodDefinition<_vigil_v1_CompleteRequest, _vigil_v1_CompleteResponse, _vigil_v1_CompleteRequest__Output, _vigil_v1_CompleteResponse__Output>
  Heartbeat: MethodDefinition<_vigil_v1_HeartbeatRequest, _vigil_v1_HeartbeatResponse, _vigil_v1_HeartbeatRequest__Output, _vigil_v1_HeartbeatResponse__Output>
  Ingest: MethodDefinition<_vigil_v1_IngestRequest, _vigil_v1_IngestResponse, _vigil_v1_IngestRequest__Output, _vigil_v1_IngestResponse__Output>
  Release: MethodDefinition<_vigil_v1_ReleaseRequest, _vigil_v1_ReleaseResponse, _vigil_v1_ReleaseRequest__Output, _vigil_v1_ReleaseResponse__Output>
}
