// Original file: proto/vigil/v1/run.proto

import type { PlannedAction as _vigil_v1_PlannedAction, PlannedAction__Output as _vigil_v1_PlannedAction__Output } from '../../vigil/v1/PlannedAction.ts';
import type { EfficacyIndicator as _vigil_v1_EfficacyIndicator, EfficacyIndicator__Output as _vigil_v1_EfficacyIndicator__Output } from '../../vigil/v1/EfficacyIndicator.ts';

export interface PlannedSolution {
  'snapshotHash'?: (string);
  'strategyName'?: (string);
  'strategyVersion'?: (string);
  'actions'?: (_vigil_v1_PlannedAction)[];
  'efficacyIndicators'?: (_vigil_v1_EfficacyIndicator)[];
  'globalEfficacyJson'?: (string);
  'explanationJson'?: (string);
  'computeMs'?: (number | string);
  'optionsJson'?: (string);
  'traceParent'?: (string);
}

export interface PlannedSolution__Output {
  'snapshotHash': (string);
  'strategyName': (string);
  'strategyVersion': (string);
  'actions': (_vigil_v1_PlannedAction__Output)[];
  'efficacyIndicators': (_vigil_v1_EfficacyIndicator__Output)[];
  'globalEfficacyJson': (string);
  'explanationJson': (string);
  'computeMs': (number);
  'optionsJson': (string);
  'traceParent': (string);
}
