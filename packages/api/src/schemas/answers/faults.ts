/** Bodies of refusals (rest-api 1.6, 1.7). */

import { z } from "zod";

/** Every error that Vigil itself makes. */
export const fault = z.strictObject({
  error_message: z.string().meta({
    description:
      "JSON text: an object with faultcode (Client or Server), faultstring (what went wrong) and debuginfo (null).",
    contentMediaType: "application/json",
    contentSchema: {
      type: "object",
      properties: {
        faultcode: { enum: ["Client", "Server"] },
        faultstring: { type: "string" },
        debuginfo: { type: "null" },
      },
      required: ["faultcode", "faultstring", "debuginfo"],
      additionalProperties: false,
    },
  }),
});

/** A missing or invalid token, in the words of Keystone. */
export const keystoneFault = z.strictObject({
  error: z.strictObject({ code: z.literal(401), title: z.string(), message: z.string() }),
});
