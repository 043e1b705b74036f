// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface Action {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'actionPlanUuid'?: (string);
  'actionType'?: (string);
  'state'?: (string);
  'inputParametersJson'?: (string);
  'parents'?: (string)[];
  'statusMessage'?: (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_statusMessage'?: "statusMessage";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface Action__Output {
  'id': (string);
  'uuid': (string);
  'actionPlanUuid': (string);
  'actionType': (string);
  'state': (string);
  'inputParametersJson': (string);
  'parents': (string)[];
  'statusMessage'?: (string);
  'createdAt': (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_statusMessage'?: "statusMessage";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
