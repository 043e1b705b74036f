import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/**
 * Sends a status without a body. Content-Length stands there on 204 as well, where HTTP has it left out, because
 * Watcher's answer has it (rest-api 1.4).
 */
export function sendEmpty(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).header("content-length", "0").send();
}

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
