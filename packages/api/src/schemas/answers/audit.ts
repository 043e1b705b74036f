import { AUDIT_STATES } from "@vigil/core";
import { z } from "zod";
import { MINOR } from "../../rest/microversion.ts";
import {
  freeObject,
  goalMembers,
  links,
  plainTime,
  scope,
  since,
  strategyMembers,
  timestamps,
  uuid,
} from "./members.ts";

/** An audit in a list (rest-api 6.1). */
export const auditShort = z.strictObject({
  uuid,
  name: z.string(),
  audit_type: z.enum(["ONESHOT", "CONTINUOUS", "EVENT"]),
  state: z.enum(AUDIT_STATES),
  ...goalMembers,
  ...strategyMembers,
  interval: z.string().nullable().meta({ description: "Seconds as text, or a cron expression." }),
  scope,
  auto_trigger: z.boolean(),
  next_run_time: plainTime.nullable(),
  force: z.boolean().meta({ description: "false in short lists, and below microversion 1.2." }),
  links,
});

export const auditFull = auditShort.extend({
  parameters: freeObject,
  hostname: z.string().nullable(),
  start_time: since(MINOR.startEndTime, plainTime.nullable()),
  end_time: since(MINOR.startEndTime, plainTime.nullable()),
  status_message: since(MINOR.statusMessage, z.string().nullable()),
  ...timestamps,
});
