// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface AuditTemplate {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'name'?: (string);
  'description'?: (string);
  'goalUuid'?: (string);
  'goalName'?: (string);
  'strategyUuid'?: (string);
  'strategyName'?: (string);
  'scopeJson'?: (string);
  'defaultParametersJson'?: (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_description'?: "description";
  '_strategyUuid'?: "strategyUuid";
  '_strategyName'?: "strategyName";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface AuditTemplate__Output {
  'id': (string);
  'uuid': (string);
  'name': (string);
  'description'?: (string);
  'goalUuid': (string);
  'goalName': (string);
  'strategyUuid'?: (string);
  'strategyName'?: (string);
  'scopeJson': (string);
  'defaultParametersJson': (string);
  'createdAt': (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_description'?: "description";
  '_strategyUuid'?: "strategyUuid";
  '_strategyName'?: "strategyName";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
