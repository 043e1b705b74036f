import { VigilError } from "@vigil/core";
import type { Bus } from "./connection.ts";
import { busError, JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import { reportMissing } from "./missing.ts";

/**
 * Runs a call to the broker and gives it up as soon as the connection breaks: its answer can't come any
 * more, but nats.js waits for it until its deadline. Errors become VigilErrors.
 * @param doing what is tried, as the start of an error's message
 * @throws VigilError unavailable when the connection breaks
 */
export function whileConnected<T>(bus: Bus, doing: string, call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const status = bus.onStatus((connected) => {
      if (connected) return;
      status.stop();
      const text = `${doing}: the connection to NATS broke before the answer came; it may have taken effect. Try again.`;
      reject(new VigilError("unavailable", text));
    });
    call()
      .then(resolve, (thrown: unknown) => {
        if (jetStreamErrorCode(thrown) === JETSTREAM_ERROR.streamNotFound) reportMissing(bus);
        reject(busError(doing, thrown));
      })
      .finally(status.stop);
  });
}
