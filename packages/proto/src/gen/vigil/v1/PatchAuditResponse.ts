// Original file: proto/vigil/v1/edit.proto

import type { Audit as _vigil_v1_Audit, Audit__Output as _vigil_v1_Audit__Output } from '../../vigil/v1/Audit.ts';

export interface PatchAuditResponse {
  'audit'?: (_vigil_v1_Audit | null);
}

export interface PatchAuditResponse__Output {
  'audit': (_vigil_v1_Audit__Output | null);
}
