// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface Goal {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'name'?: (string);
  'displayName'?: (string);
  'efficacySpecificationJson'?: (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_createdAt'?: "createdAt";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface Goal__Output {
  'id': (string);
  'uuid': (string);
  'name': (string);
  'displayName': (string);
  'efficacySpecificationJson': (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_createdAt'?: "createdAt";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
