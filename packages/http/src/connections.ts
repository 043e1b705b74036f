/**
 * The connections of a listener: how many one address may have, and how long one may take no bytes of its answer. Node
 * bounds the time of requests, not that of answers: a client that does not read would hold its answer in memory for ever.
 */

import type { Socket } from "node:net";

export interface ConnectionLimits {
  /** Of one address, so that a single sender can't take them all. */
  connectionsPerAddressMax: number;
  /** An answer of which nothing was taken for so long is cut, ms. */
  answerStallMs: number;
}

/** Bytes that the peer has taken, and when that last grew. */
interface Progress {
  takenBytes: number;
  sinceMs: number;
}

export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #byAddress = new Map<string, number>();
  readonly #watched = new Map<Socket, Progress>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Counts a new connection. @returns false, and it is closed, when its address has as many as it may */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    const count = (this.#byAddress.get(address) ?? 0) + 1;
    if (count > this.#limits.connectionsPerAddressMax) {
      socket.destroy();
      return false;
    }
    this.#byAddress.set(address, count);
    socket.once("close", () => {
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    });
    return true;
  }

  /** Watches what the peer takes, until the socket ends; with TLS that of the socket that is written to. */
  watch(socket: Socket, nowMs: number): void {
    this.#watched.set(socket, { takenBytes: 0, sinceMs: nowMs });
    socket.once("close", () => this.#watched.delete(socket));
  }

  /** Cuts connections that have bytes to take and took none for too long. To be called every second or so. */
  cutStalled(nowMs: number): void {
    for (const [socket, progress] of this.#watched) {
      const waiting = socket.writableLength;
      const takenBytes = socket.bytesWritten - waiting;
      if (waiting === 0 || takenBytes !== progress.takenBytes) {
        progress.takenBytes = takenBytes;
        progress.sinceMs = nowMs;
      } else if (nowMs - progress.sinceMs > this.#limits.answerStallMs) {
        socket.destroy();
      }
    }
  }
}
