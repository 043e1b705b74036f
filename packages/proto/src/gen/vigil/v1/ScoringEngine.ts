// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface ScoringEngine {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'name'?: (string);
  'description'?: (string);
  'metainfo'?: (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_metainfo'?: "metainfo";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface ScoringEngine__Output {
  'id': (string);
  'uuid': (string);
  'name': (string);
  'description': (string);
  'metainfo'?: (string);
  'createdAt': (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_metainfo'?: "metainfo";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
