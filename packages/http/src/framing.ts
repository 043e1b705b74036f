/**
 * What the parser lets through and two servers in a row might still read in two ways. Node's parser itself refuses
 * Content-Length beside Transfer-Encoding, two lengths, unknown codings, folded lines, bare CR or LF and spaces before
 * the colon.
 */

import type { IncomingMessage } from "node:http";
import { HttpFault } from "./fault.ts";

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;

/**
 * The request's target must be a path, or a whole address of the very host that the header names.
 * @throws HttpFault 400, with the connection to be closed
 */
export function checkFraming(request: IncomingMessage): void {
  const target = request.url ?? "";
  const hosts = request.headersDistinct.host ?? [];
  if (request.httpVersionMajor !== 1) throw refused("The request is not of HTTP/1.0 or HTTP/1.1.");
  if (hosts.length === 0 && request.httpVersionMinor > 0) throw refused("The request has no Host header.");
  if (hosts.length > 1) throw refused("The request has more than one Host header.");
  if (request.headers["transfer-encoding"] !== undefined && request.httpVersionMinor === 0)
    throw refused("Transfer-Encoding is no part of HTTP/1.0.");
  if (target.startsWith("/") || (target === "*" && request.method === "OPTIONS")) return;
  const authority = ABSOLUTE_FORM.exec(target)?.[1];
  if (authority === undefined) throw refused("The target of the request is no path.");
  if (authority.toLowerCase() !== hosts[0]?.toLowerCase())
    throw refused("The target of the request names another host than its Host header.");
}

function refused(text: string): HttpFault {
  return new HttpFault(400, `400 Bad Request: ${text}`, { connection: "close" });
}
