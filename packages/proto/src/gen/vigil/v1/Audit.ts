// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface Audit {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'name'?: (string);
  'auditType'?: (string);
  'state'?: (string);
  'goalUuid'?: (string);
  'goalName'?: (string);
  'strategyUuid'?: (string);
  'strategyName'?: (string);
  'interval'?: (string);
  'scopeJson'?: (string);
  'parametersJson'?: (string);
  'autoTrigger'?: (boolean);
  'force'?: (boolean);
  'nextRunTime'?: (string);
  'startTime'?: (string);
  'endTime'?: (string);
  'hostname'?: (string);
  'statusMessage'?: (string);
  'triggerStates'?: (string)[];
  'version'?: (number | string | Long);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_strategyUuid'?: "strategyUuid";
  '_strategyName'?: "strategyName";
  '_interval'?: "interval";
  '_nextRunTime'?: "nextRunTime";
  '_startTime'?: "startTime";
  '_endTime'?: "endTime";
  '_hostname'?: "hostname";
  '_statusMessage'?: "statusMessage";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface Audit__Output {
  'id': (string);
  'uuid': (string);
  'name': (string);
  'auditType': (string);
  'state': (string);
  'goalUuid': (string);
  'goalName': (string);
  'strategyUuid'?: (string);
  'strategyName'?: (string);
  'interval'?: (string);
  'scopeJson': (string);
  'parametersJson': (string);
  'autoTrigger': (boolean);
  'force': (boolean);
  'nextRunTime'?: (string);
  'startTime'?: (string);
  'endTime'?: (string);
  'hostname'?: (string);
  'statusMessage'?: (string);
  'triggerStates': (string)[];
  'version': (string);
  'createdAt': (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_strategyUuid'?: "strategyUuid";
  '_strategyName'?: "strategyName";
  '_interval'?: "interval";
  '_nextRunTime'?: "nextRunTime";
  '_startTime'?: "startTime";
  '_endTime'?: "endTime";
  '_hostname'?: "hostname";
  '_statusMessage'?: "statusMessage";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
