/**
 * Metrics by internal name, their subject and unit, and how a strategy finds its column.
 * Units are part of the type: Watcher once mixed KiB and MiB and was off by 1024.
 */
import { VigilError } from "../errors.ts";

export type MetricSubject = "node" | "instance";

export interface MetricDescription {
  subject: MetricSubject;
  unit: string;
}

/** All metrics that strategies may ask for. */
export const METRICS: ReadonlyMap<string, MetricDescription> = new Map([
  ["host_cpu_usage", { subject: "node", unit: "percent" }],
  ["host_ram_usage", { subject: "node", unit: "KiB" }],
  ["host_outlet_temp", { subject: "node", unit: "degC" }],
  ["host_inlet_temp", { subject: "node", unit: "degC" }],
  ["host_airflow", { subject: "node", unit: "0.1 CFM" }],
  ["host_power", { subject: "node", unit: "W" }],
  ["instance_cpu_usage", { subject: "instance", unit: "percent" }],
  ["instance_ram_usage", { subject: "instance", unit: "MiB" }],
  ["instance_ram_allocated", { subject: "instance", unit: "MiB" }],
  ["instance_l3_cache_usage", { subject: "instance", unit: "bytes" }],
  ["instance_root_disk_size", { subject: "instance", unit: "GB" }],
] satisfies [string, MetricDescription][]);

/** What a column holds. A null member says: the same values for any request. */
export interface MetricKey {
  name: string;
  aggregate: string | null;
  periodS: number | null;
  granularityS: number | null;
}

/** What a strategy asks for. */
export interface MetricRequest {
  name: string;
  aggregate: string;
  periodS: number;
  granularityS: number;
}

/**
 * A column of an opened snapshot. NaN is the missing-value mask: a forgotten test for it poisons the
 * result instead of reading as 0 or as 100 %, and one array is read instead of two.
 */
export interface MetricColumn extends MetricKey {
  subject: MetricSubject;
  unit: string;
  values: Float64Array;
}

function matches(wanted: string | number, held: string | number | null): boolean {
  return held === null || held === wanted;
}

function specificity(column: MetricKey): number {
  return (
    Number(column.aggregate !== null) + Number(column.periodS !== null) + Number(column.granularityS !== null)
  );
}

/**
 * The column for a request: every member of its key equals the request's or is null (imported files
 * do not say over which period they were measured). Several match: the one with the fewest nulls,
 * then the first.
 *
 * @throws VigilError not-found (MetricNotAvailable) when no column matches
 */
export function findMetric(columns: readonly MetricColumn[], request: MetricRequest): MetricColumn {
  let best: MetricColumn | undefined;
  for (const column of columns) {
    if (column.name !== request.name) continue;
    if (!matches(request.aggregate, column.aggregate)) continue;
    if (!matches(request.periodS, column.periodS)) continue;
    if (!matches(request.granularityS, column.granularityS)) continue;
    if (best === undefined || specificity(column) > specificity(best)) best = column;
  }
  if (best !== undefined) return best;
  const { name, aggregate, periodS, granularityS } = request;
  // What to do comes before the list, which may be long: status messages are cut.
  const held = columns.map((column) => column.name).join(", ") || "none";
  throw new VigilError(
    "not-found",
    `MetricNotAvailable: no samples of ${name} (${aggregate} over ${periodS} s, granularity ${granularityS} s) in this model; import one with this metric. It holds: ${held}`,
  );
}
