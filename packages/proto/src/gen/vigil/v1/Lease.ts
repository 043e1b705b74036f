// Original file: proto/vigil/v1/run.proto

import type { Long } from '@grpc/proto-loader';

export interface Lease {
  'runId'?: (string);
  'token'?: (number | string | Long);
  'auditUuid'?: (string);
  'auditName'?: (string);
  'auditType'?: (string);
  'goalName'?: (string);
  'strategyName'?: (string);
  'parametersJson'?: (string);
  'scopeJson'?: (string);
  'seed'?: (number);
  'attempt'?: (number);
  'eventIds'?: (string)[];
  'leaseMs'?: (number);
  'heartbeatMs'?: (number);
  'historyJson'?: (string);
  'alone'?: (boolean);
  'traceParents'?: (string)[];
}

export interface Lease__Output {
  'runId': (string);
  'token': (string);
  'auditUuid': (string);
  'auditName': (string);
  'auditType': (string);
  'goalName': (string);
  'strategyName': (string);
  'parametersJson': (string);
  'scopeJson': (string);
  'seed': (number);
  'attempt': (number);
  'eventIds': (string)[];
  'leaseMs': (number);
  'heartbeatMs': (number);
  'historyJson': (string);
  'alone': (boolean);
  'traceParents': (string)[];
}
