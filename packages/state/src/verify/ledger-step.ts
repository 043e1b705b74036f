/** One step of the walk through the ledger: a page of one part, in one statement and so at one moment. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { FINDING_IDS_MAX, findingOf, isContradictionRule, VigilError } from "@vigil/core";
import type { VerifyLedgerRequest__Output, VerifyLedgerResponse } from "@vigil/proto";
import { firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { decimal, parse } from "../runs/inputs.ts";
import { LEDGER_PARTS, type LedgerPart } from "./ledger-parts.ts";

/** Rows of one step: some 100 ms of the database, and a step that is seen to go on. */
const STEP_ROWS_MAX = 5_000;

/** @throws VigilError invalid-input for a part that is none */
export async function verifyLedger(
  orm: MikroORM,
  request: VerifyLedgerRequest__Output,
): Promise<VerifyLedgerResponse> {
  const part = partOf(request.part);
  const after = parse("after", decimal, request.after);
  const asked = parse("up_to", decimal, request.upTo);
  return inTransaction(
    orm,
    async (sql) => {
      const upTo = asked === "0" ? await newestOf(sql, part) : asked;
      const step = await stepOf(sql, part, after, upTo);
      const isLast = step.rows < STEP_ROWS_MAX || step.last === null || BigInt(step.last) >= BigInt(upTo);
      const { rows: count, counts, found, last } = step;
      return { rows: count, counts, findings: findings(found), upTo, nextAfter: isLast ? "0" : last! };
    },
    { snapshot: true },
  );
}

function partOf(name: string): LedgerPart {
  const part = Object.hasOwn(LEDGER_PARTS, name) ? LEDGER_PARTS[name] : undefined;
  if (part !== undefined) return part;
  const wanted = Object.keys(LEDGER_PARTS).join(", ");
  throw new VigilError("invalid-input", `The ledger has no part ${name}. Wanted one of ${wanted}.`);
}

async function newestOf(sql: Sql, { table }: LedgerPart): Promise<string> {
  const text = `select coalesce(max(id), 0)::text as id from ${table}`;
  return (await firstRow<{ id: string }>(sql, text, []))!.id;
}

interface Found {
  rule: string;
  count: number;
  ids: string[];
}

interface Step {
  rows: number;
  last: string | null;
  counts: Record<string, number>;
  found: Found[];
}

async function stepOf(sql: Sql, part: LedgerPart, after: string, upTo: string): Promise<Step> {
  const [step] = await rows<Step>(sql, statementOf(part), [after, upTo, STEP_ROWS_MAX]);
  return step!;
}

function statementOf({ table, columns, ident, countBy, rules }: LedgerPart): string {
  const broken = Object.entries(rules).map(
    ([rule, condition]) => `select '${rule}' as rule, ${ident}::text as id from page x where ${condition}`,
  );
  return `
with page as materialized (
  select id, ${columns.join(", ")} from ${table} where id > $1::bigint and id <= $2::bigint order by id limit $3
), broken as (
  ${broken.join("\n  union all ")}
)
select (select count(*)::int from page) as rows, (select max(id)::text from page) as last,
  (select coalesce(json_object_agg(name, n), '{}') from
    (select ${countBy} as name, count(*)::int as n from page group by 1) as c) as counts,
  (select coalesce(json_agg(f), '[]') from (select rule, count(*)::int as count,
    (array_agg(id order by id))[1:${FINDING_IDS_MAX}] as ids from broken group by rule order by rule) as f) as found`;
}

function findings(found: readonly Found[]) {
  return found.flatMap(({ rule, count, ids }) =>
    isContradictionRule(rule) ? [{ ...findingOf(rule, count, ids), ids: [...ids] }] : [],
  );
}
