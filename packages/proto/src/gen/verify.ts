import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { EdgeSpool as _vigil_v1_EdgeSpool, EdgeSpool__Output as _vigil_v1_EdgeSpool__Output } from './vigil/v1/EdgeSpool.ts';
import type { Finding as _vigil_v1_Finding, Finding__Output as _vigil_v1_Finding__Output } from './vigil/v1/Finding.ts';
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
      EdgeSpool: MessageTypeDefinition<_vigil_v1_EdgeSpool, _vigil_v1_EdgeSpool__Output>
      Finding: MessageTypeDefinition<_vigil_v1_Finding, _vigil_v1_Finding__Output>
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

