// Original file: proto/vigil/v1/plan.proto

import type { Long } from '@grpc/proto-loader';

export interface AbortActionRequest {
  'applierId'?: (string);
  'planUuid'?: (string);
  'token'?: (number | string | Long);
  'actionUuid'?: (string);
}

export interface AbortActionRequest__Output {
  'applierId': (string);
  'planUuid': (string);
  'token': (string);
  'actionUuid': (string);
}
