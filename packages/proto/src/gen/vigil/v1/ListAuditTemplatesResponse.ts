// Original file: proto/vigil/v1/record.proto

import type { AuditTemplate as _vigil_v1_AuditTemplate, AuditTemplate__Output as _vigil_v1_AuditTemplate__Output } from '../../vigil/v1/AuditTemplate.ts';

export interface ListAuditTemplatesResponse {
  'auditTemplates'?: (_vigil_v1_AuditTemplate)[];
}

export interface ListAuditTemplatesResponse__Output {
  'auditTemplates': (_vigil_v1_AuditTemplate__Output)[];
}
