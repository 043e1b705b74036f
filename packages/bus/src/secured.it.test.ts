/** A real nats-server with TLS, nkeys and the permissions of the roles: what works, and what each wrong login is told. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsMaterial } from "@vigil/core";
import { type RunningServer, startNats } from "@vigil/embedded";
import {
  type CertificatePair,
  makeCertificates,
  type NatsUser,
  natsSecurity,
  type TestCertificates,
  until,
} from "@vigil/testkit";
import { nkeys } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bus, type BusOptions, connectBus } from "./connection.ts";
import { EVENTS_STREAM } from "./names.ts";
import { type AccountRole, inboxPrefixOf, permissionsConfig, permissionsName } from "./permissions.ts";
import { TestLog } from "./testing/broker.ts";
import { ensureTopology } from "./topology.ts";

const ROLES = ["edge", "state"] as const;

let dir: string;
let files: TestCertificates;
let server: RunningServer;
const seeds = new Map<AccountRole, string>();
const buses: Bus[] = [];
const log = new TestLog();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "vigil-nats-tls-"));
  files = makeCertificates(dir);
  const users = ROLES.map((role) => {
    const key = nkeys.createUser();
    seeds.set(role, new TextDecoder().decode(key.getSeed()));
    return { nkey: key.getPublicKey(), may: permissionsName(role) };
  });
  server = await startNats({ keepData: false, security: security(users, files.server) });
  await ensureTopology(await open("state"));
});
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await server?.stop();
  rmSync(dir, { recursive: true });
});

function security(users: NatsUser[], pair: CertificatePair): string {
  return natsSecurity(permissionsConfig(users.length > 0 ? ROLES : []), users, { ...pair, ca: files.ca });
}

const text = (path: string) => readFileSync(path, "utf8");

function good(): TlsMaterial {
  return { ca: text(files.ca), cert: text(files.client.cert), key: text(files.client.key) };
}

async function open(role: AccountRole, over: Partial<BusOptions> = {}): Promise<Bus> {
  const bus = await connectBus({
    servers: server.url,
    name: role,
    logger: log,
    tls: good(),
    nkeySeed: seeds.get(role),
    inboxPrefix: inboxPrefixOf(role),
    firstConnectWaitMs: 2_000,
    ...over,
  });
  buses.push(bus);
  return bus;
}

describe("logging in", () => {
  test("with a certificate and an nkey, by address and by name", async () => {
    expect((await open("edge")).status().connected).toBe(true);
    const servers = server.url.replace("127.0.0.1", "localhost");
    expect((await open("edge", { servers })).status().connected).toBe(true);
  });

  // Side by side: the client library notices a refused certificate only by its own deadline.
  test.concurrent.each<[string, () => Partial<BusOptions>, RegExp]>([
    ["another authority", () => ({ tls: { ...good(), ca: text(files.otherCa) } }), /certificate|issuer/i],
    [
      "a stranger's certificate",
      () => ({ tls: { ...good(), ...pem(files.strangeClient) } }),
      /refused|certificate/,
    ],
    [
      "an expired certificate",
      () => ({ tls: { ...good(), ...pem(files.expiredClient) } }),
      /refused|certificate/,
    ],
    ["no certificate", () => ({ tls: { ca: text(files.ca) } }), /refused|certificate/],
    ["no nkey", () => ({ nkeySeed: undefined }), /authorization violation/i],
    ["another nkey", () => ({ nkeySeed: newSeed() }), /authorization violation/i],
    ["the system's authorities", () => ({ tls: undefined }), /certificate|issuer/i],
  ])("%s: not connected, and why", async (_, over, words) => {
    const bus = await open("edge", { ...over(), firstConnectWaitMs: 1 });
    await until("the reason", () => words.test(bus.status().detail ?? ""), 5_000);
    expect(bus.status().connected).toBe(false);
  });

  test("a server for another host, and one without TLS, get nothing of the login", async () => {
    const wrong = await startNats({ keepData: false, security: security([], files.wrongName) });
    const plain = await startNats({ keepData: false });
    try {
      for (const { url } of [wrong, plain]) {
        const bus = await open("edge", { servers: url, firstConnectWaitMs: 700 });
        expect(bus.status()).toMatchObject({
          connected: false,
          detail: expect.stringMatching(/altnames|tls/i),
        });
      }
    } finally {
      await Promise.all([wrong.stop(), plain.stop()]);
    }
  });

  test("two logins at once, or a seed that is none, are refused without repeating them", async () => {
    const seed = newSeed();
    await expect(open("edge", { servers: "nats://u:p@127.0.0.1", nkeySeed: seed })).rejects.toThrow(
      /more than one account/,
    );
    const broken = `${seed.slice(0, 50)}XXXXXXXX`;
    await expect(open("edge", { nkeySeed: broken })).rejects.toThrow(/no seed of an nkey/);
    await expect(open("edge", { nkeySeed: broken })).rejects.not.toThrow(broken);
  });
});

describe("an edge that was taken over", () => {
  const harms: [string, (bus: Bus) => void][] = [
    ["deletes the stream", (bus) => bus.connection().publish(`$JS.API.STREAM.DELETE.${EVENTS_STREAM}`)],
    ["empties the stream", (bus) => bus.connection().publish(`$JS.API.STREAM.PURGE.${EVENTS_STREAM}`)],
    ["changes the stream", (bus) => bus.connection().publish(`$JS.API.STREAM.UPDATE.${EVENTS_STREAM}`)],
    ["reads an event", (bus) => bus.connection().publish(`$JS.API.STREAM.MSG.GET.${EVENTS_STREAM}`)],
    ["takes events", (bus) => bus.connection().publish(`$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.workers`)],
    [
      "reads events by a consumer",
      (bus) => bus.connection().publish(`$JS.API.CONSUMER.CREATE.${EVENTS_STREAM}`),
    ],
    ["acknowledges events", (bus) => bus.connection().publish(`$JS.ACK.${EVENTS_STREAM}.workers.1.1.1.1.0`)],
    ["writes the audit index", (bus) => bus.connection().publish("$KV.vigil_audits.x")],
    ["points to another model", (bus) => bus.connection().publish("$KV.vigil_heads.compute")],
    ["tells of changes", (bus) => bus.connection().publish("vigil.changes.audit.x")],
    ["answers for state", (bus) => bus.connection().publish(`${inboxPrefixOf("state")}.x`)],
    ["listens to events", (bus) => void bus.connection().subscribe("vigil.events.>")],
    ["takes questions for state", (bus) => void bus.connection().subscribe("vigil.ask.ledger")],
    ["listens to others' answers", (bus) => void bus.connection().subscribe(`${inboxPrefixOf("state")}.>`)],
  ];

  test.each(harms)("%s: denied, and readiness says so", async (_, harm) => {
    const bus = await open("edge");
    expect(bus.status().denied).toBeUndefined();
    harm(bus);
    await until("the denial", () => bus.status().denied !== undefined);
    expect(bus.status().denied).toMatch(/may not (publish|subscribe) to "[^"]+"/);
    await bus.close();
  });

  test("nothing of it took effect", async () => {
    const { state, config } = await (await (await open("state")).manager()).streams.info(EVENTS_STREAM);
    expect(state.messages).toBe(0);
    expect(config.subjects).toEqual(["vigil.events.>"]);
  });
});

function pem(pair: { cert: string; key: string }) {
  return { cert: text(pair.cert), key: text(pair.key) };
}

function newSeed(): string {
  return new TextDecoder().decode(nkeys.createUser().getSeed());
}
