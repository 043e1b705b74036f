import { z } from "zod";
import { MINOR } from "../../rest/microversion.ts";
import {
  freeObject,
  goalMembers,
  links,
  scope,
  since,
  strategyMembers,
  timestamps,
  uuid,
} from "./members.ts";

/** An audit template in a list (rest-api 5.1). */
export const auditTemplateShort = z.strictObject({
  uuid,
  name: z.string(),
  ...goalMembers,
  ...strategyMembers,
  scope,
  links,
});

export const auditTemplateFull = auditTemplateShort.extend({
  description: z.string().nullable(),
  default_parameters: since(MINOR.defaultParameters, freeObject),
  ...timestamps,
});
