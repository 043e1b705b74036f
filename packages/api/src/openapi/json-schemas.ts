/** Schemas of requests and answers as JSON schema 2020-12, which OpenAPI 3.1 takes as it is. */

import { isJsonObject, type JsonObject, type JsonValue, VigilError } from "@vigil/core";
import { z } from "zod";

/**
 * The named schemas, each referring to the others by their names.
 *
 * @returns the schemas by name, and what stands for one of them elsewhere
 */
export function namedSchemas(named: Readonly<Record<string, z.ZodType>>): {
  schemas: JsonObject;
  refer(schema: z.ZodType): JsonObject;
} {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: reference }).schemas;
  return {
    schemas: Object.fromEntries(
      Object.entries(made).map(([id, schema]) => [id, withoutKeys(schema as JsonObject)]),
    ),
    refer: (schema) => {
      const id = registry.get(schema)?.id;
      if (id === undefined)
        throw new VigilError("internal", "an answer's schema has no name in the document");
      return { $ref: reference(id) };
    },
  };
}

function reference(id: string): string {
  return `#/components/schemas/${id}`;
}

/** What a sender may send: before defaults and transformations. */
export function inputSchema(schema: z.ZodType): JsonObject {
  const made = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const { $defs: _, ...rest } = withoutKeys(made as JsonObject);
  return inlineAnyJson(rest) as JsonObject;
}

/** Documents of their own have these; parts of another do not. */
function withoutKeys({ $schema: _, $id: __, ...schema }: JsonObject): JsonObject {
  return schema;
}

/** "Any JSON value" is recursive where it comes from, and says nothing: here it is the schema that takes all. */
function inlineAnyJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inlineAnyJson);
  if (!isJsonObject(value)) return value;
  if (typeof value.$ref === "string" && value.$ref.startsWith("#/$defs/")) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inlineAnyJson(member)]));
}
