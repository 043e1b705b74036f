/**
 * Our own token at Keystone. States: none -> logging in (one login, shared by all callers) -> held
 * (renewed shortly before its end) or refused (wrong credentials: no login for a growing while, because
 * Keystone locks accounts that keep failing).
 */

import { VigilError } from "@vigil/core";
import { CorrectedClock } from "./corrected-clock.ts";
import type { Credentials } from "./credentials.ts";
import { identityBase } from "./endpoint.ts";
import type { Identity } from "./identity.ts";
import { type LogSink, SILENT } from "./log-sink.ts";
import { describeLogin, loginBody } from "./login-body.ts";
import { withRetries } from "./retry.ts";
import { withTimeLimit } from "./time-limit.ts";
import { type CatalogEntry, readTokenBody } from "./token-body.ts";
import { KEYSTONE_UNAVAILABLE, KeystoneTransport } from "./transport.ts";

/** Life that a token must have left to be given out: the margin that OpenStack's own SDKs keep. */
export const RENEWAL_MARGIN_MS = 120_000;
/** Pauses between tries of a login that failed for want of Keystone, not for wrong credentials. */
export const LOGIN_RETRY_DELAYS_MS = [500, 1_000, 2_000] as const;
/** All tries of one login together. */
export const LOGIN_TIMEOUT_MS = 15_000;
/** First pause after refused credentials, doubled up to the second. A fix is noticed within it. */
export const REFUSED_HOLD_MS = 5_000;
export const REFUSED_HOLD_MAX_MS = 300_000;

const USER_AGENT = "vigil/0.1.0";

export interface OwnToken {
  token: string;
  /** In Keystone's clock, ms since 1970. */
  expiresAtMs: number;
  /** Renewed when less life than this is left. */
  marginMs: number;
  identity: Identity;
  catalog: readonly CatalogEntry[];
}

export interface KeystoneSessionOptions {
  credentials: Credentials;
  /** Certificate authorities to trust, PEM text (content of `credentials.caFile`). */
  ca?: string;
  log?: LogSink;
  /** Pauses between tries of a login, ms. */
  loginRetryDelaysMs?: readonly number[];
  /** Wall clock, ms since 1970. */
  wallMs?: () => number;
}

export class KeystoneSession {
  /** Shared with whatever else speaks to Keystone for this account. */
  readonly transport: KeystoneTransport;
  readonly clock: CorrectedClock;
  readonly credentials: Credentials;
  /** Keystone's identity API as configured, `/v3` included. */
  readonly baseUrl: string;
  readonly #log: LogSink;
  readonly #retryDelaysMs: readonly number[];
  #current: OwnToken | undefined;
  #login: Promise<OwnToken> | undefined;
  #refused: { error: VigilError; untilMs: number; holdMs: number } | undefined;

  constructor(options: KeystoneSessionOptions) {
    this.credentials = options.credentials;
    this.baseUrl = identityBase(options.credentials.authUrl);
    this.clock = new CorrectedClock(options.wallMs);
    this.transport = new KeystoneTransport({
      ca: options.ca,
      verify: options.credentials.verify,
      clock: this.clock,
    });
    this.#log = options.log ?? SILENT;
    this.#retryDelaysMs = options.loginRetryDelaysMs ?? LOGIN_RETRY_DELAYS_MS;
  }

  /**
   * A token with life left. Logs in when there is none; while a renewal fails, the old token serves to
   * its end.
   *
   * @throws VigilError unauthenticated: Keystone refuses the credentials; unavailable: it can't be asked
   */
  async token(): Promise<OwnToken> {
    const current = this.#current;
    if (current !== undefined && this.#lifeMs(current) >= current.marginMs) return current;
    this.#login ??= this.#logIn().finally(() => {
      this.#login = undefined;
    });
    try {
      return await this.#login;
    } catch (error) {
      if (current !== undefined && current === this.#current && this.#lifeMs(current) > 0) return current;
      throw error;
    }
  }

  /** A service answered 401 to this token: the next `token()` logs in anew. */
  invalidate(token: string): void {
    if (this.#current?.token === token) this.#current = undefined;
  }

  /** Proves that Keystone answers and that we can log in. Throws as `token` does. */
  async check(): Promise<void> {
    await this.token();
    const answer = await withTimeLimit(LOGIN_TIMEOUT_MS, (signal) =>
      this.transport.request({ method: "GET", url: this.baseUrl, headers: commonHeaders(), signal }),
    );
    if (answer.status >= 500) throw keystoneDown(`status ${answer.status}`, true);
  }

  async close(): Promise<void> {
    await this.transport.close();
  }

  #lifeMs(own: OwnToken): number {
    return own.expiresAtMs - this.clock.nowMs();
  }

  async #logIn(): Promise<OwnToken> {
    const refused = this.#refused;
    if (refused !== undefined && this.clock.nowMs() < refused.untilMs) throw refused.error;
    const own = await withTimeLimit(LOGIN_TIMEOUT_MS, (signal) =>
      withRetries(() => this.#postLogin(signal), this.#retryDelaysMs, signal),
    );
    this.#refused = undefined;
    this.#current = own;
    return own;
  }

  async #postLogin(signal: AbortSignal): Promise<OwnToken> {
    const { method } = this.credentials;
    const answer = await this.transport.request({
      method: "POST",
      url: `${this.baseUrl}/auth/tokens`,
      headers: { ...commonHeaders(), "content-type": "application/json" },
      body: loginBody(method),
      signal,
    });
    const { status } = answer;
    if (status >= 500 || status === 429) throw keystoneDown(`status ${status} to a login`, true);
    if (status !== 201) throw this.#refuse(status);
    const token = answer.header("x-subject-token");
    const body = readTokenBody(answer.json);
    if (token === undefined || body === undefined) {
      throw keystoneDown(`an answer to a login that holds no token; is ${this.baseUrl} Keystone?`, false);
    }
    const lifeMs = body.expiresAtMs - this.clock.nowMs();
    // Where tokens live for two minutes, a margin of two minutes would mean a login for every call.
    const marginMs = Math.min(RENEWAL_MARGIN_MS, lifeMs / 2);
    return {
      token,
      expiresAtMs: body.expiresAtMs,
      marginMs,
      identity: body.identity,
      catalog: body.catalog ?? [],
    };
  }

  #refuse(status: number): VigilError {
    const holdMs = Math.min((this.#refused?.holdMs ?? REFUSED_HOLD_MS / 2) * 2, REFUSED_HOLD_MAX_MS);
    const who = describeLogin(this.credentials.method);
    const error = new VigilError(
      "unauthenticated",
      `Keystone at ${this.baseUrl} answered ${status} to the login of ${who}. Check the account's name, password, domains and roles; the next try is in ${holdMs / 1000} s.`,
      { details: { keystone: this.baseUrl, status } },
    );
    this.#refused = { error, untilMs: this.clock.nowMs() + holdMs, holdMs };
    this.#log.error({ keystone: this.baseUrl, status, holdMs }, error.message);
    return error;
  }
}

export function commonHeaders(): Record<string, string> {
  return { accept: "application/json", "user-agent": USER_AGENT };
}

export function keystoneDown(reason: string, retryable: boolean): VigilError {
  return new VigilError("unavailable", KEYSTONE_UNAVAILABLE, { details: { reason, retryable } });
}
