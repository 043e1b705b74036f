// Original file: proto/vigil/v1/record.proto

import type { EfficacyIndicator as _vigil_v1_EfficacyIndicator, EfficacyIndicator__Output as _vigil_v1_EfficacyIndicator__Output } from '../../vigil/v1/EfficacyIndicator.ts';
import type { Long } from '@grpc/proto-loader';

export interface ActionPlan {
  'id'?: (number | string | Long);
  'uuid'?: (string);
  'auditUuid'?: (string);
  'strategyUuid'?: (string);
  'strategyName'?: (string);
  'state'?: (string);
  'globalEfficacyJson'?: (string);
  'efficacyIndicators'?: (_vigil_v1_EfficacyIndicator)[];
  'hostname'?: (string);
  'statusMessage'?: (string);
  'runId'?: (string);
  'createdAt'?: (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_hostname'?: "hostname";
  '_statusMessage'?: "statusMessage";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}

export interface ActionPlan__Output {
  'id': (string);
  'uuid': (string);
  'auditUuid': (string);
  'strategyUuid': (string);
  'strategyName': (string);
  'state': (string);
  'globalEfficacyJson': (string);
  'efficacyIndicators': (_vigil_v1_EfficacyIndicator__Output)[];
  'hostname'?: (string);
  'statusMessage'?: (string);
  'runId': (string);
  'createdAt': (string);
  'updatedAt'?: (string);
  'deletedAt'?: (string);
  '_hostname'?: "hostname";
  '_statusMessage'?: "statusMessage";
  '_updatedAt'?: "updatedAt";
  '_deletedAt'?: "deletedAt";
}
