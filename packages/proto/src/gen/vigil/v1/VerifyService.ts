// Original file: proto/vigil/v1/verify.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { VerifyLedgerRequest as _vigil_v1_VerifyLedgerRequest, VerifyLedgerRequest__Output as _vigil_v1_VerifyLedgerRequest__Output } from '../../vigil/v1/VerifyLedgerRequest.ts';
import type { VerifyLedgerResponse as _vigil_v1_VerifyLedgerResponse, VerifyLedgerResponse__Output as _vigil_v1_VerifyLedgerResponse__Output } from '../../vigil/v1/VerifyLedgerResponse.ts';
import type { VerifySpoolsRequest as _vigil_v1_VerifySpoolsRequest, VerifySpoolsRequest__Output as _vigil_v1_VerifySpoolsRequest__Output } from '../../vigil/v1/VerifySpoolsRequest.ts';
import type { VerifySpoolsResponse as _vigil_v1_VerifySpoolsResponse, VerifySpoolsResponse__Output as _vigil_v1_VerifySpoolsResponse__Output } from '../../vigil/v1/VerifySpoolsResponse.ts';
import type { VerifyStreamRequest as _vigil_v1_VerifyStreamRequest, VerifyStreamRequest__Output as _vigil_v1_VerifyStreamRequest__Output } from '../../vigil/v1/VerifyStreamRequest.ts';
import type { VerifyStreamResponse as _vigil_v1_VerifyStreamResponse, VerifyStreamResponse__Output as _vigil_v1_VerifyStreamResponse__Output } from '../../vigil/v1/VerifyStreamResponse.ts';

export interface VerifyServiceClient extends grpc.Client {
  VerifyLedger(argument: _vigil_v1_VerifyLedgerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  VerifyLedger(argument: _vigil_v1_VerifyLedgerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  VerifyLedger(argument: _vigil_v1_VerifyLedgerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  VerifyLedger(argument: _vigil_v1_VerifyLedgerRequest, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  verifyLedger(argument: _vigil_v1_VerifyLedgerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  verifyLedger(argument: _vigil_v1_VerifyLedgerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  verifyLedger(argument: _vigil_v1_VerifyLedgerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  verifyLedger(argument: _vigil_v1_VerifyLedgerRequest, callback: grpc.requestCallback<_vigil_v1_VerifyLedgerResponse__Output>): grpc.ClientUnaryCall;
  
  VerifySpools(argument: _vigil_v1_VerifySpoolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  VerifySpools(argument: _vigil_v1_VerifySpoolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  VerifySpools(argument: _vigil_v1_VerifySpoolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  VerifySpools(argument: _vigil_v1_VerifySpoolsRequest, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  verifySpools(argument: _vigil_v1_VerifySpoolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  verifySpools(argument: _vigil_v1_VerifySpoolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  verifySpools(argument: _vigil_v1_VerifySpoolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  verifySpools(argument: _vigil_v1_VerifySpoolsRequest, callback: grpc.requestCallback<_vigil_v1_VerifySpoolsResponse__Output>): grpc.ClientUnaryCall;
  
  VerifyStream(argument: _vigil_v1_VerifyStreamRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  VerifyStream(argument: _vigil_v1_VerifyStreamRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  VerifyStream(argument: _vigil_v1_VerifyStreamRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  VerifyStream(argument: _vigil_v1_VerifyStreamRequest, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  verifyStream(argument: _vigil_v1_VerifyStreamRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  verifyStream(argument: _vigil_v1_VerifyStreamRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  verifyStream(argument: _vigil_v1_VerifyStreamRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  verifyStream(argument: _vigil_v1_VerifyStreamRequest, callback: grpc.requestCallback<_vigil_v1_VerifyStreamResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface VerifyServiceHandlers extends grpc.UntypedServiceImplementation {
  VerifyLedger: grpc.handleUnaryCall<_vigil_v1_VerifyLedgerRequest__Output, _vigil_v1_VerifyLedgerResponse>;
  
  VerifySpools: grpc.handleUnaryCall<_vigil_v1_VerifySpoolsRequest__Output, _vigil_v1_VerifySpoolsResponse>;
  
  VerifyStream: grpc.handleUnaryCall<_vigil_v1_VerifyStreamRequest__Output, _vigil_v1_VerifyStreamResponse>;
  
}

export interface VerifyServiceDefinition extends grpc.ServiceDefinition {
  VerifyLedger: MethodDefinition<_vigil_v1_VerifyLedgerRequest, _vigil_v1_VerifyLedgerResponse, _vigil_v1_VerifyLedgerRequest__Output, _vigil_v1_VerifyLedgerResponse__Output>
  VerifySpools: MethodDefinition<_vigil_v1_VerifySpoolsRequest, _vigil_v1_VerifySpoolsResponse, _vigil_v1_VerifySpoolsRequest__Output, _vigil_v1_VerifySpoolsResponse__Output>
  VerifyStream: MethodDefinition<_vigil_v1_VerifyStreamRequest, _vigil_v1_VerifyStreamResponse, _vigil_v1_VerifyStreamRequest__Output, _vigil_v1_VerifyStreamResponse__Output>
}
