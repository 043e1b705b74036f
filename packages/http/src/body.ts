/** Taking and refusing the bodies of requests: bounded in size and time, and never by a reset that eats the answer. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeldBody } from "./body-budget.ts";
import { HttpFault } from "./fault.ts";
import { GatheredBytes } from "./gathered-bytes.ts";

export interface BodyLimits {
  bytesMax: number;
  /** From the first look at the body to its end, ms. A sender that dribbles is cut. */
  timeoutMs: number;
  /** Where its bytes are counted, for the caller to release. Default: nowhere. */
  held?: HeldBody;
}

/** An unread body up to this size is read to its end and thrown away, so that the sender sees the answer. */
export const DISCARD_BYTES_MAX = 16 * 1024 * 1024;
export const DISCARD_TIMEOUT_MS = 5_000;

/** @throws HttpFault 413 when the sender says beforehand that the body is too large */
export function checkDeclaredSize(request: IncomingMessage, bytesMax: number): void {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bytesMax) throw bodyTooLarge(bytesMax, declared);
}

/**
 * The whole body. Asks for it first where the sender waits to be asked (`Expect: 100-continue`).
 *
 * @throws HttpFault 413 too large, 408 too slow, 503 given up for others, 400 the sender went away in the middle;
 *   VigilError unavailable when there is no room for it
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): Promise<Uint8Array> {
  checkDeclaredSize(request, limits.bytesMax);
  if (isWaitingToContinue(request)) continueSending(request, response);
  return new Promise((resolve, reject) => {
    const { bytesMax, held } = limits;
    const gathered = new GatheredBytes(bytesMax);
    const timer = setTimeout(() => {
      onFault(
        new HttpFault(408, `The body did not arrive within ${limits.timeoutMs} ms.`, { connection: "close" }),
      );
    }, limits.timeoutMs);
    const onData = (chunk: Buffer) => {
      try {
        if (gathered.bytes + chunk.length > bytesMax) throw bodyTooLarge(bytesMax);
        held?.add(chunk.length);
      } catch (error) {
        onFault(error);
        return;
      }
      gathered.add(chunk);
    };
    const onFault = (error: unknown) => {
      settle();
      reject(error);
    };
    const onEnd = () => {
      settle();
      resolve(gathered.whole());
    };
    const onGone = () => onFault(new HttpFault(400, "The connection ended before the body was complete."));
    const settle = () => {
      clearTimeout(timer);
      held?.arrived();
      request.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
    };
    held?.awaits(onFault);
    request.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
  });
}

/**
 * Throws away what is left of a body that was refused, within bounds: closing the connection at once
 * would reset it, and the sender, still writing, would lose the answer. Call before answering.
 */
export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  if (isWaitingToContinue(request)) {
    // It has not sent the body, and the next bytes would be taken for it.
    response.setHeader("connection", "close");
    return;
  }
  let bytes = 0;
  // Takes the connection with it, as the body is not complete.
  const timer = setTimeout(() => request.destroy(), DISCARD_TIMEOUT_MS);
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARD_BYTES_MAX) request.destroy();
  });
  request.once("close", () => clearTimeout(timer));
  request.resume();
}

const waitingToContinue = new WeakSet<IncomingMessage>();

/** Notes that the sender of this request waits for `100 Continue` before it sends the body. */
export function noteWaitingToContinue(request: IncomingMessage): void {
  waitingToContinue.add(request);
}

/** Tells the sender to go on; at most once for a request. */
export function continueSending(request: IncomingMessage, response: ServerResponse): void {
  if (waitingToContinue.delete(request)) response.writeContinue();
}

function isWaitingToContinue(request: IncomingMessage): boolean {
  return request.headers.expect !== undefined && waitingToContinue.has(request);
}

/** @param bytes size of the body; absent while nobody knows it */
export function bodyTooLarge(bytesMax: number, bytes?: number): HttpFault {
  const seen = bytes === undefined ? `more than ${bytesMax} bytes` : `${bytes} bytes`;
  return new HttpFault(413, `The body has ${seen}; at most ${bytesMax} are taken here. Send a smaller one.`);
}
