// Original file: proto/vigil/v1/system.proto

import type { Stream as _vigil_v1_Stream, Stream__Output as _vigil_v1_Stream__Output } from '../../vigil/v1/Stream.ts';
import type { EventConsumer as _vigil_v1_EventConsumer, EventConsumer__Output as _vigil_v1_EventConsumer__Output } from '../../vigil/v1/EventConsumer.ts';
import type { Long } from '@grpc/proto-loader';

export interface Broker {
  'server'?: (string);
  'version'?: (string);
  'cluster'?: (string);
  'payloadBytesMax'?: (number | string | Long);
  'storeBytesMax'?: (number | string | Long);
  'storeBytes'?: (number | string | Long);
  'streams'?: (_vigil_v1_Stream)[];
  'consumer'?: (_vigil_v1_EventConsumer | null);
}

export interface Broker__Output {
  'server': (string);
  'version': (string);
  'cluster': (string);
  'payloadBytesMax': (string);
  'storeBytesMax': (string);
  'storeBytes': (string);
  'streams': (_vigil_v1_Stream__Output)[];
  'consumer': (_vigil_v1_EventConsumer__Output | null);
}
