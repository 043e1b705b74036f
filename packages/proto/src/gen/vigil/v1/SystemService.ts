// Original file: proto/vigil/v1/system.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetSystemRequest as _vigil_v1_GetSystemRequest, GetSystemRequest__Output as _vigil_v1_GetSystemRequest__Output } from '../../vigil/v1/GetSystemRequest.ts';
import type { GetSystemResponse as _vigil_v1_GetSystemResponse, GetSystemResponse__Output as _vigil_v1_GetSystemResponse__Output } from '../../vigil/v1/GetSystemResponse.ts';
import type { ReportProcessRequest as _vigil_v1_ReportProcessRequest, ReportProcessRequest__Output as _vigil_v1_ReportProcessRequest__Output } from '../../vigil/v1/ReportProcessRequest.ts';
import type { ReportProcessResponse as _vigil_v1_ReportProcessResponse, ReportProcessResponse__Output as _vigil_v1_ReportProcessResponse__Output } from '../../vigil/v1/ReportProcessResponse.ts';

export interface SystemServiceClient extends grpc.Client {
  GetSystem(argument: _vigil_v1_GetSystemRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  GetSystem(argument: _vigil_v1_GetSystemRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  GetSystem(argument: _vigil_v1_GetSystemRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  GetSystem(argument: _vigil_v1_GetSystemRequest, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  getSystem(argument: _vigil_v1_GetSystemRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  getSystem(argument: _vigil_v1_GetSystemRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  getSystem(argument: _vigil_v1_GetSystemRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  getSystem(argument: _vigil_v1_GetSystemRequest, callback: grpc.requestCallback<_vigil_v1_GetSystemResponse__Output>): grpc.ClientUnaryCall;
  
  ReportProcess(argument: _vigil_v1_ReportProcessRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  ReportProcess(argument: _vigil_v1_ReportProcessRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  ReportProcess(argument: _vigil_v1_ReportProcessRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  ReportProcess(argument: _vigil_v1_ReportProcessRequest, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  reportProcess(argument: _vigil_v1_ReportProcessRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  reportProcess(argument: _vigil_v1_ReportProcessRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  reportProcess(argument: _vigil_v1_ReportProcessRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  reportProcess(argument: _vigil_v1_ReportProcessRequest, callback: grpc.requestCallback<_vigil_v1_ReportProcessResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface SystemServiceHandlers extends grpc.UntypedServiceImplementation {
  GetSystem: grpc.handleUnaryCall<_vigil_v1_GetSystemRequest__Output, _vigil_v1_GetSystemResponse>;
  
  ReportProcess: grpc.handleUnaryCall<_vigil_v1_ReportProcessRequest__Output, _vigil_v1_ReportProcessResponse>;
  
}

export interface SystemServiceDefinition extends grpc.ServiceDefinition {
  GetSystem: MethodDefinition<_vigil_v1_GetSystemRequest, _vigil_v1_GetSystemResponse, _vigil_v1_GetSystemRequest__Output, _vigil_v1_GetSystemResponse__Output>
  ReportProcess: MethodDefinition<_vigil_v1_ReportProcessRequest, _vigil_v1_ReportProcessResponse, _vigil_v1_ReportProcessRequest__Output, _vigil_v1_ReportProcessResponse__Output>
}
