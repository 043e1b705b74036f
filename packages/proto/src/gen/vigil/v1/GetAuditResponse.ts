// Original file: proto/vigil/v1/record.proto

import type { Audit as _vigil_v1_Audit, Audit__Output as _vigil_v1_Audit__Output } from '../../vigil/v1/Audit.ts';

export interface GetAuditResponse {
  'audit'?: (_vigil_v1_Audit | null);
}

export interface GetAuditResponse__Output {
  'audit': (_vigil_v1_Audit__Output | null);
}
