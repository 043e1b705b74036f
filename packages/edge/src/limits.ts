/** What one edge takes, and how long it lets anybody wait. Unit last; the reason beside each default. */
export interface EdgeLimits {
  /** Largest body, bytes. Event alarms embed whole events: usually 10 KiB, up to some hundred. */
  bodyBytesMax: number;
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
  bodyTimeoutMs: 10_000,
  answerTimeoutMs: 2_000,
  sourcePerSecondMax: 1_000,
  auditPerSecondMax: 1_000,
  stopGraceMs: 1_500,
};

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
