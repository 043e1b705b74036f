import { z } from "zod";
import { links, plainTime, timestamps } from "./members.ts";

/** A service in a list (rest-api 8.2). */
export const serviceShort = z.strictObject({
  id: z.int(),
  name: z.string(),
  host: z.string(),
  status: z.enum(["ACTIVE", "FAILED"]),
  links,
});

export const serviceFull = serviceShort.extend({ last_seen_up: plainTime.nullable(), ...timestamps });
