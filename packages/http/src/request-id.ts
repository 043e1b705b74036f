import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

const FORM = /^req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Id of our answer, and of everything we log about the request. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/**
 * The sender's own id; empty when absent or not of the form that OpenStack's middleware takes: an
 * arbitrary text would be an invitation to forge log lines.
 */
export function senderRequestId(request: IncomingMessage): string {
  const value = request.headers["x-openstack-request-id"];
  return typeof value === "string" && FORM.test(value) ? value : "";
}
