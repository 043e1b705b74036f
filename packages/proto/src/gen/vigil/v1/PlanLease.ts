// Original file: proto/vigil/v1/plan.proto

import type { PlanAction as _vigil_v1_PlanAction, PlanAction__Output as _vigil_v1_PlanAction__Output } from '../../vigil/v1/PlanAction.ts';
import type { Long } from '@grpc/proto-loader';

export interface PlanLease {
  'planUuid'?: (string);
  'token'?: (number | string | Long);
  'auditUuid'?: (string);
  'strategyName'?: (string);
  'state'?: (string);
  'leaseMs'?: (number);
  'heartbeatMs'?: (number);
  'actions'?: (_vigil_v1_PlanAction)[];
  'traceParent'?: (string);
}

export interface PlanLease__Output {
  'planUuid': (string);
  'token': (string);
  'auditUuid': (string);
  'strategyName': (string);
  'state': (string);
  'leaseMs': (number);
  'heartbeatMs': (number);
  'actions': (_vigil_v1_PlanAction__Output)[];
  'traceParent': (string);
}
