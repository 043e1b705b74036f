import type { KV } from "nats";
import type { Bus } from "./connection.ts";

/**
 * A KV bucket as it is: reads go to the leader (a replica's answer may be old, and compare-and-set on an
 * old answer only fails), and a missing bucket is an error of the first read or write, never made silently.
 * @throws VigilError unavailable when there is no connection
 */
export function keyValue(bus: Bus, bucket: string): Promise<KV> {
  return bus.connection().jetstream().views.kv(bucket, { bindOnly: true, allow_direct: false });
}
