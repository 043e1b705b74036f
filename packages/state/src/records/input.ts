/** Members of requests as they come over gRPC: what they share when they are checked with zod. */

import type { JsonValue } from "@vigil/core";
import { z } from "zod";

/** Longest ident of anything: every stored name is shorter. Characters. */
export const IDENT_LENGTH_MAX = 255;
/** Parameters are options of a strategy, not data: 256 KiB holds thousands of them. Bytes of JSON text. */
export const PARAMETERS_LENGTH_MAX = 256 * 1024;
/** A scope may list every node of a large cloud by UUID: 20,000 of them are 1 MiB. */
export const SCOPE_LENGTH_MAX = 1024 * 1024;

// PostgreSQL stores neither the character in text nor its escape in jsonb.
const hasNul = (text: string) => text.includes("\0") || text.includes("\\u0000");

export const text = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine((value) => !hasNul(value), { error: "the character U+0000 can't be stored" });

/** JSON text, parsed. undefined stands for "not given": an empty text. */
export const json = (lengthMax: number) =>
  text(lengthMax).transform((value, context) => parseJson(value, context));

function parseJson(value: string, context: z.RefinementCtx<string>): JsonValue | undefined {
  if (value === "") return undefined;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
}
