import { p } from "@mikro-orm/core";

/**
 * Columns that every table has, made alike.
 *
 * Times are timestamptz(6), written by clock_timestamp(): several rows of one transaction then still sort by
 * creation. They are read as text in SQL (see records/time.ts), because a JavaScript Date drops the microseconds.
 */

/** bigserial; ids come in order of insertion, which is the default order of every list. */
export const id = () => p.bigint("string").primary().autoincrement();

/** What the outside knows the row by. */
export const uuid = () => p.uuid().unique();

const CLOCK = "clock_timestamp()";

export const time = () => p.datetime(6);
export const createdAt = () => p.datetime(6).defaultRaw(CLOCK);

/** Id of the newest change by a user: the same change sent again, because its answer got lost, is known by it. */
export const lastEdit = () => p.uuid().nullable();

/** Grows with every change of the row: receivers of changes, which come in any order, compare it. */
export const version = () => p.bigint("string").default(1);

/** For rows that are changed and softly deleted. */
export const timestamps = () => ({
  createdAt: createdAt(),
  updatedAt: time().nullable(),
  deletedAt: time().nullable(),
});

export const emptyList = () => p.json<unknown[]>().defaultRaw("'[]'::jsonb");
/**
 * JSON kept as it was written: jsonb sorts the members of objects, and some users mean the order of theirs.
 */
export const json = <T>() => p.json<T>().columnType("json");
export const orderedList = () => json<unknown[]>().defaultRaw("'[]'::json");
export const orderedObject = () => json<Record<string, unknown>>().defaultRaw("'{}'::json");
export const emptyObject = () => p.json<Record<string, unknown>>().defaultRaw("'{}'::jsonb");
