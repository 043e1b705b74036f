/**
 * One connection to NATS that is never given up: the first connect and every later one are retried for
 * ever, so that an edge that starts while the broker is away can already take alarms into its spool.
 *
 * nats.js reconnects by itself; the loop here covers what it does not: a first connect that fails, and a
 * connection that it closes for good (an authorization error during a reconnect). Then the parts that hold
 * subscriptions are given the new connection through `onConnection`.
 */

import { setTimeout as delay } from "node:timers/promises";
import { VigilError } from "@vigil/core";
import {
  type ConnectionOptions,
  connect,
  createInbox,
  Events,
  type JetStreamManager,
  type NatsConnection,
  type QueuedIterator,
  type Status,
} from "nats";
import { Denials } from "./denials.ts";
import { busError } from "./errors.ts";
import { type BusLogin, loginOptions } from "./login.ts";
import { parseServers } from "./servers.ts";

/** The part of a pino logger that the bus uses. */
export interface BusLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface BusOptions extends BusLogin {
  /** nats://[user:password@]host[:port], several separated by commas; tls:// for TLS. */
  servers: string;
  /** Shown in the broker's list of connections: role and host. */
  name: string;
  logger: BusLogger;
  /** First part of the subjects that answers come to; permissions can so keep roles from each other's. Default _INBOX. */
  inboxPrefix?: string;
  /** How long `connectBus` waits for the first connection before it returns without one. Default 5 s. */
  firstConnectWaitMs?: number;
  /** Deadline of one request to the broker (stream info, KV read). Default 5 s. */
  requestTimeoutMs?: number;
}

export interface BusStatus {
  connected: boolean;
  /** What is wrong and what to do; undefined when connected. */
  detail: string | undefined;
  /** Largest message (headers and body) the broker takes, bytes; undefined before the first connection. */
  maxPayloadBytes: number | undefined;
  /** What the broker refused this account lately, by permission; undefined when nothing. */
  denied: string | undefined;
}

/** Ends what a call began; idempotent. */
export interface Stoppable {
  stop(): void;
}

export interface Bus {
  readonly logger: BusLogger;
  /** A new subject for answers, which only this process's account may listen to. */
  inbox(): string;
  /** @throws VigilError unavailable when there is no connection now */
  connection(): NatsConnection;
  /** JetStream management on the present connection. @throws VigilError unavailable */
  manager(): Promise<JetStreamManager>;
  status(): BusStatus;
  /** Called with the present connection, if there is one, and with each new one (not on its reconnects). */
  onConnection(listener: (connection: NatsConnection) => void): Stoppable;
  /** Called on every change between connected and not connected. */
  onStatus(listener: (connected: boolean) => void): Stoppable;
  /** Flushes what was published and closes. Idempotent. */
  close(): Promise<void>;
}

/** With TLS 1.3 the server refuses after the client is done, and the client library waits on. */
const PERHAPS_REFUSED = "It may have refused this process's certificate: the log of nats-server says why.";
const INBOX_PREFIX = "_INBOX";
const FIRST_CONNECT_WAIT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 5_000;
/** Short enough that a restarted broker is found at once, long enough not to flood a dead one. */
const RECONNECT_WAIT_MS = 250;
/** Finds a peer that vanished without closing TCP within PING_INTERVAL_MS x PINGS_OUT_MAX. */
const PING_INTERVAL_MS = 5_000;
const PINGS_OUT_MAX = 2;
/** Below the 2 s a stopping process has: a connect that is under way can't be cancelled. */
const CONNECT_TIMEOUT_MS = 1_500;
/** A drain that hangs on a stalled socket is cut off after this. */
const DRAIN_TIMEOUT_MS = 1_000;

/**
 * Connects to NATS and stays connected. Resolves with the first connection, or without one after
 * `firstConnectWaitMs`; the attempts go on either way.
 * @throws VigilError invalid-input when `servers` or the login can't be read
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const list = parseServers(options.servers);
  const bus = new NatsBus(options, {
    ...loginOptions(list, options),
    servers: list.servers,
    name: options.name,
    inboxPrefix: options.inboxPrefix ?? INBOX_PREFIX,
    // Only servers that the configuration names are spoken to, not those that a server tells of.
    ignoreClusterUpdates: true,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_OUT_MAX,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_WAIT_MS,
    ignoreAuthErrorAbort: true,
    // A stack trace for each request, in case it fails, costs a third of the request.
    noAsyncTraces: true,
  });
  await bus.start(options.firstConnectWaitMs ?? FIRST_CONNECT_WAIT_MS);
  return bus;
}

class NatsBus implements Bus {
  readonly logger: BusLogger;
  readonly #requestTimeoutMs: number;
  readonly #connectOptions: ConnectionOptions;
  readonly #connectionListeners = new Set<(connection: NatsConnection) => void>();
  readonly #statusListeners = new Set<(connected: boolean) => void>();
  readonly #stopping = new AbortController();
  readonly #denials = new Denials();
  #connection: NatsConnection | undefined;
  #manager: Promise<JetStreamManager> | undefined;
  #connected = false;
  #lastProblem = "not connected yet";
  #loop: Promise<void> = Promise.resolve();

  constructor(options: BusOptions, connectOptions: ConnectionOptions) {
    this.logger = options.logger;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#connectOptions = connectOptions;
  }

  async start(waitMs: number): Promise<void> {
    const first = new Promise<void>((resolve) => {
      const listener = this.onConnection(() => {
        listener.stop();
        resolve();
      });
    });
    this.#loop = this.#stayConnected();
    const waiting = new AbortController();
    await Promise.race([first, delay(waitMs, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
  }

  async #stayConnected(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const connection = await connect(this.#connectOptions);
        if (this.#stopping.signal.aborted) return await connection.close();
        await this.#serve(connection);
      } catch (thrown) {
        const { kind, message } = busError("connecting to NATS", thrown);
        const isRefused = kind === "deadline" && this.#connectOptions.tls != null;
        this.#problem(isRefused ? `${message} ${PERHAPS_REFUSED}` : message);
      }
      await delay(RECONNECT_WAIT_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  /** Holds one connection until it is closed for good. */
  async #serve(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    this.#manager = undefined;
    this.#setConnected(true);
    for (const listener of [...this.#connectionListeners]) this.#tell(() => listener(connection));
    // Typed as an AsyncIterable only, but it is a queue that nobody stops when the connection closes.
    const statuses = connection.status() as QueuedIterator<Status>;
    const following = this.#followStatus(statuses);
    const reason = await connection.closed();
    statuses.stop();
    await following;
    this.#connection = undefined;
    this.#setConnected(false);
    if (!this.#stopping.signal.aborted) this.#problem(`connection closed: ${reason?.message ?? "no reason"}`);
  }

  async #followStatus(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const status of statuses) {
      if (status.type === Events.Disconnect) this.#setConnected(false);
      else if (status.type === Events.Reconnect) this.#setConnected(true);
      else if (status.type === Events.Error) this.#noteError(status);
    }
  }

  #noteError(status: Status): void {
    const denied = this.#denials.note(status, performance.now());
    if (denied !== undefined) this.logger.error({ denied }, "NATS denied what this role needs");
    else if (this.#denials.current(performance.now()) === undefined)
      this.logger.error({ error: status.data }, "NATS reported an error");
  }

  #setConnected(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.#denials.forget();
    if (connected) this.logger.info({ server: this.#connection?.getServer() }, "connected to NATS");
    else if (!this.#stopping.signal.aborted) this.#problem("connection to NATS lost");
    for (const listener of [...this.#statusListeners]) this.#tell(() => listener(connected));
  }

  /** A listener that throws is a bug of its owner and must not stop the others. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.logger.error({ err: thrown }, "a listener of the NATS connection failed");
    }
  }

  #problem(text: string): void {
    // Without its full stop: it goes on within sentences.
    const problem = text.replace(/\.$/, "");
    if (problem !== this.#lastProblem) this.logger.warn({ problem }, "no connection to NATS, retrying");
    this.#lastProblem = problem;
  }

  inbox(): string {
    return createInbox(this.#connectOptions.inboxPrefix);
  }

  connection(): NatsConnection {
    if (this.#connection === undefined || !this.#connected) {
      throw new VigilError(
        "unavailable",
        `no connection to NATS: ${this.#lastProblem}. It is retried for ever.`,
      );
    }
    return this.#connection;
  }

  async manager(): Promise<JetStreamManager> {
    const connection = this.connection();
    this.#manager ??= connection.jetstreamManager({ checkAPI: false, timeout: this.#requestTimeoutMs });
    return this.#manager;
  }

  status(): BusStatus {
    return {
      connected: this.#connected,
      detail: this.#connected
        ? undefined
        : `no connection to NATS (${this.#lastProblem}). Check that nats-server runs and NATS_URL names it.`,
      maxPayloadBytes: this.#connection?.info?.max_payload,
      denied: this.#denials.current(performance.now()),
    };
  }

  onConnection(listener: (connection: NatsConnection) => void): Stoppable {
    this.#connectionListeners.add(listener);
    const present = this.#connection;
    if (present !== undefined) this.#tell(() => listener(present));
    return { stop: () => this.#connectionListeners.delete(listener) };
  }

  onStatus(listener: (connected: boolean) => void): Stoppable {
    this.#statusListeners.add(listener);
    return { stop: () => this.#statusListeners.delete(listener) };
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    const connection = this.#connection;
    if (connection !== undefined && !connection.isClosed()) {
      const cut = new AbortController();
      await Promise.race([
        this.#connected ? connection.drain().catch(() => undefined) : Promise.resolve(),
        delay(DRAIN_TIMEOUT_MS, undefined, { signal: cut.signal }).catch(() => undefined),
      ]);
      cut.abort();
      await connection.close();
    }
    await this.#loop;
  }
}
