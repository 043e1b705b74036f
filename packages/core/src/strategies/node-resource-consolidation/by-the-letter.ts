/**
 * Option `strategyParity`: one round as the reference makes it. Hosts that are down take part, disks are not
 * looked at, everything on a source moves live, excluded and suspended instances too, and what finds no
 * destination stays although its host counts as released.
 */
import type { Overlay } from "../../model/overlay.ts";
import { addMigration } from "../actions.ts";
import type { Solution } from "../solution.ts";
import { Destinations, NO_DESTINATION } from "./destinations.ts";
import { instancesOf } from "./emptying.ts";
import type { Grouping } from "./grouping.ts";

/** @returns the number of migrations */
export function moveByTheLetter(
  overlay: Overlay,
  { sources, destinations }: Grouping,
  auto: boolean,
  solution: Solution,
): number {
  const { vcpus, memoryMiB } = overlay.model.instances;
  const row = new Destinations(
    overlay,
    destinations,
    (instance, node) =>
      overlay.vcpusFree(node) >= (vcpus[instance] as number) &&
      overlay.memoryFreeMiB(node) >= (memoryMiB[instance] as number),
  );
  row.addAll(destinations);
  let migrations = 0;
  for (const source of sources) {
    for (const instance of instancesOf(overlay, source)) {
      const target = auto ? null : row.find(instance, source);
      if (target === NO_DESTINATION) continue;
      if (target !== null) {
        overlay.move(instance, source, target);
        row.update(target);
        row.update(source);
      }
      addMigration(solution, overlay.model, { instance, type: "live", source, destination: target });
      migrations += 1;
    }
  }
  return migrations;
}
