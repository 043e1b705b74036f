import { firstRow, type Sql } from "../database/transaction.ts";
import { isStoredUuid, readIdent } from "./ident.ts";
import { Bindings, withoutNulls } from "./query.ts";
import { notFound, type Resource, selectList, tablesOf } from "./resource.ts";

/** Tables whose rows have names. */
export type NamedTable = "audit" | "audit_template" | "goal" | "strategy";

/**
 * The row that an ident means: integer id, UUID, or name in any case (the exact case first).
 * @throws VigilError not-found
 */
export async function getByIdent<Message>(
  sql: Sql,
  resource: Resource<Message>,
  request: { ident: string; showDeleted: boolean },
): Promise<Message> {
  const bindings = new Bindings();
  const condition = identCondition(resource.alias, request.ident, bindings);
  return getRow(sql, resource, request.ident, condition, request.showDeleted, bindings);
}

/**
 * The row with this UUID in the column that markers name.
 * @throws VigilError not-found
 */
export async function getByUuid<Message>(
  sql: Sql,
  resource: Resource<Message>,
  request: { uuid: string; showDeleted: boolean },
): Promise<Message> {
  const bindings = new Bindings();
  const condition = isStoredUuid(request.uuid)
    ? { where: `${resource.marker} = ${bindings.bind(request.uuid)}`, order: `${resource.alias}.id` }
    : undefined;
  return getRow(sql, resource, request.uuid, condition, request.showDeleted, bindings);
}

/**
 * The row that an ident means where rows have no UUIDs: integer id or name as it is written. Of several with one name
 * the lowest id.
 * @throws VigilError not-found
 */
export async function getByIdOrName<Message>(
  sql: Sql,
  resource: Resource<Message>,
  { ident, showDeleted }: { ident: string; showDeleted: boolean },
): Promise<Message> {
  const { alias } = resource;
  const bindings = new Bindings();
  const order = `${alias}.id`;
  const { by } = readIdent(ident);
  const name = () => ({ where: `${alias}.name = ${bindings.bind(ident)}::text`, order });
  const condition =
    by === "id" ? identCondition(alias, ident, bindings) : ident.includes("\0") ? undefined : name();
  return getRow(sql, resource, ident, condition, showDeleted, bindings);
}

/** Primary key of the live row that an ident means. */
export async function findId(sql: Sql, table: NamedTable, ident: string): Promise<string | undefined> {
  const bindings = new Bindings();
  const condition = identCondition("t", ident, bindings);
  if (condition === undefined) return undefined;
  const row = await firstRow<{ id: string }>(
    sql,
    `select t.id::text as id from ${table} t where t.deleted_at is null and ${condition.where}
     order by ${condition.order} limit 1`,
    bindings.values,
  );
  return row?.id;
}

interface Condition {
  where: string;
  order: string;
}

async function getRow<Message>(
  sql: Sql,
  resource: Resource<Message>,
  asked: string,
  condition: Condition | undefined,
  showDeleted: boolean,
  bindings: Bindings,
): Promise<Message> {
  const deleted = `${resource.alias}.deleted_at`;
  const visible = resource.softDelete && !showDeleted ? `and ${deleted} is null` : "";
  // A name is free again after a deletion: with deleted rows shown, the live one still goes first.
  const liveFirst = resource.softDelete ? `(${deleted} is null) desc, ` : "";
  const row =
    condition &&
    (await firstRow<Record<string, unknown>>(
      sql,
      `select ${selectList(resource.columns)} from ${tablesOf(resource)} where ${condition.where} ${visible}
       order by ${liveFirst}${condition.order} limit 1`,
      bindings.values,
    ));
  if (!row) throw notFound(resource, asked);
  return withoutNulls<Message>(row);
}

function identCondition(alias: string, text: string, bindings: Bindings): Condition | undefined {
  const ident = readIdent(text);
  const order = `${alias}.id`;
  switch (ident.by) {
    case "id":
      return { where: `${alias}.id = ${bindings.bind(ident.id)}::bigint`, order };
    case "uuid":
      return { where: `${alias}.uuid = ${bindings.bind(ident.uuid)}`, order };
    case "name": {
      const name = bindings.bind(ident.name);
      return {
        where: `lower(${alias}.name) = lower(${name}::text)`,
        order: `(${alias}.name = ${name}::text) desc, ${order}`,
      };
    }
    case "nothing":
      return undefined;
  }
}
