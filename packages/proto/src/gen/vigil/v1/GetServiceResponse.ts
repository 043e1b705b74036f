// Original file: proto/vigil/v1/record.proto

import type { Service as _vigil_v1_Service, Service__Output as _vigil_v1_Service__Output } from '../../vigil/v1/Service.ts';

export interface GetServiceResponse {
  'service'?: (_vigil_v1_Service | null);
}

export interface GetServiceResponse__Output {
  'service': (_vigil_v1_Service__Output | null);
}
