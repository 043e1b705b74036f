import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/**
 * Sends a JSON body. As bytes, because the framework adds a charset to JSON that it serialises itself,
 * and clients are promised `application/json` (rest-api 1.4).
 */
export function sendJson(
  reply: FastifyReply,
  status: number,
  body: object | Readable,
  headers: Readonly<Record<string, string>> = {},
): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .header("content-type", "application/json")
    .send(body instanceof Readable ? body : Buffer.from(JSON.stringify(body)));
}
