/** Discovery documents: what is served here, and where (rest-api 2). */

import { MINOR } from "../microversion.ts";

const VERSION = { id: "v1", status: "CURRENT", max_version: "1.7", min_version: "1.0" } as const;

const MEDIA_TYPES = [{ base: "application/json", type: "application/vnd.openstack.watcher.v1+json" }];

const DOCUMENTATION_URL = "https://docs.openstack.org/api-ref/resource-optimization/";

/** `GET /`: `versions` is a list whose first entry has `max_version`, from which the dashboard turns features on. */
export function rootView(applicationUrl: string) {
  const version = { ...VERSION, links: [{ href: `${applicationUrl}/v1/`, rel: "self" }] };
  return {
    name: "OpenStack Watcher API",
    description: "Vigil: optimization of OpenStack clouds, speaking the API of Watcher.",
    versions: [version],
    default_version: version,
  };
}

/**
 * `GET /v1`. These links keep the mount prefix, unlike those of objects. All collections of the API are
 * named, as in Watcher; goals and strategies have no entry there.
 */
export function versionView(applicationUrl: string, minor: number) {
  const collection = (name: string) => [
    { href: `${applicationUrl}/v1/${name}/`, rel: "self" },
    { href: `${applicationUrl}/${name}/`, rel: "bookmark" },
  ];
  return {
    id: VERSION.id,
    media_types: MEDIA_TYPES,
    links: [
      { href: `${applicationUrl}/v1/`, rel: "self" },
      { href: DOCUMENTATION_URL, rel: "describedby", type: "text/html" },
    ],
    audit_templates: collection("audit_templates"),
    audits: collection("audits"),
    ...(minor >= MINOR.dataModel && { data_model: collection("data_model") }),
    actions: collection("actions"),
    action_plans: collection("action_plans"),
    scoring_engines: collection("scoring_engines"),
    services: collection("services"),
    ...(minor >= MINOR.webhooks && { webhooks: collection("webhooks") }),
  };
}
