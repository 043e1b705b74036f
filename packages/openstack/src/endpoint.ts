import { VigilError } from "@vigil/core";
import type { CatalogEntry } from "./token-body.ts";

/** Which of a service's endpoints to use. */
export interface EndpointChoice {
  /** Best first; the first for which the catalog has an endpoint wins. */
  interfaces: readonly string[];
  regionName?: string;
}

/**
 * Address of a service in the catalog, without a slash at the end.
 *
 * @throws VigilError not-found naming the types that the catalog has
 */
export function findEndpoint(catalog: readonly CatalogEntry[], type: string, choice: EndpointChoice): string {
  const endpoints = catalog
    .filter((entry) => entry.type === type)
    .flatMap((entry) => entry.endpoints)
    .filter((endpoint) => choice.regionName === undefined || endpoint.region === choice.regionName);
  for (const wanted of choice.interfaces) {
    const found = endpoints.find((endpoint) => endpoint.interface === wanted && URL.canParse(endpoint.url));
    if (found !== undefined) return found.url.replace(/\/+$/, "");
  }
  const seen = [...new Set(catalog.map((entry) => entry.type))].join(", ") || "none";
  const where = choice.regionName === undefined ? "" : ` in region ${choice.regionName}`;
  throw new VigilError(
    "not-found",
    `Keystone's catalog has no ${choice.interfaces.join(" or ")} endpoint of type ${type}${where}; types seen: ${seen}. Check the region name and the interface.`,
  );
}

/** Base of the identity API: the address with `/v3` at its end. */
export function identityBase(address: string): string {
  const bare = address.replace(/\/+$/, "");
  return bare.endsWith("/v3") ? bare : `${bare}/v3`;
}
