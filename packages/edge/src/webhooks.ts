/**
 * POST /v1/webhooks/{audit}: from the first header to the 202. The order of checks is Watcher's: who
 * (401), version (406), where (405, 404), size (413), may he (403), too fast (429), which audit (404, 400);
 * then the body, which is evidence and as good as never a reason to refuse, and the publish.
 *
 * 202 means that JetStream has stored the event, or that it was flushed to the spool. Until then nothing is kept; a
 * refused body is not even read.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuditIndex } from "@vigil/bus";
import { type AcceptedEvent, type EventMode, triggerRefusal, VigilError } from "@vigil/core";
import {
  type Authenticator,
  BodyBudget,
  checkDeclaredSize,
  discardBody,
  errorAnswer,
  type HeldBody,
  HttpFault,
  type Identity,
  newRequestId,
  type Policy,
  parseMicroversion,
  type RequestTarget,
  readBody,
  sendAnswer,
  senderRequestId,
  versionHeaders,
} from "@vigil/http";
import type { Metrics } from "@vigil/service";
import { acceptedEvent } from "./accepted-event.ts";
import { AnswerDeadlines, type Flight } from "./answer-deadlines.ts";
import { bodyBudgetLimits, bodyBytesMax, type EdgeLimits, RATE_BURST_S, RATE_KEYS_MAX } from "./limits.ts";
import { EDGE_METRICS, type Stage, WebhookCounts } from "./metrics.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { RefusalLog } from "./refusal-log.ts";
import type { Accepted } from "./spool/event-store.ts";
import type { Spool } from "./spool/spool.ts";
import { auditIdent, auditNotFound, WEBHOOKS_PATH } from "./webhook-path.ts";
import { endWebhook, openWebhook, traceEvent, type WebhookSpan } from "./webhook-trace.ts";

const TRIGGER_RULE = "webhook:trigger";

/** What goes on in each stage, for the deadline's message. */
const DOING: Readonly<Record<Stage, string>> = {
  keystone: "checking the token at Keystone",
  lookup: "looking the audit up",
  memory: "taking the body in",
  storage: "storing the event",
};

/** Settings that a refusal for the rate names. */
const SOURCE_RATE_SETTING = "VIGIL_WEBHOOK_SOURCE_PER_SECOND_MAX";
const AUDIT_RATE_SETTING = "VIGIL_WEBHOOK_AUDIT_PER_SECOND_MAX";

export interface WebhookParts {
  authenticator: Authenticator;
  policy: Policy;
  auditIndex: Pick<AuditIndex, "lookup">;
  spool: Pick<Spool, "accept">;
  /** Largest message the broker takes, bytes; undefined before it was ever reached. */
  brokerPayloadBytesMax(): number | undefined;
  /** False: webhooks written with `/v1` in front are open to everybody, and no role is asked for. */
  enableWebhooksAuth: boolean;
  eventMode: EventMode;
  limits: EdgeLimits;
  refusals: RefusalLog;
  metrics: Metrics;
}

/** One webhook on its way. */
interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  target: RequestTarget;
  flight: Flight;
  /** Headers of whatever is answered: none before the sender is known. */
  headers: Readonly<Record<string, string>>;
  stage: Stage;
  /** Of `performance.now()`. */
  beganMs: number;
  /** Of `performance.now()`. */
  cameAtMs: number;
  /** From when on the sender is known. */
  span?: WebhookSpan;
  /** From when on its body is taken in. */
  held?: HeldBody;
}

export class Webhooks {
  readonly #parts: WebhookParts;
  readonly #deadlines: AnswerDeadlines;
  readonly #sources: RateLimiter | undefined;
  readonly #auditRates: RateLimiter | undefined;
  readonly #counts: WebhookCounts;
  readonly #bodies: BodyBudget;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
    this.#deadlines = new AnswerDeadlines(parts.limits.answerTimeoutMs);
    this.#sources = rateLimiter(parts.limits.sourcePerSecondMax);
    this.#auditRates = rateLimiter(parts.limits.auditPerSecondMax);
    this.#counts = new WebhookCounts(parts.metrics);
    this.#bodies = new BodyBudget(bodyBudgetLimits(parts.limits));
    parts.metrics.gauge(EDGE_METRICS.underWay, () => this.#deadlines.open);
    parts.metrics.gauge(EDGE_METRICS.bodyBytes, () => this.#bodies.bytes);
    parts.metrics.gauge(EDGE_METRICS.bodyBytesMax, () => parts.limits.bodiesBytesMax);
  }

  handle(request: IncomingMessage, response: ServerResponse, target: RequestTarget): void {
    if (request.method === "OPTIONS") {
      response.writeHead(200, { allow: "POST", "content-length": 0 }).end();
      return;
    }
    const call: Call = {
      request,
      response,
      target,
      flight: this.#deadlines.begin(() => this.#expire(call)),
      headers: {},
      stage: "keystone",
      beganMs: performance.now(),
      cameAtMs: performance.now(),
    };
    this.#serve(call)
      .catch((error: unknown) => this.#refuse(call, error))
      .finally(() => {
        call.held?.release();
        this.#deadlines.end(call.flight);
      });
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#deadlines.idle();
  }

  stop(): void {
    this.#deadlines.stop();
  }

  async #serve(call: Call): Promise<void> {
    const { request, response, target } = call;
    const { policy, limits, spool } = this.#parts;
    const identity = await this.#identify(request, target);
    const ourRequestId = newRequestId();
    call.span = openWebhook(request, ourRequestId, call.cameAtMs);
    call.headers = { "x-openstack-request-id": ourRequestId };
    const minor = parseMicroversion(request.headers["openstack-api-version"]);
    call.headers = { "x-openstack-request-id": ourRequestId, ...versionHeaders(minor) };
    const ident = auditIdent(request.method ?? "", target.path);
    const bytesMax = bodyBytesMax(limits, this.#parts.brokerPayloadBytesMax());
    checkDeclaredSize(request, bytesMax);
    if (this.#parts.enableWebhooksAuth) policy.check(TRIGGER_RULE, identity);
    const remoteAddress = request.socket.remoteAddress ?? "";
    const source = identity.userId || remoteAddress;
    checkRate(this.#sources, source, "from one source", SOURCE_RATE_SETTING);
    call.stage = "lookup";
    const auditUuid = await this.#findAudit(ident);
    call.stage = "memory";
    const body = await this.#readBody(call, bytesMax, source);
    const event = acceptedEvent(
      {
        ident,
        auditUuid,
        identity,
        remoteAddress,
        requestId: senderRequestId(request),
        idempotencyKey: headerText(request, "idempotency-key"),
        contentType: headerText(request, "content-type"),
        body,
      },
      Date.now(),
      performance.timeOrigin + performance.now(),
    );
    traceEvent(event, call.span);
    call.stage = "storage";
    const { duplicate, kept } = await store(spool, event, body);
    if (kept !== undefined) releaseAfter(call, kept);
    if (response.headersSent || response.destroyed) return;
    response.writeHead(202, {
      ...call.headers,
      "vigil-event-id": event.eventId,
      ...(duplicate ? { "vigil-duplicate": "true" } : undefined),
      "content-length": 0,
    });
    response.end();
    this.#counts.accepted(duplicate, call.beganMs);
    endWebhook(call.span, 202, duplicate);
  }

  async #identify(request: IncomingMessage, target: RequestTarget): Promise<Identity> {
    const isPublic = !this.#parts.enableWebhooksAuth && !target.aliased && target.path !== WEBHOOKS_PATH;
    const { authenticator } = this.#parts;
    return isPublic ? authenticator.admit(request) : await authenticator.authenticate(request);
  }

  /** @returns the audit's UUID; empty when the index can't be asked: then the ledger decides */
  async #findAudit(ident: string): Promise<string> {
    const answer = await this.#parts.auditIndex.lookup(ident);
    if ("unreachable" in answer) {
      checkRate(this.#auditRates, ident, `for audit ${ident}`, AUDIT_RATE_SETTING);
      return "";
    }
    if ("missing" in answer) throw auditNotFound(ident);
    const { found } = answer;
    const refusal = triggerRefusal(found, this.#parts.eventMode);
    if (refusal !== undefined) throw new VigilError("illegal-state", refusal);
    checkRate(this.#auditRates, found.uuid, `for audit ${ident}`, AUDIT_RATE_SETTING);
    return found.uuid;
  }

  async #readBody(call: Call, bytesMax: number, source: string): Promise<Uint8Array> {
    // Answered already by the deadline, and the body thrown away: there is nothing left to take.
    if (call.response.headersSent)
      throw new VigilError("deadline", "the deadline passed before the body was read");
    this.#deadlines.pause(call.flight);
    call.held = this.#bodies.begin(source);
    try {
      const timeoutMs = this.#parts.limits.bodyTimeoutMs;
      return await readBody(call.request, call.response, { bytesMax, timeoutMs, held: call.held });
    } finally {
      this.#deadlines.resume(call.flight);
    }
  }

  #expire(call: Call): void {
    const { answerTimeoutMs } = this.#parts.limits;
    const text = `Vigil gave up after ${answerTimeoutMs} ms while ${DOING[call.stage]}. The alarm may be lost: send it again.`;
    this.#refuse(call, new VigilError("unavailable", text), "deadline");
  }

  /** @param reason under which it is counted; left out: the kind of the error, for an outage what was away */
  #refuse(call: Call, thrown: unknown, reason?: string): void {
    const { request, response } = call;
    if (response.headersSent) return;
    const answer = errorAnswer(thrown, this.#parts.authenticator.keystoneUri);
    const error = VigilError.from(thrown);
    const { kind } = error;
    this.#counts.refused(answer.status, reason ?? (kind === "unavailable" ? call.stage : kind));
    const fields = {
      path: call.target.path,
      reason: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(answer.status === 500 ? { err: error } : {}),
      sender: request.socket.remoteAddress,
      requestId: call.headers["x-openstack-request-id"],
      senderRequestId: senderRequestId(request),
    };
    this.#parts.refusals.note(answer.status, fields, performance.now());
    discardBody(request, response);
    sendAnswer(response, answer, call.headers);
    endWebhook(call.span, answer.status);
  }
}

/** Whatever keeps an event from being stored is 503 to its sender, or 413 where the broker's own limit is lower. */
async function store(
  spool: WebhookParts["spool"],
  event: AcceptedEvent,
  body: Uint8Array,
): Promise<Accepted> {
  try {
    return await spool.accept(event, body);
  } catch (thrown) {
    const error = VigilError.from(thrown);
    if (error.kind === "internal") throw error;
    if (error.kind === "invalid-input") throw new HttpFault(413, error.message);
    const text = `The alarm could not be stored, and nothing will repeat it by itself: ${error.message} Send it again when /readyz is green.`;
    throw new VigilError("unavailable", text, { cause: error });
  }
}

/** The event is in the stream, while the spool's disk has yet to take the record that was made of it. */
function releaseAfter(call: Call, kept: Promise<unknown>): void {
  const { held } = call;
  delete call.held;
  const release = () => held?.release();
  kept.then(release, release);
}

function rateLimiter(perSecond: number): RateLimiter | undefined {
  return perSecond > 0 ? new RateLimiter(perSecond, perSecond * RATE_BURST_S, RATE_KEYS_MAX) : undefined;
}

function checkRate(limiter: RateLimiter | undefined, key: string, whose: string, setting: string): void {
  if (limiter === undefined || limiter.allows(key, performance.now())) return;
  throw new VigilError(
    "overloaded",
    `Too many webhooks ${whose}: more than ${limiter.perSecond} in a second. Send fewer, or raise ${setting}.`,
  );
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
