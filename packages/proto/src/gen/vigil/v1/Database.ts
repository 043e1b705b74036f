// Original file: proto/vigil/v1/system.proto

import type { Long } from '@grpc/proto-loader';

export interface Database {
  'version'?: (string);
  'clockMs'?: (number | string | Long);
  'settings'?: ({[key: string]: string});
  'connections'?: (number);
  'pool'?: (number);
  'bytes'?: (number | string | Long);
}

export interface Database__Output {
  'version': (string);
  'clockMs': (string);
  'settings': ({[key: string]: string});
  'connections': (number);
  'pool': (number);
  'bytes': (string);
}
