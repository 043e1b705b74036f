/** Which migrations may run side by side in one layer, when the next layer starts only after all of them. */
import type { ClusterModel } from "../model/model.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import { type Moves, readMoves, UNKNOWN } from "./moves.ts";
import { Rooms } from "./rooms.ts";

export class LayerRooms {
  readonly #moves: Moves;
  readonly #rooms: Rooms;
  /** The open layer: indices of its migrations, and the instances that they move. */
  readonly #running: number[] = [];
  readonly #moving = new Set<number>();

  /** @param migrations in the solution's order */
  constructor(migrations: readonly SolutionAction[], model: ClusterModel) {
    this.#moves = readMoves(migrations, model);
    this.#rooms = new Rooms(model);
  }

  /**
   * Whether the migration must wait for the open layer: it needs room that the layer frees, or moves an
   * instance that is still moving. One that would not fit after the layer either need not wait.
   */
  mustWait(index: number): boolean {
    const { instance, destination, source } = this.#moves;
    const moved = instance[index] as number;
    const to = destination[index] as number;
    if (moved === UNKNOWN) return false;
    if (this.#moving.has(moved)) return true;
    if (to === UNKNOWN || this.#rooms.fits(to, moved)) return false;
    const leaving = this.#running.filter((one) => source[one] === to);
    for (const one of leaving) this.#rooms.free(to, instance[one] as number);
    const fits = this.#rooms.fits(to, moved);
    for (const one of leaving) this.#rooms.take(to, instance[one] as number);
    return fits;
  }

  /** Adds the migration to the open layer. */
  add(index: number): void {
    const moved = this.#moves.instance[index] as number;
    const to = this.#moves.destination[index] as number;
    if (moved === UNKNOWN) return;
    if (to !== UNKNOWN) this.#rooms.take(to, moved);
    this.#running.push(index);
    this.#moving.add(moved);
  }

  /** Ends the open layer: what its migrations leave is free. */
  close(): void {
    const { instance, source } = this.#moves;
    for (const one of this.#running) {
      const from = source[one] as number;
      if (from !== UNKNOWN) this.#rooms.free(from, instance[one] as number);
    }
    this.#running.length = 0;
    this.#moving.clear();
  }
}
