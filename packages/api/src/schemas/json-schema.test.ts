import { expect, test } from "vitest";
import { z } from "zod";
import { auditPostSchema } from "./audit-post.ts";
import {
  actionPlansQuery,
  actionsQuery,
  auditsQuery,
  goalsQuery,
  noQuery,
  strategiesQuery,
} from "./queries.ts";

/** The API's description for clients is made from these schemas, so each must have a JSON Schema. */
const schemas = {
  auditPostSchema,
  goalsQuery,
  strategiesQuery,
  auditsQuery,
  actionPlansQuery,
  actionsQuery,
  noQuery,
};

test.each(Object.entries(schemas))("%s can be described as JSON Schema", (_name, schema) => {
  const described = z.toJSONSchema(schema, { io: "input" });
  expect(described).toMatchObject({ type: "object", additionalProperties: false });
});

test("an audit needs its type and nothing else by form", () => {
  expect(z.toJSONSchema(auditPostSchema, { io: "input" }).required).toEqual(["audit_type"]);
});
