/** API version of a request: `OpenStack-API-Version: infra-optim 1.4` (rest-api 1.4, 1.5). */

import { HttpFault } from "./fault.ts";

export const MINOR_MAX = 7;
const SERVICE = "infra-optim";
const RANGE = `[1.0, 1.${MINOR_MAX}]`;

const RANGE_HEADERS = {
  "openstack-api-minimum-version": "1.0",
  "openstack-api-maximum-version": `1.${MINOR_MAX}`,
  vary: "OpenStack-API-Version",
} as const;

const HEADERS_BY_MINOR: readonly Readonly<Record<string, string>>[] = Array.from(
  { length: MINOR_MAX + 1 },
  (_, minor) => Object.freeze({ "openstack-api-version": `${SERVICE} 1.${minor}`, ...RANGE_HEADERS }),
);

/** Version headers of an answer. Without a minor (the version itself was refused) the range alone. */
export function versionHeaders(minor?: number): Readonly<Record<string, string>> {
  return (minor === undefined ? undefined : HEADERS_BY_MINOR[minor]) ?? RANGE_HEADERS;
}

/**
 * Minor number of the version that a request asks for, 0 .. 7; the major number is always 1.
 *
 * @param header value of OpenStack-API-Version: a list by service, the last entry for ours counts
 * @throws HttpFault 406 for a version that we do not have
 */
export function parseMicroversion(header: string | string[] | undefined): number {
  if (header === undefined) return 0;
  const text = wantedVersion(Array.isArray(header) ? header.join(",") : header);
  if (text === undefined) return 0;
  if (text.toLowerCase() === "latest") return MINOR_MAX;
  const parts = text.split(".");
  // What is not made of integers asks for nothing: the base version, without complaint, as Watcher has it.
  if (!parts.every((part) => /^[+-]?\d+$/.test(part))) return 0;
  const [major, minor] = parts.map(Number);
  if (parts.length === 1 && major === 1) return 0;
  if (parts.length !== 2 || major === undefined || minor === undefined) {
    throw notAcceptable("Invalid value for OpenStack-API-Version header");
  }
  if (major !== 1) {
    throw notAcceptable(
      `Mutually exclusive versions requested. Version ${major}.${minor} requested but not supported by this service. The supported version range is: ${RANGE}.`,
    );
  }
  if (minor < 0 || minor > MINOR_MAX) {
    throw notAcceptable(
      `Version ${major}.${minor} was requested but the minor version is not supported by this service. The supported version range is: ${RANGE}.`,
    );
  }
  return minor;
}

function wantedVersion(header: string): string | undefined {
  let wanted: string | undefined;
  for (const entry of header.split(",")) {
    const [service, version] = entry.trim().split(/\s+/);
    if (service?.toLowerCase() === SERVICE && version !== undefined) wanted = version;
  }
  return wanted;
}

function notAcceptable(text: string): HttpFault {
  return new HttpFault(406, text, RANGE_HEADERS);
}
