// Original file: proto/vigil/v1/record.proto

import type { Page as _vigil_v1_Page, Page__Output as _vigil_v1_Page__Output } from '../../vigil/v1/Page.ts';

export interface ListActionPlansRequest {
  'page'?: (_vigil_v1_Page | null);
  'auditUuid'?: (string);
  'strategy'?: (string);
  'state'?: (string);
}

export interface ListActionPlansRequest__Output {
  'page': (_vigil_v1_Page__Output | null);
  'auditUuid': (string);
  'strategy': (string);
  'state': (string);
}
