// Original file: proto/vigil/v1/plan.proto

import type { Long } from '@grpc/proto-loader';

export interface EndActionRequest {
  'applierId'?: (string);
  'planUuid'?: (string);
  'token'?: (number | string | Long);
  'actionUuid'?: (string);
  'state'?: (string);
  'statusMessage'?: (string);
}

export interface EndActionRequest__Output {
  'applierId': (string);
  'planUuid': (string);
  'token': (string);
  'actionUuid': (string);
  'state': (string);
  'statusMessage': (string);
}
