import { type ConnectStateOptions, connectState, observedClient, type StateClient } from "@vigil/proto";
import type { BoundCounter, BoundHistogram, Metrics, RoleName } from "@vigil/service";
import { PROCESS_METRICS } from "../metrics.ts";

/** A client of state whose calls are counted under the role that makes them. @throws VigilError as `connectState` */
export function connectObservedState(
  options: ConnectStateOptions,
  role: RoleName,
  metrics: Metrics,
): StateClient {
  const calls = metrics.counter(PROCESS_METRICS.grpcCalls);
  const seconds = metrics.histogram(PROCESS_METRICS.grpcSeconds);
  // Kept by method: the calls of a run come by the hundred each second.
  const good = new Map<string, { count: BoundCounter; time: BoundHistogram }>();
  const ofMethod = (method: string) => {
    const known = good.get(method);
    if (known !== undefined) return known;
    const bound = { count: calls.of(role, method, "OK"), time: seconds.of(role, method) };
    good.set(method, bound);
    return bound;
  };
  return observedClient(connectState(options), (method, code, ms) => {
    const { count, time } = ofMethod(method);
    time.observe(ms / 1_000);
    if (code === "OK") count.inc();
    else calls.of(role, method, code).inc();
  });
}
