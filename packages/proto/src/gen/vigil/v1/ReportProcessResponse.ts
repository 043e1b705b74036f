// Original file: proto/vigil/v1/system.proto

import type { Long } from '@grpc/proto-loader';

export interface ReportProcessResponse {
  'clockMs'?: (number | string | Long);
}

export interface ReportProcessResponse__Output {
  'clockMs': (string);
}
