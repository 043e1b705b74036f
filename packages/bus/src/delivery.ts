/**
 * What JetStream says about a delivery in the reply subject of the message
 * (ADR-15: $JS.ACK.[domain.account.]stream.consumer.deliveries.streamSeq.consumerSeq.timeNs.pending[.random]).
 */

import { VigilError } from "@vigil/core";

export interface Delivery {
  /** Sequence in the stream. */
  sequence: number;
  /** 1 for the first message a consumer delivers, without gaps, redeliveries included. */
  consumerSequence: number;
  /** 1 for the first delivery of the message. */
  deliveries: number;
  /** When the stream stored it, ms since 1970 by the broker's clock. */
  timeMs: number;
  /** Messages of the consumer that were not delivered yet. */
  pending: number;
}

const TOKENS_SHORT = 9;

/** @throws VigilError internal when the subject is none of JetStream's */
export function parseDelivery(reply: string): Delivery {
  const tokens = reply.split(".");
  const start = tokens.length === TOKENS_SHORT ? 4 : 6;
  const numbers = tokens.slice(start, start + 5).map(Number);
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || numbers.length < 5 || !numbers.every(Number.isFinite)) {
    throw new VigilError(
      "internal",
      `a message came with the reply subject "${reply}", which is not JetStream's`,
    );
  }
  const [deliveries, sequence, consumerSequence, timeNs, pending] = numbers;
  return {
    sequence: sequence!,
    consumerSequence: consumerSequence!,
    deliveries: deliveries!,
    timeMs: Math.floor(timeNs! / 1e6),
    pending: pending!,
  };
}
