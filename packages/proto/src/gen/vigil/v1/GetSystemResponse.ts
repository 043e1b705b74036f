// Original file: proto/vigil/v1/system.proto

import type { Process as _vigil_v1_Process, Process__Output as _vigil_v1_Process__Output } from '../../vigil/v1/Process.ts';
import type { Database as _vigil_v1_Database, Database__Output as _vigil_v1_Database__Output } from '../../vigil/v1/Database.ts';
import type { Broker as _vigil_v1_Broker, Broker__Output as _vigil_v1_Broker__Output } from '../../vigil/v1/Broker.ts';
import type { EdgeSpool as _vigil_v1_EdgeSpool, EdgeSpool__Output as _vigil_v1_EdgeSpool__Output } from '../../vigil/v1/EdgeSpool.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetSystemResponse {
  'version'?: (string);
  'clockMs'?: (number | string | Long);
  'processes'?: (_vigil_v1_Process)[];
  'database'?: (_vigil_v1_Database | null);
  'broker'?: (_vigil_v1_Broker | null);
  'brokerProblem'?: (string);
  'spools'?: (_vigil_v1_EdgeSpool)[];
  'events'?: ({[key: string]: number | string | Long});
  'oldestEventMs'?: (number | string | Long);
  'runs'?: ({[key: string]: number | string | Long});
  'oldestDueMs'?: (number | string | Long);
  'deadLettersOpen'?: (number | string | Long);
  'plans'?: ({[key: string]: number | string | Long});
  'audits'?: ({[key: string]: number | string | Long});
}

export interface GetSystemResponse__Output {
  'version': (string);
  'clockMs': (string);
  'processes': (_vigil_v1_Process__Output)[];
  'database': (_vigil_v1_Database__Output | null);
  'broker': (_vigil_v1_Broker__Output | null);
  'brokerProblem': (string);
  'spools': (_vigil_v1_EdgeSpool__Output)[];
  'events': ({[key: string]: string});
  'oldestEventMs': (string);
  'runs': ({[key: string]: string});
  'oldestDueMs': (string);
  'deadLettersOpen': (string);
  'plans': ({[key: string]: string});
  'audits': ({[key: string]: string});
}
