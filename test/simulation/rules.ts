/**
 * The product's decisions, as one value: the world asks these and no copies of them. A mutant replaces one, to show that
 * the simulation would notice.
 */

import { HeldLease } from "../../packages/applier/src/held-lease.ts";
import { EventLanes } from "../../packages/bus/src/event-lanes.ts";
import { afterFailure } from "../../packages/bus/src/redelivery.ts";
import {
  blockerOf,
  decideAbort,
  decideBegin,
  decideClaim,
  decideEndAction,
  decideEndPlan,
  decideFailed,
  decideLeaseLost,
  decidePlanLeaseLost,
  decideReleased,
  decideReplay,
  decideSchedule,
  decideStart,
  decideSucceeded,
  endOfEditedRun,
  holdsPlan,
  IngestSequence,
  identifyOccurrence,
  LeaseWatch,
  tokenVerdict,
  triggerRefusal,
  wasEndedBy,
} from "../../packages/core/src/index.ts";
import { ActiveRuns } from "../../packages/worker/src/active-runs.ts";

export const RULES = {
  blockerOf,
  decideAbort,
  decideBegin,
  decideClaim,
  decideEndAction,
  decideEndPlan,
  decideFailed,
  decideLeaseLost,
  decidePlanLeaseLost,
  decideReleased,
  decideReplay,
  decideSchedule,
  decideStart,
  decideSucceeded,
  endOfEditedRun,
  holdsPlan,
  identifyOccurrence,
  tokenVerdict,
  triggerRefusal,
  wasEndedBy,
  afterFailure,
  IngestSequence,
  LeaseWatch,
  ActiveRuns,
  EventLanes,
  HeldLease,
};

export type Rules = typeof RULES;
