/**
 * A small Keystone for tests and the demo: logs users in, validates tokens, and can be made to fail.
 * What it answers has the members and codes of a real one; what it keeps is gone when it stops.
 */

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { browse } from "./keystone-browse.ts";
import { KeystoneDirectory, type KeystoneUserSetup, rolesIn, type Trust } from "./keystone-directory.ts";
import { grantFor, KeystoneRefusal, type LoginGrant } from "./keystone-login.ts";
import {
  type CatalogSetup,
  type IssuedToken,
  issue,
  renderToken,
  type TokenGrant,
} from "./keystone-tokens.ts";

export interface KeystoneSetup {
  users: readonly KeystoneUserSetup[];
  /** 0 (the default) takes a free one. */
  port?: number;
  /** Address of this machine that it is reached by. Default: 127.0.0.1. */
  host?: string;
  /** Life of new tokens, ms; an hour by default, as Keystone's. */
  tokenLifeMs?: number;
  /** How far Keystone's clock is ahead of ours, ms. */
  clockAheadMs?: number;
  regionName?: string;
  /** Services of the catalog beside Keystone itself: type and address. */
  services?: CatalogSetup;
}

/** none: serves. status: 503 to all. reset: cuts each connection. hang: takes requests, never answers. */
export type Outage = "none" | "status" | "reset" | "hang";

export interface IssueOptions {
  /** Need not be among the users of the setup. */
  user: string;
  /** Default: the user's default project. */
  project?: string;
  /** Default: the user's roles in the project. */
  roles?: readonly string[];
  unscoped?: boolean;
  /** A token for which this user (the alarm service) acts in the name of `user`. */
  trustee?: string;
  /** Life of this token, ms; negative for one that has ended. */
  lifeMs?: number;
}

export interface KeystoneCounters {
  logins: number;
  refusedLogins: number;
  validations: number;
  revocations: number;
}

export interface KeystoneDouble {
  /** Address for OS_AUTH_URL, `/v3` included. */
  readonly url: string;
  readonly counters: KeystoneCounters;
  issueToken(options: IssueOptions): string;
  addTrust(trustor: string, trustee: string, project?: string): Trust;
  revoke(token: string): void;
  revokeAll(): void;
  setOutage(outage: Outage): void;
  stop(): Promise<void>;
}

const TOKEN_LIFE_MS = 3_600_000;
/** Validation with allow_expired takes tokens this long after their end, as Keystone's default. */
const EXPIRED_WINDOW_MS = 2 * 24 * 3_600_000;
const REQUEST_BYTES_MAX = 64 * 1024;
/** Roles whose holders may validate tokens of others. */
const VALIDATING_ROLES = ["admin", "service"];

/** Starts a Keystone double. */
export async function startKeystone(setup: KeystoneSetup): Promise<KeystoneDouble> {
  const double = new Double(setup);
  await double.listen(setup.port ?? 0);
  return double;
}

class Double implements KeystoneDouble {
  readonly counters: KeystoneCounters = { logins: 0, refusedLogins: 0, validations: 0, revocations: 0 };
  readonly #setup: KeystoneSetup;
  readonly #directory: KeystoneDirectory;
  readonly #tokens = new Map<string, IssuedToken>();
  readonly #server: Server;
  #outage: Outage = "none";

  constructor(setup: KeystoneSetup) {
    this.#setup = setup;
    this.#directory = new KeystoneDirectory(setup.users);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => this.#fail(response, error));
    });
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}/v3`;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, this.#setup.host ?? "127.0.0.1", resolve);
    });
  }

  issueToken(options: IssueOptions): string {
    const user = this.#userNamed(options.user);
    const project = options.unscoped ? undefined : (options.project ?? user.project);
    const roles = options.roles ?? (project === undefined ? [] : rolesIn(user, project));
    const trust =
      options.trustee === undefined ? undefined : this.addTrust(options.user, options.trustee, project);
    return this.#keep({ user, project, roles, method: "password", trust }, options.lifeMs).text;
  }

  addTrust(trustor: string, trustee: string, project?: string): Trust {
    return this.#directory.addTrust(this.#userNamed(trustor), this.#userNamed(trustee), project);
  }

  /** A user of the setup, or one made up on the spot who can't log in. */
  #userNamed(name: string): KeystoneUserSetup {
    return this.#directory.user({ name }) ?? { name, password: randomUUID(), project: name, roles: [] };
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  revokeAll(): void {
    this.#tokens.clear();
  }

  setOutage(outage: Outage): void {
    this.#outage = outage;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#outage === "hang") return;
    if (this.#outage === "reset") {
      request.socket.destroy();
      return;
    }
    if (this.#outage === "status")
      throw new KeystoneRefusal(503, "Service Unavailable", "Outage of the double.");
    const url = new URL(request.url ?? "/", this.url);
    const route = `${request.method} ${url.pathname.replace(/\/+$/, "") || "/"}`;
    if (route === "GET /") return this.#send(response, 300, { versions: { values: [this.#version()] } });
    if (route === "GET /v3") return this.#send(response, 200, { version: this.#version() });
    if (route === "POST /v3/auth/tokens") return this.#logIn(request, response);
    if (route === "GET /v3/auth/tokens") return this.#validate(request, response, url.searchParams);
    if (route === "DELETE /v3/auth/tokens") return this.#revokeByRequest(request, response);
    if (request.method === "GET") return this.#browse(request, response, url);
    throw new KeystoneRefusal(404, "Not Found", `The resource ${url.pathname} could not be found.`);
  }

  async #logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    this.counters.logins += 1;
    const { endsAtMs, ...grant } = this.#grant(body);
    const token = this.#keep(grant, endsAtMs === undefined ? undefined : endsAtMs - this.#nowMs());
    this.#send(response, 201, renderToken(token, this.#catalog(), this.#region()), {
      "X-Subject-Token": token.text,
    });
  }

  #grant(body: unknown): LoginGrant {
    const tokenNamed = (text: string) => {
      const token = this.#tokens.get(text);
      return token !== undefined && token.expiresAtMs > this.#nowMs() ? token : undefined;
    };
    try {
      return grantFor(this.#directory, body, tokenNamed);
    } catch (error) {
      this.counters.refusedLogins += 1;
      throw error;
    }
  }

  #validate(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    this.counters.validations += 1;
    const asker = this.#asker(request);
    const subject = this.#tokens.get(headerText(request, "x-subject-token"));
    const graceMs = query.get("allow_expired") === "1" ? EXPIRED_WINDOW_MS : 0;
    const isAlive = subject !== undefined && subject.expiresAtMs + graceMs > this.#nowMs();
    const rules = subject?.credential?.accessRules;
    const isHidden = rules !== undefined && headerText(request, "openstack-identity-access-rules") === "";
    // Before the question whether the asker may ask, as in a real one: its policy wants to know whose it is.
    if (!isAlive || isHidden) throw unknownToken();
    const mayAsk = asker.user === subject.user || asker.roles.some((role) => VALIDATING_ROLES.includes(role));
    if (!mayAsk) {
      throw new KeystoneRefusal(
        403,
        "Forbidden",
        "You are not authorized to perform the requested action: identity:validate_token.",
      );
    }
    const catalog = query.has("nocatalog") ? undefined : this.#catalog();
    this.#send(response, 200, renderToken(subject, catalog, this.#region()), {
      "X-Subject-Token": subject.text,
    });
  }

  /** What clients of an administrator look up by themselves, and list. */
  #browse(request: IncomingMessage, response: ServerResponse, { pathname, searchParams }: URL): void {
    const isAdmin = this.#asker(request).roles.includes("admin");
    if (!isAdmin) {
      throw new KeystoneRefusal(403, "Forbidden", "You are not authorized to perform the requested action.");
    }
    const keystone = { directory: this.#directory, catalog: this.#catalog(), region: this.#region() };
    const body = browse(keystone, pathname.replace(/\/+$/, ""), searchParams);
    if (body === undefined) throw new KeystoneRefusal(404, "Not Found", `Could not find ${pathname}.`);
    this.#send(response, 200, body);
  }

  #revokeByRequest(request: IncomingMessage, response: ServerResponse): void {
    this.#asker(request);
    this.counters.revocations += 1;
    const subject = headerText(request, "x-subject-token");
    if (!this.#tokens.has(subject)) throw unknownToken();
    this.revoke(subject);
    response.writeHead(204, { "x-openstack-request-id": `req-${randomUUID()}` }).end();
  }

  #asker(request: IncomingMessage): IssuedToken {
    const asker = this.#tokens.get(headerText(request, "x-auth-token"));
    if (asker === undefined || asker.expiresAtMs <= this.#nowMs()) throw unauthorized();
    return asker;
  }

  #keep(grant: TokenGrant, lifeMs?: number): IssuedToken {
    const token = issue(grant, this.#nowMs(), lifeMs ?? this.#setup.tokenLifeMs ?? TOKEN_LIFE_MS);
    this.#tokens.set(token.text, token);
    return token;
  }

  #nowMs(): number {
    return Date.now() + (this.#setup.clockAheadMs ?? 0);
  }

  #region(): string {
    return this.#setup.regionName ?? "RegionOne";
  }

  #catalog(): CatalogSetup {
    return { identity: this.url, ...this.#setup.services };
  }

  #version(): object {
    return {
      id: "v3.14",
      status: "stable",
      updated: "2020-04-07T00:00:00Z",
      links: [{ rel: "self", href: `${this.url}/` }],
      "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
    };
  }

  #fail(response: ServerResponse, error: unknown): void {
    const refusal =
      error instanceof KeystoneRefusal
        ? error
        : new KeystoneRefusal(500, "Internal Server Error", String(error));
    const { code, title, message } = refusal;
    const headers: Record<string, string> =
      code === 401 ? { "WWW-Authenticate": `Keystone uri="${this.url}"` } : {};
    this.#send(response, code, { error: { code, message, title } }, headers);
  }

  #send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
    response.writeHead(status, {
      "Content-Type": "application/json",
      Date: new Date(this.#nowMs()).toUTCString(),
      Vary: "X-Auth-Token",
      "x-openstack-request-id": `req-${randomUUID()}`,
      ...headers,
    });
    response.end(JSON.stringify(body));
  }
}

function unauthorized(): KeystoneRefusal {
  return new KeystoneRefusal(401, "Unauthorized", "The request you have made requires authentication.");
}

function unknownToken(): KeystoneRefusal {
  return new KeystoneRefusal(404, "Not Found", "Could not recognize Fernet token");
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > REQUEST_BYTES_MAX)
      throw new KeystoneRefusal(413, "Request Entity Too Large", "The body is too large.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new KeystoneRefusal(400, "Bad Request", "The body is not valid JSON.");
  }
}
