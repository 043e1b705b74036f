// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface Strategy {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'name'?: (string);
  'displayName'?: (string);
  'goalUuid'?: (string);
  'goalName'?: (string);
  'parametersSpecJson'?: (string);
}

export interface Strategy__Output {
  'id': (string);
  'uuid': (string);
  'name': (string);
  'displayName': (string);
  'goalUuid': (string);
  'goalName': (string);
  'parametersSpecJson': (string);
}
