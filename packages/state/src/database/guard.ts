import { fromDatabaseError } from "./errors.ts";

type Handler = (request: never, trace: unknown) => Promise<unknown>;

/**
 * The same service, where each call first asks whether the database may be used, and errors of the database come
 * as VigilErrors.
 * @param check throws a VigilError while the database is not ready
 */
export function guarded<Impl extends object>(impl: Impl, check: () => void): Impl {
  const calls = Object.entries(impl as Record<string, Handler>).map(([name, handle]) => [
    name,
    async (request: never, trace: unknown) => {
      check();
      try {
        return await handle(request, trace);
      } catch (thrown) {
        throw fromDatabaseError(thrown);
      }
    },
  ]);
  return Object.fromEntries(calls) as Impl;
}
