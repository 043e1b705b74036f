/** A real nats-server for tests, which can be stopped, killed, frozen and started again with its data. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AcceptedEvent } from "@vigil/core";
import { findFreePort, type RunningServer, startNats } from "@vigil/embedded";
import { until } from "@vigil/testkit";
import { type Bus, type BusLogger, connectBus } from "../connection.ts";

export interface LogLine {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  fields: object;
}

/** Keeps what is logged; a test may look for a line. */
export class TestLog implements BusLogger {
  readonly lines: LogLine[] = [];
  debug = (fields: object, message: string) => this.#add("debug", fields, message);
  info = (fields: object, message: string) => this.#add("info", fields, message);
  warn = (fields: object, message: string) => this.#add("warn", fields, message);
  error = (fields: object, message: string) => this.#add("error", fields, message);

  #add(level: LogLine["level"], fields: object, message: string): void {
    this.lines.push({ level, fields, message });
  }

  has(part: string): boolean {
    return this.lines.some((line) => line.message.includes(part));
  }
}

export class TestBroker {
  readonly log = new TestLog();
  readonly #dir: string;
  readonly #port: number;
  readonly #buses: Bus[] = [];
  #server: RunningServer;

  static async start(): Promise<TestBroker> {
    const dir = mkdtempSync(join(tmpdir(), "vigil-bus-test-"));
    const port = await findFreePort();
    return new TestBroker(dir, port, await startNats({ dir, port, keepData: true }));
  }

  private constructor(dir: string, port: number, server: RunningServer) {
    this.#dir = dir;
    this.#port = port;
    this.#server = server;
  }

  get url(): string {
    return this.#server.url;
  }

  /** A new connection; closed by `end`. */
  async connect(firstConnectWaitMs?: number): Promise<Bus> {
    const bus = await connectBus({ servers: this.url, name: "test", logger: this.log, firstConnectWaitMs });
    this.#buses.push(bus);
    return bus;
  }

  /** Of all names, as an operator would who deletes them by hand. */
  async deleteStreams(bus: Bus): Promise<void> {
    const manager = await bus.manager();
    for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** The server stops answering without closing its connections. A signal is sent, not done, when `kill` returns. */
  async freeze(): Promise<void> {
    const { pid } = this.#server;
    process.kill(pid, "SIGSTOP");
    await until("the server's stop", () => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") T "));
  }

  thaw(): void {
    process.kill(this.#server.pid, "SIGCONT");
  }

  async kill(): Promise<void> {
    process.kill(this.#server.pid, "SIGKILL");
    await this.#server.exited;
    await this.#server.stop();
  }

  /** The same port; the same data unless it is to be lost. */
  async startAgain(options: { loseData?: boolean } = {}): Promise<void> {
    if (options.loseData) rmSync(join(this.#dir, "data"), { recursive: true });
    this.#server = await startNats({ dir: this.#dir, port: this.#port, keepData: true });
  }

  async end(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.close()));
    await this.#server.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** An event that is valid in every member; `key` makes it an occurrence of its own. */
export function testEvent(key: string, over: Partial<AcceptedEvent> = {}): AcceptedEvent {
  return {
    schema: 1,
    eventId: `event-${key}`,
    auditUuid: "3f0c8a52-6d1e-4b57-9a4c-0b2f7f6a9d11",
    auditIdent: "audit-1",
    occurrenceKey: key,
    baseHash: `base-${key}`,
    exact: false,
    receivedAtMs: 1_700_000_000_000,
    requestId: "",
    format: "aodh",
    bodyParse: "ok",
    current: "alarm",
    sender: { userId: "user-1" },
    contentType: "application/json",
    ...over,
  };
}
