import { VigilError } from "@vigil/core";
import { timeText } from "./query.ts";

/** SQL expression for every member of a message: a member added to the .proto and forgotten here doesn't compile. */
export type Columns<Message> = {
  readonly [Name in keyof Message as Name extends `_${string}` ? never : Name]-?: string;
};

/** How rows of one kind are read: the table and those joined to it, the members selected, the orders offered. */
export interface Resource<Message> {
  /** As in "Audit x could not be found". */
  title: string;
  /** What is said instead of that. */
  missingText?: (asked: string) => string;
  /** The table that the rows are of, with its alias. */
  table: string;
  /**
   * Joins that bring neighbours' members in the same statement; none adds or drops a row. Left ones, on unique columns:
   * PostgreSQL leaves out those whose columns a statement does not use.
   */
  joins: string;
  /** Alias of the table that the rows are of. */
  alias: string;
  /** Column that markers name: a uuid, or the integer id where rows have none. */
  marker: string;
  columns: Columns<Message>;
  sortKeys: Readonly<Record<string, SortKey>>;
  /** Whether rows are softly deleted and hidden then. */
  softDelete: boolean;
}

/** Everything after FROM. */
export function tablesOf({ table, joins }: Resource<unknown>): string {
  return `${table} ${joins}`;
}

/** The error for a row that is not there, or not shown. */
export function notFound({ title, missingText }: Resource<unknown>, asked: string): VigilError {
  return new VigilError("not-found", missingText?.(asked) ?? `${title} ${asked} could not be found`);
}

export interface SortKey {
  expression: string;
  /** PostgreSQL type of the expression; a marker's value is cast to it. */
  type: "bigint" | "boolean" | "text" | "timestamptz" | "uuid";
  /** The value may be null. An index serves the order of others, whose nulls need no place in it. */
  nullable: boolean;
  /**
   * An index has the first PREFIX_CHARACTERS of the text: rows are sorted by them first, which changes nothing but lets
   * the index serve the order. Texts of any length fit into no index.
   */
  isPrefixIndexed?: boolean;
  /**
   * The indexes that serve the order have live rows alone, or deleted ones alone: those of live rows then stay small
   * however many are deleted, and those of deleted rows cost nothing before a row is.
   */
  isDeletedApart?: boolean;
}

/** As in the indexes of migrations 0003 and 0009. */
const PREFIX_CHARACTERS = 64;

/** The beginning of a text, as it is indexed. */
export function prefixOf(expression: string): string {
  return `left(${expression}, ${PREFIX_CHARACTERS})`;
}

/** Columns that are null in no table that has them. */
const NEVER_NULL: ReadonlySet<string> = new Set([
  ...["id", "uuid", "created_at", "event_id", "run_id", "audit_id", "action_plan_id", "goal_id"],
  ...["name", "display_name", "state", "audit_type", "action_type", "auto_trigger", "force", "host"],
  ...["last_seen_up", "fate", "received_at", "arrived_at"],
]);

type Types = SortKey["type"];

/** Sort keys that are columns of the resource's own table under their own names. */
export function ownKeys(alias: string, type: Types, names: readonly string[]): Record<string, SortKey> {
  return Object.fromEntries(
    names.map((name) => [name, { expression: `${alias}."${name}"`, type, nullable: !NEVER_NULL.has(name) }]),
  );
}

/** JSON columns, which are never null, sort by their text. */
export function jsonKeys(alias: string, names: readonly string[]): Record<string, SortKey> {
  return Object.fromEntries(
    names.map((name) => [name, { expression: `${alias}."${name}"::text`, type: "text", nullable: false }]),
  );
}

/** The same keys, of a table that has indexes on the beginnings of their texts. */
export function prefixIndexed(keys: Record<string, SortKey>): Record<string, SortKey> {
  return marked(keys, { isPrefixIndexed: true });
}

/** The same keys, of a table whose deleted rows have indexes of their own for these orders. */
export function deletedApart(keys: Record<string, SortKey>): Record<string, SortKey> {
  return marked(keys, { isDeletedApart: true });
}

function marked(keys: Record<string, SortKey>, mark: Partial<SortKey>): Record<string, SortKey> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, { ...key, ...mark }]));
}

/** Keys of all tables that are changed and softly deleted. */
export function commonKeys(alias: string): Record<string, SortKey> {
  return {
    ...ownKeys(alias, "bigint", ["id"]),
    ...ownKeys(alias, "uuid", ["uuid"]),
    ...ownKeys(alias, "timestamptz", ["created_at", "updated_at", "deleted_at"]),
  };
}

/** Members of all tables that are changed and softly deleted. */
export function timestampColumns(alias: string) {
  return {
    createdAt: timeText(`${alias}.created_at`),
    updatedAt: timeText(`${alias}.updated_at`),
    deletedAt: timeText(`${alias}.deleted_at`),
  };
}

export function selectList(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, expression]) => `${expression} as "${name}"`)
    .join(", ");
}
