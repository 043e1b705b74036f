import type { IncomingHttpHeaders } from "node:http";
import { ANONYMOUS, type Identity } from "@vigil/openstack";

/**
 * Headers in which a trusted proxy or middleware says who a sender is. From anybody else they are lies.
 */
const IDENTITY_HEADER =
  /^(?:x-(?:user|project|domain|tenant|service)(?:-|$)|x-roles?$|x-identity-status$|x-is-admin-project$|openstack-system-scope$)/;

/** Removes every identity header: whoever reads headers later sees none that a sender made up. */
export function stripIdentityHeaders(headers: IncomingHttpHeaders): void {
  for (const name in headers) {
    // Two letters rule out nearly every header before the pattern is tried.
    const first = name.charCodeAt(0);
    if ((first === 0x78 || first === 0x6f) && IDENTITY_HEADER.test(name)) delete headers[name];
  }
}

/** Identity as the headers say: for the mode that trusts them. No X-Roles means no roles. */
export function identityFromHeaders(headers: IncomingHttpHeaders): Identity {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === "string" ? value.trim() : "";
  };
  return {
    ...ANONYMOUS,
    userId: text("x-user-id"),
    userName: text("x-user-name"),
    userDomainId: text("x-user-domain-id"),
    projectId: text("x-project-id"),
    projectName: text("x-project-name"),
    projectDomainId: text("x-project-domain-id"),
    domainId: text("x-domain-id"),
    systemScope: text("openstack-system-scope"),
    roles: roleList(text("x-roles")),
    isAdminProject: text("x-is-admin-project").toLowerCase() !== "false",
    serviceRoles: roleList(text("x-service-roles")),
  };
}

function roleList(text: string): string[] {
  return text
    .split(",")
    .map((role) => role.trim().toLowerCase())
    .filter((role) => role !== "");
}
