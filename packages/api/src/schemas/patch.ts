/**
 * The form of a JSON patch (rest-api 9), for the OpenAPI document. Requests are checked by `readPatch` of core, which
 * has Watcher's texts; a test holds both against each other.
 */

import { PATCH_OPERATIONS_MAX, PATCH_PATH_LENGTH_MAX } from "@vigil/core";
import { z } from "zod";

const path = z
  .string()
  .max(PATCH_PATH_LENGTH_MAX)
  .regex(/^(?:\/[\p{L}\p{N}_-]+)+$/u);

const setting = z.strictObject({
  op: z.enum(["add", "replace"]),
  path,
  value: z.json(),
});

const removal = z.strictObject({
  op: z.literal("remove"),
  path,
  value: z.json().optional().meta({ description: "Not looked at." }),
});

/** Operations, applied in this order, all or none. */
export const patchSchema = z.array(z.union([setting, removal])).max(PATCH_OPERATIONS_MAX);
