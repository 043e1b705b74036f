import { VigilError } from "@vigil/core";
import type { BodyBudgetLimits } from "@vigil/http";

/** What one edge takes, and how long it lets anybody wait. Unit last; the reason beside each default. */
export interface EdgeLimits {
  /** Largest body, bytes. Event alarms embed whole events: usually 10 KiB, up to some hundred. */
  bodyBytesMax: number;
  /**
   * Of all bodies that are in memory, coming in or waiting for broker or disk. A quarter is what one sender may hold. The
   * unit may use 2 GiB: half is for JavaScript, and a body can take twice its size while it grows, and some on its way out.
   * 256 MiB are 170,000 alarms of Aodh's at one moment.
   */
  bodiesBytesMax: number;
  /** For a body to arrive. Honest senders need one packet; a sender that dribbles is cut. */
  bodyTimeoutMs: number;
  /** For everything but the body's arrival: alarm services wait without a limit, and each waiting one blocks the rest. */
  answerTimeoutMs: number;
  /** Webhooks per second from one source; 0 is no limit. Far above any honest sender: Aodh sends one at a time. */
  sourcePerSecondMax: number;
  /** Webhooks per second for one audit; 0 is no limit. They coalesce into one run anyway. */
  auditPerSecondMax: number;
  /** At the stop, for webhooks that are under way. */
  stopGraceMs: number;
}

export const DEFAULT_EDGE_LIMITS: EdgeLimits = {
  bodyBytesMax: 1024 * 1024,
  bodiesBytesMax: 256 * 1024 * 1024,
  bodyTimeoutMs: 10_000,
  answerTimeoutMs: 2_000,
  sourcePerSecondMax: 1_000,
  auditPerSecondMax: 1_000,
  stopGraceMs: 1_500,
};

/** One sender that stalls leaves room for the others, and three more like it. */
const BODY_SHARES = 4;
const BODIES_SETTING = "VIGIL_WEBHOOK_BODIES_BYTES_MAX";

/** @throws VigilError invalid-input when the share of one sender can't hold the largest body */
export function bodyBudgetLimits({ bodiesBytesMax, bodyBytesMax }: EdgeLimits): BodyBudgetLimits {
  const sourceBytesMax = Math.floor(bodiesBytesMax / BODY_SHARES);
  if (sourceBytesMax < bodyBytesMax) {
    const text = `${BODIES_SETTING} is ${bodiesBytesMax}: one sender may hold a quarter of it, which has no room for a body of VIGIL_WEBHOOK_BODY_BYTES_MAX, ${bodyBytesMax}; make it ${bodyBytesMax * BODY_SHARES} or more`;
    throw new VigilError("invalid-input", text);
  }
  return { bytesMax: bodiesBytesMax, sourceBytesMax, setting: BODIES_SETTING };
}

/** A rate may be exceeded in a burst of so many seconds' worth: restarts release what had piled up. */
export const RATE_BURST_S = 2;
/** Sources and audits whose rate is remembered; some 100 bytes each. */
export const RATE_KEYS_MAX = 10_000;

/**
 * What the broker's largest message must have room for beside the body: the description of the event in
 * its headers, mostly names of bounded length.
 */
export const ENVELOPE_BYTES_MAX = 16 * 1024;

/** Names of audits have at most 255 characters; a longer ident names none. */
export const IDENT_LENGTH_MAX = 255;
/** Longest content type that is recorded. */
export const CONTENT_TYPE_LENGTH_MAX = 255;

/** Largest body that fits both our limit and the broker's, bytes. */
export function bodyBytesMax(limits: EdgeLimits, brokerPayloadBytesMax: number | undefined): number {
  if (brokerPayloadBytesMax === undefined) return limits.bodyBytesMax;
  return Math.min(limits.bodyBytesMax, Math.max(0, brokerPayloadBytesMax - ENVELOPE_BYTES_MAX));
}
