/** What is measured, what it may cost, and what the peer's own strategies cost on the same clusters. */
import type { JsonObject, JsonValue } from "@vigil/core";

export const SIZES = ["200/4000", "1000/20000", "10000/200000"] as const;
export type Size = (typeof SIZES)[number];

/** Where the peer's figures come from; shown with the table. */
export const PEER =
  "OpenStack Watcher ec06744b, measured by us: its own strategies as a library, unmodified, on the same clusters " +
  "(Python 3.11, CPU seconds of the audit alone, metrics from memory; median of 3 at 200/4000, one run above; " +
  "`>`: ended by the time limit)";

export interface EngineRow {
  /** Name in the table; what ONLY= takes. */
  label: string;
  strategy: string;
  parameters: JsonObject;
  /** CPU seconds that it may take at most, by size. */
  floorS: readonly [number, number, number];
  /** The peer's CPU seconds, by size. */
  peerS: readonly [string, string, string];
  /** Growth in the number of instances from 1000/20000 to 10000/200000 must stay below this exponent. */
  growthMax: number;
}

const LINEAR_FLOOR_S = [0.01, 0.05, 0.5] as const;
const FULL_SEARCH = { host_choice: "fullsearch" };
/** Hosts that zone_migration empties, and how many actions it may plan: all that match. */
const ZONE_NODES = 30;
const NO_LIMIT = 1_000_000;

function row(
  label: string,
  floorS: EngineRow["floorS"],
  peerS: EngineRow["peerS"],
  members: Partial<Pick<EngineRow, "strategy" | "parameters" | "growthMax">> = {},
): EngineRow {
  return { label, strategy: label, parameters: {}, growthMax: 1.3, floorS, peerS, ...members };
}

export const ROWS: readonly EngineRow[] = [
  row("basic", [0.05, 0.5, 8], ["23.4", ">276", "-"]),
  row("vm_workload_consolidation", [0.03, 0.2, 4], ["0.985", "17.4", ">300"]),
  row("node_resource_consolidation", [0.03, 0.2, 4], ["13.6", ">283", "-"], {
    parameters: { host_choice: "specify" },
  }),
  row("workload_stabilization", [0.03, 0.2, 4], ["2.36", "60.4", ">300"]),
  row("workload_stabilization, full search", [0.2, 2, 40], [">280", "-", "-"], {
    strategy: "workload_stabilization",
    parameters: FULL_SEARCH,
    growthMax: 2,
  }),
  row("workload_balance", LINEAR_FLOOR_S, ["0.261", "1.61", "17.4"]),
  row("host_maintenance", LINEAR_FLOOR_S, ["0.233", "1.45", "13.5"], {
    parameters: { maintenance_node: hostname(1) },
  }),
  row("zone_migration", LINEAR_FLOOR_S, ["0.123", "0.767", "17.6"], {
    parameters: {
      compute_nodes: Array.from(
        { length: ZONE_NODES },
        (_, at): JsonValue => ({ src_node: hostname(5 * at) }),
      ),
      parallel_total: NO_LIMIT,
      parallel_per_node: NO_LIMIT,
    },
  }),
  row("noisy_neighbor", LINEAR_FLOOR_S, ["0.248", "1.39", "-"]),
  row("outlet_temperature", LINEAR_FLOOR_S, ["-", "-", "-"]),
  row("uniform_airflow", LINEAR_FLOOR_S, ["-", "-", "-"]),
];

/** As the generator names its hosts. */
function hostname(node: number): string {
  return `cmp${String(node).padStart(5, "0")}`;
}
