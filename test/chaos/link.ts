/** A line between two parts that can be cut, stopped up and slowed down. */

import { connect, createServer, type Server, type Socket } from "node:net";
import { pipeline, Transform } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { findFixedPort } from "../harness/fixed-port.ts";

const HOST = "127.0.0.1";

export class Link {
  /** Where clients connect. */
  readonly port: number;
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #delayMs = 0;
  /** Resolves when data may pass again. */
  #open: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** @param target port on loopback that it leads to */
  static async to(target: number): Promise<Link> {
    const link = new Link(await findFixedPort(), target);
    await new Promise<void>((resolve, reject) => {
      link.#server.once("error", reject);
      link.#server.listen(link.port, HOST, resolve);
    });
    return link;
  }

  #accept(client: Socket): void {
    const upstream = connect(this.#target, HOST);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    }
    const ended = () => {
      client.destroy();
      upstream.destroy();
    };
    pipeline(client, this.#passage(), upstream, ended);
    pipeline(upstream, this.#passage(), client, ended);
  }

  #passage(): Transform {
    return new Transform({
      transform: (chunk, _encoding, passOn) => {
        void this.#pass().then(() => passOn(null, chunk));
      },
    });
  }

  async #pass(): Promise<void> {
    await this.#open;
    if (this.#delayMs > 0) await sleep(this.#delayMs);
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  stall(): void {
    this.clear();
    this.#open = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  slow(delayMs: number): void {
    this.clear();
    this.#delayMs = delayMs;
  }

  /** Data passes as if there were no link. */
  clear(): void {
    this.#delayMs = 0;
    this.#release();
    this.#open = Promise.resolve();
  }

  async close(): Promise<void> {
    this.clear();
    this.cut();
    await new Promise((closed) => this.#server.close(closed));
  }
}
