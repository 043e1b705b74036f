/** Who is there. Every process but an edge, which has no way to state, reports its roles once a minute. */

import { type JsonObject, VigilError } from "@vigil/core";
import type { Process, ReportProcessRequest__Output } from "@vigil/proto";
import { firstRow, rows, type Sql } from "../database/transaction.ts";
import { isStoredUuid } from "../records/ident.ts";
import { timeText } from "../records/query.ts";

/** Characters of a role, host or version. */
const TEXT_LENGTH_MAX = 255;
const FACTS_LENGTH_MAX = 10_000;
/** Reports older than this are of processes that ended without a word, and that nobody looks for any more. */
const KEPT = "interval '1 day'";

/** One that comes back after a pause has its row again. */
const REPORT = `
with old as (delete from process where seen_at < clock_timestamp() - ${KEPT})
insert into process (instance, role, host, version, started_at, clock_ahead_ms, facts)
values ($1, $2, $3, $4, $5::timestamptz, $6::bigint, $7::jsonb)
on conflict (instance, role) do update set seen_at = clock_timestamp(), clock_ahead_ms = excluded.clock_ahead_ms,
  host = excluded.host, version = excluded.version, facts = excluded.facts
returning (extract(epoch from clock_timestamp()) * 1000)::bigint::text as clock_ms`;

const REMOVE = `
with gone as (delete from process where instance = $1 and role = $2)
select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as clock_ms`;

const LIST = `
select role, instance::text as instance, host, version, ${timeText("started_at")} as started_at,
  (extract(epoch from clock_timestamp() - seen_at) * 1000)::bigint::text as silent_ms,
  clock_ahead_ms::text as clock_ahead_ms, facts::text as facts_json
from process where seen_at > clock_timestamp() - ${KEPT}
order by role, host, started_at limit 10000`;

interface Row {
  role: string;
  instance: string;
  host: string;
  version: string;
  started_at: string;
  silent_ms: string;
  clock_ahead_ms: string;
  facts_json: string;
}

/** @returns the database's clock. @throws VigilError invalid-input */
export async function reportProcess(
  sql: Sql,
  report: ReportProcessRequest__Output,
): Promise<{ clockMs: string }> {
  const { role, instance, host, version, startedAt, isLast } = report;
  for (const [member, value] of Object.entries({ role, host, version })) checkText(member, value);
  if (!isStoredUuid(instance)) throw wrong("instance", instance, "a UUID");
  if (Number.isNaN(Date.parse(startedAt))) throw wrong("started_at", startedAt, "a time in ISO 8601");
  const { clockAheadMs, factsJson } = report;
  const row = isLast
    ? await firstRow<{ clock_ms: string }>(sql, REMOVE, [instance, role])
    : await firstRow<{ clock_ms: string }>(sql, REPORT, [
        instance,
        role,
        host,
        version,
        startedAt,
        clockAheadMs,
        factsOf(factsJson),
      ]);
  return { clockMs: row?.clock_ms ?? "0" };
}

export async function listProcesses(sql: Sql): Promise<Process[]> {
  const found = await rows<Row>(sql, LIST, []);
  return found.map((row) => ({
    role: row.role,
    instance: row.instance,
    host: row.host,
    version: row.version,
    startedAt: row.started_at,
    silentMs: row.silent_ms,
    clockAheadMs: row.clock_ahead_ms,
    factsJson: row.facts_json,
  }));
}

function factsOf(text: string): string {
  if (text === "") return "{}";
  if (text.length <= FACTS_LENGTH_MAX && isObject(text)) return text;
  throw wrong("facts_json", `${text.length} characters`, `a JSON object of at most ${FACTS_LENGTH_MAX}`);
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as JsonObject;
    // A text of PostgreSQL holds no U+0000, which JSON may.
    return typeof value === "object" && value !== null && !Array.isArray(value) && !text.includes("\\u0000");
  } catch {
    return false;
  }
}

function checkText(member: string, value: string): void {
  if (value !== "" && value.length <= TEXT_LENGTH_MAX && !value.includes("\0")) return;
  throw wrong(member, `${value.length} characters`, `1 to ${TEXT_LENGTH_MAX}, none of them U+0000`);
}

function wrong(member: string, seen: string, wanted: string): VigilError {
  return new VigilError("invalid-input", `The process's ${member}: seen ${seen}, wanted ${wanted}.`);
}
