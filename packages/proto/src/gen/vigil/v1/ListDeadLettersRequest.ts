// Original file: proto/vigil/v1/record.proto

import type { Page as _vigil_v1_Page, Page__Output as _vigil_v1_Page__Output } from '../../vigil/v1/Page.ts';

export interface ListDeadLettersRequest {
  'page'?: (_vigil_v1_Page | null);
  'auditUuid'?: (string);
  'kind'?: (string);
  'resolution'?: (string);
}

export interface ListDeadLettersRequest__Output {
  'page': (_vigil_v1_Page__Output | null);
  'auditUuid': (string);
  'kind': (string);
  'resolution': (string);
}
