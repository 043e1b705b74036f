/**
 * Whose token is it: Keystone is asked once per token, answers are remembered for a while, and trouble
 * never passes for a valid token.
 *
 * Invariants: a token's text is kept nowhere (keys are SHA-256); an entry dies at the token's own end
 * at the latest; of several requests with one token one asks; only Keystone's clear "no" is remembered
 * as a no.
 */

import { hash } from "node:crypto";
import { VigilError } from "@vigil/core";
import { ConcurrencyGate } from "./concurrency-gate.ts";
import { findEndpoint, identityBase } from "./endpoint.ts";
import type { Identity } from "./identity.ts";
import { describeTrouble, KeystoneHealth } from "./keystone-health.ts";
import { type LogSink, SILENT } from "./log-sink.ts";
import { LruCache } from "./lru-cache.ts";
import { withRetries } from "./retry.ts";
import { commonHeaders, type KeystoneSession, keystoneDown, type OwnToken } from "./session.ts";
import { withTimeLimit } from "./time-limit.ts";
import { readTokenBody, type TokenBody } from "./token-body.ts";

/** How long a valid token is believed, as in keystonemiddleware. A revoked one works on for this long. */
export const TOKEN_CACHE_TIME_MS = 300_000;
/** Alarm services use a trust token once: remembering it longer only delays its revocation. */
export const TRUST_TOKEN_CACHE_TIME_MS = 30_000;
/** How long a refused token is remembered: keeps a sender with a dead token from burdening Keystone. */
export const NEGATIVE_CACHE_TIME_MS = 10_000;
/** Entries of each cache; some 1 KiB each. */
export const CACHE_ENTRIES_MAX = 10_000;
/** Validations at Keystone at a time: twice its usual worker processes' worth of connections. */
export const VALIDATIONS_MAX = 32;
/** Validations that may wait for their turn; with 5 ms each the last one waits 300 ms. */
export const VALIDATIONS_WAITING_MAX = 2_000;
/** One validation with its retries. */
export const VALIDATION_TIMEOUT_MS = 5_000;
export const VALIDATION_RETRY_DELAYS_MS = [50, 100, 200] as const;
/** Longest token taken: Fernet tokens have 180 to 260 characters, PKI ones had up to 8 KiB. */
export const TOKEN_LENGTH_MAX = 8_192;

/** The sentence of every OpenStack service for a missing or bad token. */
export const NOT_AUTHENTICATED = "The request you have made requires authentication.";

const MAY_NOT_VALIDATE = "status 403 to a validation";
/** For the operator; senders are told that Keystone is unavailable. */
const MAY_NOT_VALIDATE_ADVICE =
  "Keystone does not let our account validate tokens: give it a role that may (service or admin). Every request is refused until then.";

export interface TokenValidatorOptions {
  session: KeystoneSession;
  /** Positive cache, ms; 0 or less turns it off. */
  cacheTimeMs?: number;
  /** One validation with its retries, ms. */
  timeoutMs?: number;
  log?: LogSink;
  /** Monotonic clock, ms: the age of cache entries does not jump with the wall clock. */
  monotonicMs?: () => number;
}

export interface ValidateOptions {
  /** Takes tokens that ended up to two days ago: allowed while a service vouches for the request. */
  allowExpired?: boolean;
}

interface CacheEntry {
  identity: Identity;
  expiresAtMs: number;
  /** Monotonic. */
  staleAtMs: number;
}

export class TokenValidator {
  readonly #session: KeystoneSession;
  readonly #cacheTimeMs: number;
  readonly #timeoutMs: number;
  readonly #log: LogSink;
  readonly #monotonicMs: () => number;
  readonly #valid = new LruCache<CacheEntry>(CACHE_ENTRIES_MAX);
  readonly #invalidUntilMs = new LruCache<number>(CACHE_ENTRIES_MAX);
  readonly #flights = new Map<string, Promise<Identity>>();
  readonly #gate = new ConcurrencyGate(VALIDATIONS_MAX, VALIDATIONS_WAITING_MAX);
  readonly #health: KeystoneHealth;
  #endpointOf: { own: OwnToken; base: string } | undefined;

  constructor(options: TokenValidatorOptions) {
    this.#session = options.session;
    this.#cacheTimeMs = options.cacheTimeMs ?? TOKEN_CACHE_TIME_MS;
    this.#timeoutMs = options.timeoutMs ?? VALIDATION_TIMEOUT_MS;
    this.#log = options.log ?? SILENT;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#health = new KeystoneHealth(() => this.#session.check());
  }

  /** Logs in ahead of the first request. Never throws: `trouble` says how it went. */
  async warmUp(): Promise<void> {
    await this.#health.ask();
  }

  /** undefined while tokens can be checked, else why not. */
  get trouble(): string | undefined {
    return this.#health.trouble;
  }

  /**
   * @throws VigilError unauthenticated: absent, malformed, expired, revoked or unknown;
   *   unavailable: Keystone could not be asked
   */
  async validate(token: string, options: ValidateOptions = {}): Promise<Identity> {
    if (!isTokenText(token)) throw notAuthenticated();
    const key = hash("sha256", token, "base64url");
    const known = this.#known(key);
    if (known !== undefined) return known;
    const allowExpired = options.allowExpired === true;
    if (!allowExpired && this.#isKnownInvalid(key)) throw notAuthenticated();
    const flightKey = allowExpired ? `expired:${key}` : key;
    let flight = this.#flights.get(flightKey);
    if (flight === undefined) {
      flight = this.#ask(token, key, allowExpired).finally(() => this.#flights.delete(flightKey));
      this.#flights.set(flightKey, flight);
    }
    return await flight;
  }

  close(): void {
    this.#health.close();
  }

  #known(key: string): Identity | undefined {
    const entry = this.#valid.get(key);
    if (entry === undefined) return undefined;
    if (this.#monotonicMs() < entry.staleAtMs && this.#session.clock.nowMs() < entry.expiresAtMs) {
      return entry.identity;
    }
    this.#valid.delete(key);
    return undefined;
  }

  #isKnownInvalid(key: string): boolean {
    const untilMs = this.#invalidUntilMs.get(key);
    return untilMs !== undefined && this.#monotonicMs() < untilMs;
  }

  async #ask(token: string, key: string, allowExpired: boolean): Promise<Identity> {
    try {
      const identity = await withTimeLimit(this.#timeoutMs, (signal) =>
        this.#gate.run(() => this.#askInTime(token, key, allowExpired, signal)),
      );
      this.#health.succeeded();
      return identity;
    } catch (error) {
      const failure = VigilError.from(error);
      if (failure.kind === "unauthenticated") this.#health.knewNothing();
      else this.#noteTrouble(failure);
      throw failure;
    }
  }

  async #askInTime(
    token: string,
    key: string,
    allowExpired: boolean,
    signal: AbortSignal,
  ): Promise<Identity> {
    const fetchBody = (catalog: boolean) =>
      withRetries(
        () => this.#fetch(token, { allowExpired, catalog }, signal),
        VALIDATION_RETRY_DELAYS_MS,
        signal,
      );
    let body = await fetchBody(false);
    // Access rules count only for a service in the token's catalog: fetched for these rare tokens alone.
    if (body?.accessRules !== undefined) body = await fetchBody(true);
    if (body === undefined || (!allowExpired && body.expiresAtMs <= this.#session.clock.nowMs())) {
      this.#invalidUntilMs.set(key, this.#monotonicMs() + NEGATIVE_CACHE_TIME_MS);
      throw notAuthenticated();
    }
    const identity = identityOf(body);
    if (!allowExpired) this.#remember(key, identity, body.expiresAtMs);
    return identity;
  }

  #remember(key: string, identity: Identity, expiresAtMs: number): void {
    const limitMs = identity.trustId === undefined ? this.#cacheTimeMs : TRUST_TOKEN_CACHE_TIME_MS;
    const lifeMs = Math.min(limitMs, this.#cacheTimeMs);
    if (lifeMs <= 0) return;
    this.#valid.set(key, { identity, expiresAtMs, staleAtMs: this.#monotonicMs() + lifeMs });
  }

  /** @returns undefined when Keystone says that the token is not valid */
  async #fetch(
    token: string,
    want: { allowExpired: boolean; catalog: boolean },
    signal: AbortSignal,
  ): Promise<TokenBody | undefined> {
    let own = await this.#ownToken();
    for (let relogins = 0; relogins <= 1; relogins += 1) {
      const answer = await this.#session.transport.request({
        method: "GET",
        url: `${this.#endpoint(own)}/auth/tokens${queryOf(want)}`,
        headers: {
          ...commonHeaders(),
          "x-auth-token": own.token,
          "x-subject-token": token,
          // Says that we enforce access rules; without it Keystone hides tokens that have some.
          "openstack-identity-access-rules": "1.0",
        },
        signal,
      });
      if (answer.status === 200) return readValidation(answer.json);
      if (answer.status === 404) return undefined;
      if (answer.status !== 401) throw unexpected(answer.status);
      this.#session.invalidate(own.token);
      own = await this.#ownToken();
    }
    throw keystoneDown("Keystone refuses our own token right after a login", false);
  }

  /** Wrong credentials of ours are our trouble: to the sender Keystone is not available. */
  async #ownToken(): Promise<OwnToken> {
    try {
      return await this.#session.token();
    } catch (error) {
      const failure = VigilError.from(error);
      throw failure.kind === "unavailable" ? failure : keystoneDown(failure.message, false);
    }
  }

  /** Where to ask, found once for each token of ours. */
  #endpoint(own: OwnToken): string {
    if (this.#endpointOf?.own !== own) this.#endpointOf = { own, base: this.#findEndpoint(own) };
    return this.#endpointOf.base;
  }

  /** Clouds whose catalog lists no Keystone are served by the address that we logged in at. */
  #findEndpoint(own: OwnToken): string {
    const { interfaces, regionName } = this.#session.credentials;
    try {
      return identityBase(findEndpoint(own.catalog, "identity", { interfaces, regionName }));
    } catch {
      return this.#session.baseUrl;
    }
  }

  #noteTrouble(failure: VigilError): void {
    if (failure.details?.reason === MAY_NOT_VALIDATE) {
      this.#noteDenied();
      return;
    }
    if (this.#health.trouble === undefined) {
      this.#log.warn({ kind: failure.kind, details: failure.details }, "tokens can't be checked at Keystone");
    }
    this.#health.failed(describeTrouble(failure));
  }

  #noteDenied(): void {
    if (this.#health.trouble !== MAY_NOT_VALIDATE_ADVICE) {
      this.#log.error({ status: 403 }, MAY_NOT_VALIDATE_ADVICE);
    }
    this.#health.denied(MAY_NOT_VALIDATE_ADVICE);
  }
}

function unexpected(status: number): VigilError {
  const reason = status === 403 ? MAY_NOT_VALIDATE : `status ${status} to a validation`;
  return keystoneDown(reason, status >= 500);
}

function queryOf(want: { allowExpired: boolean; catalog: boolean }): string {
  const keys = [want.catalog ? "" : "nocatalog", want.allowExpired ? "allow_expired=1" : ""];
  const query = keys.filter((key) => key !== "").join("&");
  return query === "" ? "" : `?${query}`;
}

function readValidation(json: unknown): TokenBody {
  const body = readTokenBody(json);
  if (body === undefined) throw keystoneDown("an answer to a validation that is no token", true);
  return body;
}

function identityOf(body: TokenBody): Identity {
  if (body.accessRules === undefined) return body.identity;
  const serviceTypes = (body.catalog ?? []).map((entry) => entry.type);
  return { ...body.identity, access: { rules: body.accessRules, serviceTypes } };
}

/** Visible ASCII only: anything else can't stand in a header and is no token of Keystone's. */
function isTokenText(token: string): boolean {
  return token.length > 0 && token.length <= TOKEN_LENGTH_MAX && /^[\x21-\x7e]+$/.test(token);
}

function notAuthenticated(): VigilError {
  return new VigilError("unauthenticated", NOT_AUTHENTICATED);
}
