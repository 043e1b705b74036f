import { PLAN_STATES } from "@vigil/core";
import { z } from "zod";
import { MINOR } from "../../rest/microversion.ts";
import { indicator, links, since, strategyMembers, timestamps, uuid } from "./members.ts";

const { updated_at, ...otherTimestamps } = timestamps;

/** An action plan in a list (rest-api 7.1). */
export const actionPlanShort = z.strictObject({
  uuid,
  audit_uuid: uuid,
  ...strategyMembers,
  state: z.enum(PLAN_STATES),
  efficacy_indicators: z.array(indicator),
  global_efficacy: z.array(indicator),
  updated_at,
  links,
});

export const actionPlanFull = actionPlanShort.extend({
  hostname: z.string().nullable(),
  status_message: since(MINOR.statusMessage, z.string().nullable()),
  ...otherTimestamps,
});
