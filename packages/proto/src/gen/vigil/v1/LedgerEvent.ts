// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface LedgerEvent {
  'id'?: (number | string | Long);
  'eventId'?: (string);
  'auditUuid'?: (string);
  'fate'?: (string);
  'reason'?: (string);
  'runId'?: (string);
  'duplicateOf'?: (string);
  'occurrenceKey'?: (string);
  'requestId'?: (string);
  'format'?: (string);
  'bodyParse'?: (string);
  'current'?: (string);
  'body'?: (Buffer | Uint8Array | string);
  'senderJson'?: (string);
  'receivedAt'?: (string);
  'arrivedAt'?: (string);
  'replayOf'?: (string);
  'streamSequence'?: (number | string | Long);
  'auditIdent'?: (string);
  '_reason'?: "reason";
  '_runId'?: "runId";
  '_duplicateOf'?: "duplicateOf";
  '_replayOf'?: "replayOf";
}

export interface LedgerEvent__Output {
  'id': (string);
  'eventId': (string);
  'auditUuid': (string);
  'fate': (string);
  'reason'?: (string);
  'runId'?: (string);
  'duplicateOf'?: (string);
  'occurrenceKey': (string);
  'requestId': (string);
  'format': (string);
  'bodyParse': (string);
  'current': (string);
  'body': (Buffer);
  'senderJson': (string);
  'receivedAt': (string);
  'arrivedAt': (string);
  'replayOf'?: (string);
  'streamSequence': (string);
  'auditIdent': (string);
  '_reason'?: "reason";
  '_runId'?: "runId";
  '_duplicateOf'?: "duplicateOf";
  '_replayOf'?: "replayOf";
}
