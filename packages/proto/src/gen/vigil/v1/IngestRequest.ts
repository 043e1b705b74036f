// Original file: proto/vigil/v1/run.proto

import type { Event as _vigil_v1_Event, Event__Output as _vigil_v1_Event__Output } from '../../vigil/v1/Event.ts';

export interface IngestRequest {
  'workerId'?: (string);
  'canRun'?: (boolean);
  'event'?: (_vigil_v1_Event | null);
  'more'?: (_vigil_v1_Event)[];
}

export interface IngestRequest__Output {
  'workerId': (string);
  'canRun': (boolean);
  'event': (_vigil_v1_Event__Output | null);
  'more': (_vigil_v1_Event__Output)[];
}
