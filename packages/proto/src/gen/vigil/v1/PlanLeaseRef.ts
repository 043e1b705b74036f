// Original file: proto/vigil/v1/plan.proto

import type { Long } from '@grpc/proto-loader';

export interface PlanLeaseRef {
  'planUuid'?: (string);
  'token'?: (number | string | Long);
}

export interface PlanLeaseRef__Output {
  'planUuid': (string);
  'token': (string);
}
