import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { ANONYMOUS, type Identity } from "@vigil/openstack";

/**
 * Headers in which a trusted proxy or middleware says who a sender is. From anybody else they are lies.
 * Blanks may be dashes or underscores: a server behind us, or a proxy before us, may take one for the other.
 */
const IDENTITY_HEADER =
  /^(?:x[-_](?:user|project|domain|tenant|service)(?:[-_]|$)|x[-_]roles?$|x[-_]identity[-_]status$|x[-_]is[-_]admin(?:[-_]project)?$|x[-_]trust[-_]|openstack[-_]system[-_]scope$|remote[-_]user$)/;

/**
 * Removes every identity header, in each form in which the request holds them: whoever reads headers later
 * sees none that a sender made up.
 */
export function stripIdentityHeaders(request: IncomingMessage): void {
  const { headers, rawHeaders } = request;
  for (const name in headers) if (isIdentityHeader(name)) delete headers[name];
  // Emptied, not taken out: Node makes `headersDistinct` of this list later, and has counted it already.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (isIdentityHeader(rawHeaders[at]!.toLowerCase())) rawHeaders[at + 1] = "";
  }
}

/** A letter rules out nearly every header before the pattern is tried. */
function isIdentityHeader(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first === 0x78 || first === 0x6f || first === 0x72) && IDENTITY_HEADER.test(name);
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
