import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Broker as _vigil_v1_Broker, Broker__Output as _vigil_v1_Broker__Output } from './vigil/v1/Broker.ts';
import type { Database as _vigil_v1_Database, Database__Output as _vigil_v1_Database__Output } from './vigil/v1/Database.ts';
import type { EdgeSpool as _vigil_v1_EdgeSpool, EdgeSpool__Output as _vigil_v1_EdgeSpool__Output } from './vigil/v1/EdgeSpool.ts';
import type { EventConsumer as _vigil_v1_EventConsumer, EventConsumer__Output as _vigil_v1_EventConsumer__Output } from './vigil/v1/EventConsumer.ts';
import type { Finding as _vigil_v1_Finding, Finding__Output as _vigil_v1_Finding__Output } from './vigil/v1/Finding.ts';
import type { GetSystemRequest as _vigil_v1_GetSystemRequest, GetSystemRequest__Output as _vigil_v1_GetSystemRequest__Output } from './vigil/v1/GetSystemRequest.ts';
import type { GetSystemResponse as _vigil_v1_GetSystemResponse, GetSystemResponse__Output as _vigil_v1_GetSystemResponse__Output } from './vigil/v1/GetSystemResponse.ts';
import type { Process as _vigil_v1_Process, Process__Output as _vigil_v1_Process__Output } from './vigil/v1/Process.ts';
import type { ReportProcessRequest as _vigil_v1_ReportProcessRequest, ReportProcessRequest__Output as _vigil_v1_ReportProcessRequest__Output } from './vigil/v1/ReportProcessRequest.ts';
import type { ReportProcessResponse as _vigil_v1_ReportProcessResponse, ReportProcessResponse__Output as _vigil_v1_ReportProcessResponse__Output } from './vigil/v1/ReportProcessResponse.ts';
import type { Stream as _vigil_v1_Stream, Stream__Output as _vigil_v1_Stream__Output } from './vigil/v1/Stream.ts';
import type { SystemServiceClient as _vigil_v1_SystemServiceClient, SystemServiceDefinition as _vigil_v1_SystemServiceDefinition } from './vigil/v1/SystemService.ts';
import type { VerifyLedgerRequest as _vigil_v1_VerifyLedgerRequest, VerifyLedgerRequest__Output as _vigil_v1_VerifyLedgerRequest__Output } from './vigil/v1/VerifyLedgerRequest.ts';
import type { VerifyLedgerResponse as _vigil_v1_VerifyLedgerResponse, VerifyLedgerResponse__Output as _vigil_v1_VerifyLedgerResponse__Output } from './vigil/v1/VerifyLedgerResponse.ts';
import type { VerifyServiceClient as _vigil_v1_VerifyServiceClient, VerifyServiceDefinition as _vigil_v1_VerifyServiceDefinition } from './vigil/v1/VerifyService.ts';
import type { VerifySpoolsRequest as _vigil_v1_VerifySpoolsRequest, VerifySpoolsRequest__Output as _vigil_v1_VerifySpoolsRequest__Output } from './vigil/v1/VerifySpoolsRequest.ts';
import type { VerifySpoolsResponse as _vigil_v1_VerifySpoolsResponse, VerifySpoolsResponse__Output as _vigil_v1_VerifySpoolsResponse__Output } from './vigil/v1/VerifySpoolsResponse.ts';
import type { VerifyStreamRequest as _vigil_v1_VerifyStreamRequest, VerifyStreamRequest__Output as _vigil_v1_VerifyStreamRequest__Output } from './vigil/v1/VerifyStreamRequest.ts';
import type { VerifyStreamResponse as _vigil_v1_VerifyStreamResponse, VerifyStreamResponse__Output as _vigil_v1_VerifyStreamResponse__Output } from './vigil/v1/VerifyStreamResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vigil: {
    v1: {
      Broker: MessageTypeDefinition<_vigil_v1_Broker, _vigil_v1_Broker__Output>
      Database: MessageTypeDefinition<_vigil_v1_Database, _vigil_v1_Database__Output>
      EdgeSpool: MessageTypeDefinition<_vigil_v1_EdgeSpool, _vigil_v1_EdgeSpool__Output>
      EventConsumer: MessageTypeDefinition<_vigil_v1_EventConsumer, _vigil_v1_EventConsumer__Output>
      Finding: MessageTypeDefinition<_vigil_v1_Finding, _vigil_v1_Finding__Output>
      GetSystemRequest: MessageTypeDefinition<_vigil_v1_GetSystemRequest, _vigil_v1_GetSystemRequest__Output>
      GetSystemResponse: MessageTypeDefinition<_vigil_v1_GetSystemResponse, _vigil_v1_GetSystemResponse__Output>
      Process: MessageTypeDefinition<_vigil_v1_Process, _vigil_v1_Process__Output>
      ReportProcessRequest: MessageTypeDefinition<_vigil_v1_ReportProcessRequest, _vigil_v1_ReportProcessRequest__Output>
      ReportProcessResponse: MessageTypeDefinition<_vigil_v1_ReportProcessResponse, _vigil_v1_ReportProcessResponse__Output>
      Stream: MessageTypeDefinition<_vigil_v1_Stream, _vigil_v1_Stream__Output>
      SystemService: SubtypeConstructor<typeof grpc.Client, _vigil_v1_SystemServiceClient> & { service: _vigil_v1_SystemServiceDefinition }
      VerifyLedgerRequest: MessageTypeDefinition<_vigil_v1_VerifyLedgerRequest, _vigil_v1_VerifyLedgerRequest__Output>
      VerifyLedgerResponse: MessageTypeDefinition<_vigil_v1_VerifyLedgerResponse, _vigil_v1_VerifyLedgerResponse__Output>
      VerifyService: SubtypeConstructor<typeof grpc.Client, _vigil_v1_VerifyServiceClient> & { service: _vigil_v1_VerifyServiceDefinition }
      VerifySpoolsRequest: MessageTypeDefinition<_vigil_v1_VerifySpoolsRequest, _vigil_v1_VerifySpoolsRequest__Output>
      VerifySpoolsResponse: MessageTypeDefinition<_vigil_v1_VerifySpoolsResponse, _vigil_v1_VerifySpoolsResponse__Output>
      VerifyStreamRequest: MessageTypeDefinition<_vigil_v1_VerifyStreamRequest, _vigil_v1_VerifyStreamRequest__Output>
      VerifyStreamResponse: MessageTypeDefinition<_vigil_v1_VerifyStreamResponse, _vigil_v1_VerifyStreamResponse__Output>
    }
  }
}

