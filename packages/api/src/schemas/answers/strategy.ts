import { z } from "zod";
import { freeObject, goalMembers, links, uuid } from "./members.ts";

/** A strategy in a list (rest-api 4). */
export const strategyShort = z.strictObject({
  uuid,
  name: z.string(),
  display_name: z.string(),
  ...goalMembers,
  links,
});

export const strategyFull = strategyShort.extend({
  parameters_spec: freeObject.meta({ description: "JSON schema (draft 4) of its parameters." }),
});

const availability = z.enum(["available", "not available"]);
const comment = z.literal("");

/** What a strategy needs and what of it there is: four objects in this order. */
export const strategyState = z.tuple([
  z.strictObject({ type: z.literal("Datasource"), state: z.string(), mandatory: z.literal(true), comment }),
  z.strictObject({
    type: z.literal("Metrics"),
    state: z.array(z.record(z.string(), availability)),
    mandatory: z.literal(false),
    comment,
  }),
  z.strictObject({
    type: z.literal("CDM"),
    state: z.tuple([
      z.strictObject({ compute_model: availability }),
      z.strictObject({ storage_model: availability }),
      z.strictObject({ baremetal_model: availability }),
    ]),
    mandatory: z.literal(true),
    comment,
  }),
  z.strictObject({ type: z.literal("Name"), state: z.string(), mandatory: z.literal(""), comment }),
]);
