// Original file: proto/vigil/v1/record.proto

import type { Long } from '@grpc/proto-loader';

export interface Run {
  'id'?: (number | string | Long);
  'runId'?: (string);
  'auditUuid'?: (string);
  'state'?: (string);
  'cause'?: (string);
  'attempts'?: (number);
  'token'?: (number | string | Long);
  'workerId'?: (string);
  'seed'?: (number);
  'snapshotHash'?: (string);
  'strategyName'?: (string);
  'strategyVersion'?: (string);
  'actionPlanUuid'?: (string);
  'error'?: (string);
  'computeMs'?: (number | string);
  'eventCount'?: (number);
  'createdAt'?: (string);
  'startedAt'?: (string);
  'finishedAt'?: (string);
  'explanationJson'?: (string);
  '_workerId'?: "workerId";
  '_snapshotHash'?: "snapshotHash";
  '_strategyName'?: "strategyName";
  '_strategyVersion'?: "strategyVersion";
  '_actionPlanUuid'?: "actionPlanUuid";
  '_error'?: "error";
  '_computeMs'?: "computeMs";
  '_startedAt'?: "startedAt";
  '_finishedAt'?: "finishedAt";
  '_explanationJson'?: "explanationJson";
}

export interface Run__Output {
  'id': (string);
  'runId': (string);
  'auditUuid': (string);
  'state': (string);
  'cause': (string);
  'attempts': (number);
  'token': (string);
  'workerId'?: (string);
  'seed': (number);
  'snapshotHash'?: (string);
  'strategyName'?: (string);
  'strategyVersion'?: (string);
  'actionPlanUuid'?: (string);
  'error'?: (string);
  'computeMs'?: (number);
  'eventCount': (number);
  'createdAt': (string);
  'startedAt'?: (string);
  'finishedAt'?: (string);
  'explanationJson'?: (string);
  '_workerId'?: "workerId";
  '_snapshotHash'?: "snapshotHash";
  '_strategyName'?: "strategyName";
  '_strategyVersion'?: "strategyVersion";
  '_actionPlanUuid'?: "actionPlanUuid";
  '_error'?: "error";
  '_computeMs'?: "computeMs";
  '_startedAt'?: "startedAt";
  '_finishedAt'?: "finishedAt";
  '_explanationJson'?: "explanationJson";
}
