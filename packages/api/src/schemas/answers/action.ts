import { ACTION_STATES } from "@vigil/core";
import { z } from "zod";
import { MINOR } from "../../rest/microversion.ts";
import { freeObject, links, since, timestamps, uuid } from "./members.ts";

/** An action in a list (rest-api 7.5). */
export const actionShort = z.strictObject({
  uuid,
  action_plan_uuid: uuid,
  state: z.enum(ACTION_STATES),
  action_type: z.string(),
  parents: z.array(uuid).meta({ description: "Actions that must have finished before." }),
  links,
});

export const actionFull = actionShort.extend({
  input_parameters: freeObject,
  description: z.string(),
  status_message: since(MINOR.statusMessage, z.string().nullable()),
  ...timestamps,
});
