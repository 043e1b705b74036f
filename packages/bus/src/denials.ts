/**
 * What the broker does not allow this account. It says so apart from any call (a publish simply vanishes, a request
 * waits for its deadline), so it is gathered here, for the log and for readiness.
 */

import { ErrorCode, type Status } from "nats";

/**
 * A refusal counts so long, ms. Whatever matters is tried again within it: the slowest poll has 30 s.
 * Reconnecting forgets it too, since permissions are those of the moment of the login.
 */
export const DENIAL_AGE_MAX_MS = 60_000;

/** The part of nats.js's status that a refusal carries; its own type leaves it out. */
interface DeniedStatus extends Status {
  permissionContext?: { operation: string; subject: string; queue?: string };
}

export class Denials {
  #text: string | undefined;
  #atMs = 0;

  /**
   * Notes a refusal.
   * @returns what is refused, if it was not the last thing noted; for the log
   */
  note(status: Status, nowMs: number): string | undefined {
    if (status.data !== ErrorCode.PermissionsViolation) return undefined;
    const { operation = "something", subject = "unknown" } = (status as DeniedStatus).permissionContext ?? {};
    const verb = operation === "subscription" ? "subscribe to" : "publish to";
    const text = `the account at NATS may not ${verb} "${subject}"; correct its permissions on nats-server (deploy/nats shows those of each role)`;
    const isNew = text !== this.current(nowMs);
    this.#text = text;
    this.#atMs = nowMs;
    return isNew ? text : undefined;
  }

  /** What was refused lately; undefined when nothing was. */
  current(nowMs: number): string | undefined {
    return nowMs - this.#atMs < DENIAL_AGE_MAX_MS ? this.#text : undefined;
  }

  forget(): void {
    this.#text = undefined;
  }
}
