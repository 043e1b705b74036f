import { VigilError } from "@vigil/core";
import { decodeSegments, HttpFault } from "@vigil/http";
import { IDENT_LENGTH_MAX } from "./limits.ts";

export const WEBHOOKS_PATH = "/v1/webhooks";
const PREFIX = `${WEBHOOKS_PATH}/`;

/** @param path normalised */
export function isWebhookPath(path: string): boolean {
  return path.startsWith(PREFIX) || path === WEBHOOKS_PATH;
}

/**
 * The audit that the path names, percent-decoded: integer id, UUID or name.
 *
 * @throws HttpFault 405 not a POST, 404 more segments; VigilError invalid-input without an ident,
 *   not-found for one that can't name an audit
 */
export function auditIdent(method: string, path: string): string {
  if (method !== "POST") {
    const text = `405 Method Not Allowed: The method ${method} is not allowed for webhooks; send a POST.`;
    throw new HttpFault(405, text, { allow: "POST" });
  }
  const raw = path.slice(PREFIX.length);
  if (raw === "") throw new VigilError("invalid-input", 'Missing argument: "audit_ident"');
  if (raw.includes("/")) throw new HttpFault(404, "404 Not Found: The resource could not be found.");
  // Most idents are UUIDs, in which nothing is encoded.
  const ident = raw.includes("%") ? decodeSegments(`/${raw}`)?.[0] : raw;
  if (ident === undefined || ident.length > IDENT_LENGTH_MAX) throw auditNotFound(raw);
  return ident;
}

/** In Watcher's words. */
export function auditNotFound(ident: string): VigilError {
  const shown = ident.length > IDENT_LENGTH_MAX ? `${ident.slice(0, IDENT_LENGTH_MAX)}...` : ident;
  return new VigilError("not-found", `Audit ${shown} could not be found`);
}
