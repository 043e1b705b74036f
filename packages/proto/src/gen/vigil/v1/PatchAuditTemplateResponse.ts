// Original file: proto/vigil/v1/edit.proto

import type { AuditTemplate as _vigil_v1_AuditTemplate, AuditTemplate__Output as _vigil_v1_AuditTemplate__Output } from '../../vigil/v1/AuditTemplate.ts';

export interface PatchAuditTemplateResponse {
  'auditTemplate'?: (_vigil_v1_AuditTemplate | null);
}

export interface PatchAuditTemplateResponse__Output {
  'auditTemplate': (_vigil_v1_AuditTemplate__Output | null);
}
