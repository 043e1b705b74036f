// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface Service {
  'id'?: (number | string | Long);
  'name'?: (string);
  'host'?: (string);
  'status'?: (string);
  'lastSeenUp'?: (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface Service__Output {
  'id': (string);
  'name': (string);
  'host': (string);
  'status': (string);
  'lastSeenUp': (string);
  'createdAt': (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
