/** Calls and messages between processes: lost on the way there or back, doubled, late, and so out of order. */

import type { Actor, Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { Faults } from "./faults.ts";

/** Time on the way, ms. */
const FAST_MS = 3;
const SLOW_MS = 2_500;

/** Why a call has no answer, or another one than was hoped for: kinds of VigilError. */
export interface Refusal {
  refused:
    | "unavailable"
    | "deadline"
    | "overloaded"
    | "illegal-state"
    | "not-found"
    | "conflict"
    | "invalid-input";
  why: string;
}

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === "object" && answer !== null && "refused" in answer;
}

/** What a server does instead of an answer: it died on the way. */
export const NO_ANSWER = Symbol("no answer");

export class Network {
  readonly #agenda: Agenda;
  readonly #chance: Chance;
  readonly #faults: Faults;

  constructor(agenda: Agenda, chance: Chance, faults: Faults) {
    this.#agenda = agenda;
    this.#chance = chance;
    this.#faults = faults;
  }

  /** @returns ms */
  #transit(): number {
    if (this.#faults.strikes("message-slow")) return this.#chance.between(FAST_MS, SLOW_MS);
    return this.#chance.between(1, FAST_MS);
  }

  /** One way, to a process that may have died meanwhile. */
  send(to: Actor, arrive: () => void): void {
    this.#agenda.after(this.#transit(), to, arrive);
  }

  /**
   * A question and its answer.
   * @param serve runs at the other side; it may run although the caller hears nothing, and twice
   * @param done called once, unless the caller dies before
   */
  call<Answer>(
    from: Actor,
    to: Actor,
    deadlineMs: number,
    serve: () => Answer | Refusal | typeof NO_ANSWER,
    done: (answer: Answer | Refusal) => void,
  ): void {
    let isOpen = true;
    const { life } = from;
    const finish = (answer: Answer | Refusal) => {
      if (!isOpen) return;
      isOpen = false;
      done(answer);
    };
    const arrive = () => {
      const answer = serve();
      if (answer === NO_ANSWER || this.#faults.strikes("answer-lost")) return;
      // The connection ended with the caller: its next life has others.
      if (from.life !== life) return;
      this.#agenda.after(this.#transit(), from, () => finish(answer));
    };
    if (to.isDown) {
      this.#agenda.after(1, from, () => finish({ refused: "unavailable", why: `${to.name} is down` }));
      return;
    }
    this.#agenda.after(deadlineMs, from, () => finish({ refused: "deadline", why: "no answer in time" }));
    if (this.#faults.strikes("request-lost")) return;
    this.#agenda.after(this.#transit(), to, arrive);
    if (this.#faults.strikes("message-doubled")) this.#agenda.after(this.#transit(), to, arrive);
  }
}
