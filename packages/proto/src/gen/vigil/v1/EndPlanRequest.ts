// Original file: proto/vigil/v1/plan.proto

import type { Long } from '@grpc/proto-loader';

export interface EndPlanRequest {
  'applierId'?: (string);
  'planUuid'?: (string);
  'token'?: (number | string | Long);
  'failure'?: (string);
}

export interface EndPlanRequest__Output {
  'applierId': (string);
  'planUuid': (string);
  'token': (string);
  'failure': (string);
}
