/** What earlier plans of the same audit came to, as far as a strategy decides by it. */
import { VigilError } from "../errors.ts";
import type { JsonObject } from "../json.ts";

export interface History {
  /** Uuids of the instances of which a `migrate` action of this audit's earlier plans failed. */
  failedMigrations: readonly string[];
}

export const NO_HISTORY: History = { failedMigrations: [] };

/**
 * History from JSON as recorded with a run; `{}` is none.
 * @throws VigilError invalid-input
 */
export function readHistory(given: JsonObject): History {
  const { failed_migrations: failed = [], ...unknown } = given;
  const readable = Array.isArray(failed) && failed.every((one) => typeof one === "string");
  if (readable && Object.keys(unknown).length === 0) return { failedMigrations: failed as string[] };
  throw new VigilError(
    "invalid-input",
    `History of the run is ${JSON.stringify(given).slice(0, 200)}, an object with failed_migrations, a list of uuids, is wanted`,
  );
}

/** The form that `readHistory` reads. */
export function historyJson(history: History): JsonObject {
  return history.failedMigrations.length === 0 ? {} : { failed_migrations: [...history.failedMigrations] };
}
