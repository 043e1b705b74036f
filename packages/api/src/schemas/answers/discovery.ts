/** Discovery documents (rest-api 2). */

import { z } from "zod";
import { MINOR } from "../../rest/microversion.ts";
import { links, since } from "./members.ts";

const version = z.strictObject({
  id: z.literal("v1"),
  status: z.literal("CURRENT"),
  max_version: z.string(),
  min_version: z.string(),
  links: z.array(z.strictObject({ href: z.url(), rel: z.literal("self") })),
});

/** `GET /`. */
export const rootDocument = z.strictObject({
  name: z.string(),
  description: z.string(),
  versions: z.array(version).min(1),
  default_version: version,
});

/** `GET /v1`. Each member but the first three holds the links of a collection. */
export const versionDocument = z.strictObject({
  id: z.literal("v1"),
  media_types: z.array(z.strictObject({ base: z.string(), type: z.string() })),
  links: z.array(
    z.strictObject({
      href: z.url(),
      rel: z.enum(["self", "describedby"]),
      type: z.literal("text/html").optional(),
    }),
  ),
  audit_templates: links,
  audits: links,
  data_model: since(MINOR.dataModel, links),
  actions: links,
  action_plans: links,
  scoring_engines: links,
  services: links,
  webhooks: since(MINOR.webhooks, links),
});
