import {
  checkParameters,
  checkScope,
  cutText,
  type JsonValue,
  NAME_CHARACTERS_MAX,
  VigilError,
  withTemplateDefaults,
} from "@vigil/core";
import { firstRow, type Sql } from "../database/transaction.ts";
import { toldOfAudits } from "../outbox/tell.ts";
import { makeDueRun } from "../runs/end-runs.ts";
import type { AuditInput } from "./audit-input.ts";
import { findId, type NamedTable } from "./lookup.ts";
import { requireTemplate } from "./template-of-audit.ts";

/** As in "-2026-11-23T11:10:45.587123". */
const TIME_CHARACTERS = 27;

/*
 * One statement for the row and its announcement. A made-up name takes its time from the database's clock, whose
 * microseconds JavaScript lacks, and is cut by characters, not by UTF-16 units; $15 is how much of its beginning is
 * kept. Parameters and scope are kept as text (json), but what jsonb can't hold is refused: others store it as that.
 */
const INSERT = `
with created as (
  insert into audit (uuid, name, audit_type, state, goal_id, strategy_id, parameters, "interval", scope,
    auto_trigger, force, start_time, end_time, trigger_states)
  select $1, left(coalesce(nullif($2::text, ''), left(coalesce(s.name, $14::text, g.name), $15::int) || '-'
      || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')), ${NAME_CHARACTERS_MAX}),
    $3, 'PENDING', g.id, s.id, $6::text::json, $7, $8::text::json, $9, $10, $11::timestamptz, $12::timestamptz, $13::jsonb
  from goal g left join strategy s on s.id = $5::bigint
  where g.id = $4::bigint and jsonb_typeof($6::text::jsonb) <> '' and jsonb_typeof($8::text::jsonb) <> ''
  on conflict (uuid) do nothing
  returning id, uuid, name, audit_type, state, version
), told as (
  ${toldOfAudits("created")}
)
select id::text as id from created`;

/**
 * Stores a new audit and, for ONESHOT, its run. A repeated call with the same UUID changes nothing.
 * @param wholeTime a made-up name keeps all of its time, and is cut before it: Watcher's is cut at its end, which leaves
 *   one template with a long name only one such audit
 * @returns due: a run was made, so workers should be woken
 * @throws VigilError not-found (goal, strategy), invalid-input (template, scope, parameters), with the texts of
 *   Watcher's API; the database's unique violation for a name that is taken
 */
export async function storeAudit(sql: Sql, input: AuditInput, wholeTime: boolean): Promise<{ due: boolean }> {
  const origin = await originOf(sql, input);
  const goalId = await requireId(sql, "goal", "Goal", origin.goal);
  const strategyId = origin.strategy && (await requireId(sql, "strategy", "Strategy", origin.strategy));
  const strategy = strategyId
    ? await firstRow<{ name: string }>(sql, "select name from strategy where id = $1::bigint", [strategyId])
    : undefined;
  const parameters = checkParameters(strategy?.name ?? "", origin.parameters);
  const created = await firstRow<{ id: string }>(sql, INSERT, [
    input.uuid,
    input.name,
    input.auditType,
    goalId,
    strategyId || null,
    JSON.stringify(parameters),
    input.interval ?? null,
    JSON.stringify(origin.scope),
    input.autoTrigger,
    input.force,
    input.startTime ?? null,
    input.endTime ?? null,
    JSON.stringify(input.triggerStates),
    origin.templateName,
    wholeTime ? NAME_CHARACTERS_MAX - TIME_CHARACTERS : NAME_CHARACTERS_MAX,
  ]);
  const due = created !== undefined && input.auditType === "ONESHOT";
  if (due) await makeDueRun(sql, created.id, "ONESHOT");
  return { due };
}

/** Where an audit has its goal, strategy, scope and parameters from: the request over the template it names. */
interface Origin {
  goal: string;
  /** Empty: none. */
  strategy: string;
  scope: JsonValue[];
  /** undefined: not given. */
  parameters: JsonValue | undefined;
  /** null: no template. */
  templateName: string | null;
}

async function originOf(sql: Sql, input: AuditInput): Promise<Origin> {
  const { goal, strategy, parameters, auditTemplateUuid } = input;
  const scope = input.scope === undefined ? undefined : checkScope(input.scope);
  if (auditTemplateUuid === "") return { goal, strategy, scope: scope ?? [], parameters, templateName: null };
  const template = await requireTemplate(sql, auditTemplateUuid);
  return {
    goal: template.goalUuid,
    strategy: strategy || template.strategyUuid,
    scope: scope ?? template.scope,
    // Also under the parameters of another strategy than the template's, which then refuses them, as in Watcher: an
    // audit that quietly ran without them would be worse.
    parameters: withTemplateDefaults(template.defaultParameters, parameters),
    templateName: template.name,
  };
}

/** The name as it is stored. */
export function cutName(name: string): string {
  return cutText(name, NAME_CHARACTERS_MAX);
}

async function requireId(sql: Sql, table: NamedTable, title: string, ident: string): Promise<string> {
  const id = await findId(sql, table, ident);
  if (id === undefined) throw new VigilError("not-found", `${title} ${ident} could not be found`);
  return id;
}
