// Original file: proto/vigil/v1/record.proto

import type { AuditTemplate as _vigil_v1_AuditTemplate, AuditTemplate__Output as _vigil_v1_AuditTemplate__Output } from '../../vigil/v1/AuditTemplate.ts';

export interface GetAuditTemplateResponse {
  'auditTemplate'?: (_vigil_v1_AuditTemplate | null);
}

export interface GetAuditTemplateResponse__Output {
  'auditTemplate': (_vigil_v1_AuditTemplate__Output | null);
}
