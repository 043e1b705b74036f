/** What an administrator's client may look up at the Keystone test double: projects, users, roles, the catalog. */

import { DEFAULT_DOMAIN, idOf, type KeystoneDirectory } from "./keystone-directory.ts";
import type { CatalogSetup } from "./keystone-tokens.ts";

/** One object as Keystone lists it; all have an id, nearly all a name. */
type Listed = { id: string; name?: string } & Record<string, unknown>;

export interface BrowsedKeystone {
  directory: KeystoneDirectory;
  catalog: CatalogSetup;
  region: string;
}

/**
 * Body of the answer to `GET /v3/COLLECTION[?name=NAME]` and `GET /v3/COLLECTION/ID`; undefined when there is
 * no such thing.
 */
export function browse(keystone: BrowsedKeystone, path: string, query: URLSearchParams): object | undefined {
  const [, , collection = "", id, ...rest] = path.split("/");
  const made = COLLECTIONS[collection]?.(keystone);
  if (made === undefined || rest.length > 0) return undefined;
  // Clients take them off without asking whether they are there.
  const objects = made.map((object) => ({ ...object, links: { self: `/v3/${collection}/${object.id}` } }));
  if (id !== undefined) {
    const found = objects.find((object) => object.id === decodeURIComponent(id));
    return found === undefined ? undefined : { [collection.replace(/s$/, "")]: found };
  }
  const wanted = ["name", "type", "service_id"].filter((key) => query.has(key));
  const matching = objects.filter((object: Listed) => wanted.every((key) => object[key] === query.get(key)));
  return { [collection]: matching, links: { self: path, previous: null, next: null } };
}

const COLLECTIONS: Readonly<Record<string, (keystone: BrowsedKeystone) => Listed[]>> = {
  domains: () => [{ ...DEFAULT_DOMAIN, description: "", enabled: true }],
  regions: ({ region }) => [{ id: region, description: "", parent_region_id: null }],
  projects: ({ directory }) => directory.projectNames.map((name) => inDomain("project", name)),
  users: ({ directory }) => directory.userNames.map((name) => inDomain("user", name)),
  roles: ({ directory }) =>
    directory.roleNames.map((name) => ({ id: idOf("role", name), name, domain_id: null })),
  services: ({ catalog }) =>
    Object.keys(catalog).map((type) => ({ id: serviceId(type), type, name: type, enabled: true })),
  endpoints: ({ catalog, region }) =>
    Object.entries(catalog).flatMap(([type, url]) =>
      ["public", "internal", "admin"].map((name) => ({
        id: idOf("project", `endpoint:${type}:${name}`),
        service_id: serviceId(type),
        interface: name,
        region,
        region_id: region,
        url,
        enabled: true,
      })),
    ),
};

function inDomain(kind: "project" | "user", name: string): Listed {
  return { id: idOf(kind, name), name, domain_id: DEFAULT_DOMAIN.id, enabled: true, description: "" };
}

function serviceId(type: string): string {
  return idOf("project", `service:${type}`);
}
