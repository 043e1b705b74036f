// Original file: proto/vigil/v1/run.proto

import type { Lease as _vigil_v1_Lease, Lease__Output as _vigil_v1_Lease__Output } from '../../vigil/v1/Lease.ts';

export interface IngestResponse {
  'outcome'?: (string);
  'lease'?: (_vigil_v1_Lease | null);
  'moreOutcomes'?: (string)[];
}

export interface IngestResponse__Output {
  'outcome': (string);
  'lease': (_vigil_v1_Lease__Output | null);
  'moreOutcomes': (string)[];
}
