/** How far workers have come, as the consumer's state tells it. */

import type { ConsumerInfo } from "nats";

/**
 * Every message up to this sequence was acknowledged. The floor does not count when nothing waits for an
 * acknowledgement: nats-server 2.9 may leave it behind.
 */
export function handledUpTo({ ack_floor, delivered, num_ack_pending }: ConsumerInfo): number {
  return num_ack_pending === 0 ? delivered.stream_seq : ack_floor.stream_seq;
}
