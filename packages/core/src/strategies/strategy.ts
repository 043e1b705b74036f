import type { JsonObject } from "../json.ts";
import type { Overlay } from "../model/overlay.ts";
import type { BaremetalView, StorageView } from "../model/storage-view.ts";
import type { Options } from "../options/options.ts";
import type { PlannerName } from "../planner/planner.ts";
import type { Random } from "../random.ts";
import type { History } from "./history.ts";
import type { Solution } from "./solution.ts";

export type ModelKind = "compute" | "storage" | "baremetal";

export interface StrategyDescription {
  name: string;
  displayName: string;
  goalName: string;
  /** JSON schema draft 4 of its parameters; `{}` when it takes none. */
  parametersSpec: JsonObject;
  /** Changes whenever the same inputs may give another plan. */
  version: string;
  planner: PlannerName;
  /** Metrics that it may read, by internal name: what a datasource has to offer for it. */
  metrics: readonly string[];
  /** Models that it may read. */
  models: readonly ModelKind[];
  /** True: it decides by what came of earlier plans, so these are looked up for each of its runs. Default false. */
  needsHistory?: boolean;
}

export interface StrategyInput {
  /** The model as the audit may see it; a strategy tries placements on it. */
  overlay: Overlay;
  /** The storage model as the audit may see it; null: there is none. */
  storage: StorageView | null;
  /** The bare metal model, likewise. */
  baremetal: BaremetalView | null;
  /** Checked against the strategy's schema, defaults filled in. */
  parameters: JsonObject;
  /** What the operator set for all audits. */
  options: Options;
  /** What came of earlier plans of this audit. */
  history: History;
  /** The only randomness there is. */
  random: Random;
  /** ONESHOT, CONTINUOUS or EVENT. */
  auditType: string;
}

/**
 * A strategy is a pure function: the same input gives the same solution. "Nothing to improve" is a
 * solution without actions that says why, not an error.
 */
export interface Strategy extends StrategyDescription {
  execute(input: StrategyInput): Solution;
}
