import type { SnapshotHeader } from "./layout.ts";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isColumnEntry(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    typeof value.name === "string" &&
    typeof value.type === "string" &&
    isCount(value.length) &&
    isCount(value.offset)
  );
}

function isMetricEntry(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    typeof value.name === "string" &&
    typeof value.unit === "string" &&
    typeof value.column === "string" &&
    isTextOrNull(value.aggregate) &&
    (value.periodS === null || Number.isFinite(value.periodS)) &&
    (value.granularityS === null || Number.isFinite(value.granularityS))
  );
}

function isStorageCounts(value: unknown): boolean {
  if (value === undefined) return true;
  return isRecord(value) && [value.nodes, value.pools, value.volumes, value.types].every(isCount);
}

function isOptionalCount(value: unknown): boolean {
  return value === undefined || isCount(value);
}

/** Whether parsed JSON has the form of a snapshot's header; unknown members are ignored. */
export function isSnapshotHeader(value: unknown): value is SnapshotHeader {
  if (!isRecord(value) || !isRecord(value.counts)) return false;
  const { nodes, instances, aggregates, texts, serverGroups, storage, baremetal } = value.counts;
  return (
    [nodes, instances, aggregates, texts, value.bodyBytes].every(isCount) &&
    isOptionalCount(serverGroups) &&
    isStorageCounts(storage) &&
    isOptionalCount(baremetal) &&
    isTextOrNull(value.takenAt) &&
    Array.isArray(value.columns) &&
    value.columns.every(isColumnEntry) &&
    Array.isArray(value.metrics) &&
    value.metrics.every(isMetricEntry)
  );
}
