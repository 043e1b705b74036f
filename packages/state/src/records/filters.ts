import { VigilError } from "@vigil/core";
import { firstRow, type Sql } from "../database/transaction.ts";
import { isStoredUuid, readIdent } from "./ident.ts";
import { findId } from "./lookup.ts";
import type { Filter } from "./paging.ts";

/** Conditions of a list; undefined: one of them names nothing, so the list is empty. */
export type Filters = readonly Filter[] | undefined;

export function combined(...parts: readonly Filters[]): Filters {
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** Rows of one neighbour, by its UUID. An empty text is no filter. */
export function uuidFilter(expression: string, uuid: string): Filters {
  if (uuid === "") return [];
  return isStoredUuid(uuid) ? [{ expression, value: uuid }] : undefined;
}

/** Rows of one goal or strategy, by UUID or name in any case. An empty text is no filter. */
export async function identFilter(
  sql: Sql,
  table: "goal" | "strategy",
  column: string,
  ident: string,
): Promise<Filters> {
  if (ident === "") return [];
  // Filters, unlike paths, know no integer ids.
  const id = readIdent(ident).by === "id" ? undefined : await findId(sql, table, ident);
  return id === undefined ? undefined : [{ expression: column, value: id }];
}

/**
 * Actions of one plan, by its UUID. Of the action's own column: joined by the plan's UUID, each page of a plan of
 * 80,000 actions had all of them sorted.
 */
export async function planFilter(sql: Sql, uuid: string): Promise<Filters> {
  if (uuid === "") return [];
  const text = "select id::text as id from action_plan where uuid = $1";
  const plan = isStoredUuid(uuid) ? await firstRow<{ id: string }>(sql, text, [uuid]) : undefined;
  return plan === undefined ? undefined : [{ expression: "x.action_plan_id", value: plan.id }];
}

/**
 * Rows in one state. An empty text is no filter.
 * @throws VigilError invalid-input for a word that is none of the states
 */
export function stateFilter(expression: string, state: string, states: readonly string[]): Filters {
  if (state === "") return [];
  if (states.includes(state)) return [{ expression, value: state }];
  throw new VigilError("invalid-input", `Invalid state: ${state}. Wanted one of ${states.join(", ")}.`);
}
