/** An edge on real parts: nats-server, the Keystone double, a listener. For this package's tests. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditIndex,
  type AuditIndexEntry,
  auditIndexMark,
  type Bus,
  completeAuditIndex,
  connectBus,
  createEventPublisher,
  type EventPublisher,
  ensureTopology,
  openAuditIndex,
  writeAuditIndex,
} from "@vigil/bus";
import type { AcceptedEvent } from "@vigil/core";
import { lockFolder, type RunningServer, startNats } from "@vigil/embedded";
import { type Authenticator, createAuthenticator, type Listener, startListener } from "@vigil/http";
import { answerProbe, createLogger } from "@vigil/service";
import {
  type KeystoneAccount,
  type KeystoneDouble,
  openKeystoneAccount,
  startKeystone,
} from "@vigil/testkit";
import { createEdge, type Edge, type EdgeOptions } from "../edge.ts";
import { openSpool, type Spool, type SpoolOptions } from "../spool/spool.ts";

export const AUDIT_UUID = "10f40b96-0bcb-4bd9-8aa4-1b3a4a9d1e26";

export const AUDITS: readonly AuditIndexEntry[] = [
  entry("1", AUDIT_UUID, "balance on alarm", "EVENT", "PENDING"),
  entry("2", "20000000-0000-4000-8000-000000000000", "running", "EVENT", "ONGOING"),
  entry("3", "30000000-0000-4000-8000-000000000000", "failed", "EVENT", "FAILED"),
  entry("4", "40000000-0000-4000-8000-000000000000", "cancelled", "EVENT", "CANCELLED"),
  entry("5", "50000000-0000-4000-8000-000000000000", "periodic", "CONTINUOUS", "ONGOING"),
];

function entry(id: string, uuid: string, name: string, type: string, state: string): AuditIndexEntry {
  return { id, uuid, name, type, state, version: "1", deleted: false };
}

/** An event as it lies in the stream. */
export interface StoredEvent {
  subject: string;
  messageId: string;
  event: AcceptedEvent;
  body: string;
}

/** Everything that several edges of one test file share. */
export class EdgeFixture {
  readonly keystone: KeystoneDouble;
  readonly nats: RunningServer;
  readonly bus: Bus;
  readonly index: AuditIndex;
  readonly publisher: EventPublisher;
  readonly authenticator: Authenticator;
  /** Lines that the edges logged. */
  readonly log: string[];
  readonly #account: KeystoneAccount;
  readonly #edges: { edge: Edge; listener: Listener }[] = [];
  readonly #spools: Spool[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "vigil-edge-test-"));

  private constructor(parts: {
    keystone: KeystoneDouble;
    account: KeystoneAccount;
    nats: RunningServer;
    bus: Bus;
    index: AuditIndex;
    log: string[];
  }) {
    this.#account = parts.account;
    this.keystone = parts.keystone;
    this.nats = parts.nats;
    this.bus = parts.bus;
    this.index = parts.index;
    this.log = parts.log;
    this.publisher = createEventPublisher(parts.bus);
    this.authenticator = createAuthenticator({
      mode: "keystone",
      validator: parts.account.validator,
      keystoneUri: parts.keystone.url,
    });
  }

  static async start(): Promise<EdgeFixture> {
    const vigil = { name: "vigil", password: "service-secret", project: "service", roles: ["service"] };
    const [keystone, nats] = await Promise.all([
      startKeystone({ users: [vigil] }),
      startNats({ keepData: false }),
    ]);
    const log: string[] = [];
    const logger = createLogger({
      role: "edge",
      level: "info",
      destination: { write: (line) => log.push(line) },
    });
    const bus = await connectBus({ servers: nats.url, name: "edge test", logger });
    await ensureTopology(bus);
    for (const audit of AUDITS) await writeAuditIndex(bus, audit);
    await completeAuditIndex(bus, await auditIndexMark(bus));
    const account = await openKeystoneAccount(keystone, vigil);
    const fixture = new EdgeFixture({ keystone, account, nats, bus, index: await openAuditIndex(bus), log });
    // A look-up waits until the replica has everything.
    await fixture.index.lookup(AUDIT_UUID);
    return fixture;
  }

  /** A spool in a folder of its own, as far as the options don't say otherwise. */
  async spool(options: Partial<SpoolOptions> = {}): Promise<Spool> {
    const destination = { write: (line: string) => this.log.push(line) };
    const spool = await openSpool({
      folder: join(this.#folder, String(this.#spools.length)),
      lock: lockFolder,
      bus: this.bus,
      publisher: this.publisher,
      publishTimeoutMs: 2_000,
      patientPublisher: this.publisher,
      bytesMax: 16 * 1024 * 1024,
      journal: false,
      name: "edge",
      logger: createLogger({ role: "edge", level: "info", destination }),
      ...options,
    });
    this.#spools.push(spool);
    return spool;
  }

  /** One more edge with a listener of its own. */
  async edge(options: Partial<EdgeOptions> = {}): Promise<{ edge: Edge; url: string; listener: Listener }> {
    const destination = { write: (line: string) => this.log.push(line) };
    const logger = createLogger({ role: "edge", level: "info", destination });
    const edge = createEdge({
      bus: this.bus,
      spool: options.spool ?? (await this.spool()),
      auditIndex: this.index,
      authenticator: this.authenticator,
      logger,
      ...options,
    });
    const probe = (path: string) => answerProbe(path, [edge]);
    const listener = await startListener({
      host: "127.0.0.1",
      port: 0,
      routes: [edge.routes],
      probe,
      logger,
    });
    this.#edges.push({ edge, listener });
    return { edge, url: listener.url, listener };
  }

  async messages(): Promise<number> {
    const manager = await this.bus.manager();
    return (await manager.streams.info("VIGIL_EVENTS")).state.messages;
  }

  async lastEvent(): Promise<StoredEvent> {
    const manager = await this.bus.manager();
    const { last_seq } = (await manager.streams.info("VIGIL_EVENTS")).state;
    const message = await manager.streams.getMessage("VIGIL_EVENTS", { seq: last_seq });
    return {
      subject: message.subject,
      messageId: message.header.get("Nats-Msg-Id"),
      event: JSON.parse(message.header.get("Vigil-Event")) as AcceptedEvent,
      body: new TextDecoder().decode(message.data),
    };
  }

  async stop(): Promise<void> {
    for (const { edge, listener } of this.#edges) {
      await listener.stop();
      await edge.stop();
    }
    for (const spool of this.#spools) await spool.close();
    rmSync(this.#folder, { recursive: true });
    this.publisher.close();
    await this.index.close();
    await this.bus.close();
    await this.#account.close();
    await this.nats.stop();
    await this.keystone.stop();
  }
}

/** Text of an error as clients show it. */
export async function faultString(response: Response): Promise<string> {
  const body = (await response.json()) as { error_message: string };
  return (JSON.parse(body.error_message) as { faultstring: string }).faultstring;
}

/** POSTs to the webhook of an audit. A header with an empty value is left out. */
export function postWebhook(
  url: string,
  body: string | undefined,
  headers: Record<string, string>,
  path = `/v1/webhooks/${AUDIT_UUID}`,
): Promise<Response> {
  const all = { "content-type": "application/json", ...headers };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
  return fetch(url + path, { method: "POST", headers: sent, body, redirect: "error" });
}
