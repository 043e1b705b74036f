import { z } from "zod";
import { links, timestamps, uuid } from "./members.ts";

/** A goal in a list (rest-api 3). */
export const goalShort = z.strictObject({
  uuid,
  name: z.string(),
  display_name: z.string(),
  efficacy_specification: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      unit: z.string().nullable(),
      schema: z.string().meta({ description: "JSON schema of the value, as text." }),
    }),
  ),
  links,
});

export const goalFull = goalShort.extend(timestamps);
