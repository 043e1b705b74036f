// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface DeadLetter {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'kind'?: (string);
  'auditUuid'?: (string);
  'eventId'?: (string);
  'runId'?: (string);
  'reason'?: (string);
  'detailJson'?: (string);
  'createdAt'?: (string);
  'resolution'?: (string);
  'resolvedAt'?: (string);
  'resolvedBy'?: (string);
  'replayEventIds'?: (string)[];
  'eventCount'?: (number);
  '_eventId'?: "eventId";
  '_runId'?: "runId";
  '_resolution'?: "resolution";
  '_resolvedAt'?: "resolvedAt";
  '_resolvedBy'?: "resolvedBy";
}

export interface DeadLetter__Output {
  'id': (string);
  'uuid': (string);
  'kind': (string);
  'auditUuid': (string);
  'eventId'?: (string);
  'runId'?: (string);
  'reason': (string);
  'detailJson': (string);
  'createdAt': (string);
  'resolution'?: (string);
  'resolvedAt'?: (string);
  'resolvedBy'?: (string);
  'replayEventIds': (string)[];
  'eventCount': (number);
  '_eventId'?: "eventId";
  '_runId'?: "runId";
  '_resolution'?: "resolution";
  '_resolvedAt'?: "resolvedAt";
  '_resolvedBy'?: "resolvedBy";
}
