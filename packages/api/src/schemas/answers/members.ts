/**
 * Members that answers have in common. These schemas describe what is answered: the OpenAPI document is made from
 * them, and tests hold real answers against it. Nothing is checked by them while requests are served.
 */

import { z } from "zod";

/** Name of the extension by which the document says with which microversion something came. */
export const SINCE = "x-openstack-microversion";

/** A member that answers have from 1.`minor` on, and not before. */
export function since<Schema extends z.ZodType>(minor: number, schema: Schema) {
  return schema.optional().meta({ [SINCE]: `1.${minor}`, description: `From microversion 1.${minor}.` });
}

export const uuid = z.guid();

/** UTC, with an offset; null until set. */
const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?\+00:00$/)
  .meta({ format: "date-time" })
  .nullable();

/** UTC, without any offset: clients compare these as text. */
export const plainTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?$/)
  .meta({ description: "UTC, without an offset." });

/** When a row was made, changed and deleted. */
export const timestamps = { created_at: timestamp, updated_at: timestamp, deleted_at: timestamp };

/** A JSON object of no fixed members. */
export const freeObject = z.record(z.string(), z.unknown());

/** What an audit sees of the cloud; an empty list is everything. */
export const scope = z.array(freeObject);

/** `self` and `bookmark`, in this order. */
export const links = z.array(z.strictObject({ href: z.url(), rel: z.enum(["self", "bookmark"]) })).length(2);

/** Members that name the goal of something. */
export const goalMembers = { goal_uuid: uuid, goal_name: z.string() };

/** Members that name a strategy; there, though null, where none is named. */
export const strategyMembers = { strategy_uuid: uuid.nullable(), strategy_name: z.string().nullable() };

/** A measure of a plan. */
export const indicator = z.strictObject({
  name: z.string(),
  description: z.string(),
  unit: z.string().nullable(),
  value: z.number(),
});

/** A page of a collection: `next` is there when the page is full. */
export function page<Item extends z.ZodType>(name: string, item: Item) {
  return z.strictObject({ [name]: z.array(item), next: z.url().optional() });
}
