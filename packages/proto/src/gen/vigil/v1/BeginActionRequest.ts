// Original file: proto/vigil/v1/plan.proto

import type { Long } from '@grpc/proto-loader';

export interface BeginActionRequest {
  'applierId'?: (string);
  'planUuid'?: (string);
  'token'?: (number | string | Long);
  'actionUuid'?: (string);
  'intentJson'?: (string);
}

export interface BeginActionRequest__Output {
  'applierId': (string);
  'planUuid': (string);
  'token': (string);
  'actionUuid': (string);
  'intentJson': (string);
}
