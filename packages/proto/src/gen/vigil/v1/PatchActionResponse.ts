// Original file: proto/vigil/v1/edit.proto

import type { Action as _vigil_v1_Action, Action__Output as _vigil_v1_Action__Output } from '../../vigil/v1/Action.ts';

export interface PatchActionResponse {
  'action'?: (_vigil_v1_Action | null);
}

export interface PatchActionResponse__Output {
  'action': (_vigil_v1_Action__Output | null);
}
