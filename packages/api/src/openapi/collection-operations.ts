/** What all collections offer alike; what one offers beyond it stands in operations.ts. */

import { z } from "zod";
import { MINOR } from "../rest/microversion.ts";
import { page } from "../schemas/answers/members.ts";
import { patchSchema } from "../schemas/patch.ts";
import type { Operation } from "./operation.ts";

export interface DescribedCollection {
  /** Segment of the path: `audit_templates`. */
  name: string;
  /** One of them, as sentences say it: `audit template`. */
  one: string;
  /** Name in ids of operations: `AuditTemplate`. */
  type: string;
  /** First part of its policy rules. */
  rule: string;
  /** What its path takes as an ident. */
  ident: string;
  query: z.ZodObject;
  short: z.ZodType;
  full: z.ZodType;
  shortPage: z.ZodType;
  fullPage: z.ZodType;
}

/** Adds the pages, whose members are the collection's name and `next`. */
export function describe(
  collection: Omit<DescribedCollection, "shortPage" | "fullPage">,
): DescribedCollection {
  const { name, short, full } = collection;
  return { ...collection, shortPage: page(name, short), fullPage: page(name, full) };
}

/** Names of its schemas in the document. */
export function namesOf({ type, short, full, shortPage, fullPage }: DescribedCollection) {
  return { [type]: full, [`${type}Short`]: short, [`${type}Page`]: shortPage, [`${type}FullPage`]: fullPage };
}

/** The three ways to read a collection. */
export function readingOperations(collection: DescribedCollection): Operation[] {
  const { name, one, type, rule, query, full } = collection;
  const list = { method: "get", tag: name, query, refusals: [404] } as const;
  return [
    {
      ...list,
      path: `/v1/${name}`,
      id: `list${type}s`,
      summary: `A page of ${one}s.`,
      rule: `${rule}:get_all`,
      answer: { status: 200, schema: collection.shortPage, description: "The page." },
    },
    {
      ...list,
      path: `/v1/${name}/detail`,
      id: `list${type}sInDetail`,
      summary: `A page of ${one}s with all their members.`,
      rule: `${rule}:detail`,
      answer: { status: 200, schema: collection.fullPage, description: "The page." },
    },
    {
      ...oneOf(collection),
      method: "get",
      id: `get${type}`,
      summary: `One ${one}.`,
      rule: `${rule}:get`,
      answer: { status: 200, schema: full, description: `The ${one}.` },
      refusals: [404],
    },
  ];
}

/** POST of a new one. */
export function creation(collection: DescribedCollection, body: z.ZodType, refusals: number[]): Operation {
  const { name, one, type, rule, full } = collection;
  return {
    method: "post",
    path: `/v1/${name}`,
    tag: name,
    id: `create${type}`,
    summary: `Makes one ${one}.`,
    rule: `${rule}:create`,
    body: { schema: body, required: true },
    answer: { status: 201, schema: full, description: `The ${one}; Location says where it is.` },
    refusals: [413, 415, ...refusals],
  };
}

/** PATCH of one. */
export function change(collection: DescribedCollection, refusals: readonly number[]): Operation {
  const { one, type, rule, full, name } = collection;
  return {
    ...oneOf(collection),
    method: "patch",
    id: `change${type}`,
    summary: `Changes one ${one} by a JSON patch.`,
    rule: `${rule}:update`,
    ...(name === "actions" && { since: MINOR.actionPatch }),
    body: { schema: patchSchema, required: true },
    answer: { status: 200, schema: full, description: `The ${one} as it is now.` },
    refusals: [404, 413, 415, ...refusals],
  };
}

/** DELETE of one. */
export function removal(collection: DescribedCollection): Operation {
  const { one, type, rule } = collection;
  return {
    ...oneOf(collection),
    method: "delete",
    id: `delete${type}`,
    summary: `Deletes one ${one}; X-Show-Deleted shows it still.`,
    rule: `${rule}:delete`,
    answer: { status: 204, description: "It is deleted." },
    // A body is not looked at, but taken in.
    refusals: [404, 413, 415],
  };
}

/** The path of one, or a path below it. */
export function oneOf({ name, rule, ident }: DescribedCollection, below = "") {
  return { path: `/v1/${name}/{${rule}}${below}`, tag: name, parameters: { [rule]: ident } };
}

/** A body that is read and not looked at. */
export const anyBody = z.looseObject({});
