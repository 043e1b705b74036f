// Original file: proto/vigil/v1/run.proto

import type { Long } from '@grpc/proto-loader';

export interface Event {
  'eventId'?: (string);
  'auditUuid'?: (string);
  'auditIdent'?: (string);
  'occurrenceKey'?: (string);
  'baseHash'?: (string);
  'exact'?: (boolean);
  'receivedAtMs'?: (number | string | Long);
  'streamSequence'?: (number | string | Long);
  'streamTimeMs'?: (number | string | Long);
  'requestId'?: (string);
  'format'?: (string);
  'bodyParse'?: (string);
  'current'?: (string);
  'body'?: (Buffer | Uint8Array | string);
  'senderJson'?: (string);
  'traceParent'?: (string);
}

export interface Event__Output {
  'eventId': (string);
  'auditUuid': (string);
  'auditIdent': (string);
  'occurrenceKey': (string);
  'baseHash': (string);
  'exact': (boolean);
  'receivedAtMs': (string);
  'streamSequence': (string);
  'streamTimeMs': (string);
  'requestId': (string);
  'format': (string);
  'bodyParse': (string);
  'current': (string);
  'body': (Buffer);
  'senderJson': (string);
  'traceParent': (string);
}
