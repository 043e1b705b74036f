/** The order in which targets are taken: sorts applied one after another, the strongest last. */
import type { ClusterModel } from "../../model/model.ts";
import type { Overlay } from "../../model/overlay.ts";
import type { StorageView } from "../../model/storage-view.ts";
import type { PriorityParameter } from "./parameters.ts";

export interface Targets {
  instances: Int32Array;
  volumes: Int32Array;
}

/** Columns of numbers or texts, by target. */
type Column = Uint32Array;

/** Sorts both lists in place. The order of the object's keys counts: the first is the strongest. */
export function applyPriority(
  overlay: Overlay,
  storage: StorageView | null,
  priority: PriorityParameter,
  { instances, volumes }: Targets,
): void {
  const { model, nodeOf } = overlay;
  const ofInstances = model.instances;
  const ofVolumes = storage?.columns.volumes;
  for (const key of Object.keys(priority).reverse() as (keyof PriorityParameter)[]) {
    if (key === "project") {
      moveToFront(model, instances, priority.project ?? [], (at) => ofInstances.projectId[at] as number);
      if (ofVolumes)
        moveToFront(model, volumes, priority.project ?? [], (at) => ofVolumes.projectId[at] as number);
    } else if (key === "compute_node") {
      const hostOf = (at: number): number => model.nodes.hostname[nodeOf[at] as number] as number;
      moveToFront(model, instances, priority.compute_node ?? [], hostOf);
    } else if (key === "storage_pool") {
      if (ofVolumes)
        moveToFront(model, volumes, priority.storage_pool ?? [], (at) => ofVolumes.host[at] as number);
    } else if (key === "compute") {
      if (priority.compute === "created_at") oldestFirst(instances, ofInstances.created);
      else if (priority.compute === "vcpu_num") largestFirst(instances, ofInstances.vcpus);
      else
        largestFirst(instances, priority.compute === "mem_size" ? ofInstances.memoryMiB : ofInstances.diskGb);
    } else if (ofVolumes) {
      if (priority.storage === "created_at") oldestFirst(volumes, ofVolumes.createdAt);
      else largestFirst(volumes, ofVolumes.sizeGb);
    }
  }
}

/** Those with the first name, then those with the second and so on, then the others; each in their order. */
function moveToFront(
  model: ClusterModel,
  items: Int32Array,
  names: readonly string[],
  textOf: (item: number) => number,
): void {
  const ranks = new Map<number, number>();
  for (const name of names) {
    const text = model.findText(name);
    if (!ranks.has(text)) ranks.set(text, ranks.size);
  }
  const rankOf = (item: number): number => ranks.get(textOf(item)) ?? ranks.size;
  // A counting sort: where those of each rank start, then each item to its place.
  const starts = new Uint32Array(ranks.size + 2);
  for (const item of items) starts[rankOf(item) + 1] = (starts[rankOf(item) + 1] as number) + 1;
  for (let rank = 0; rank < ranks.size; rank++) {
    starts[rank + 1] = (starts[rank + 1] as number) + (starts[rank] as number);
  }
  for (const item of items.slice()) {
    const rank = rankOf(item);
    items[starts[rank] as number] = item;
    starts[rank] = (starts[rank] as number) + 1;
  }
}

function largestFirst(items: Int32Array, column: Column): void {
  items.sort((a, b) => (column[b] as number) - (column[a] as number));
}

/**
 * Times of one service have one form, so that their texts sort as the times do, and the text table is
 * sorted: nothing has to be decoded. Those without a time (NO_TEXT, the largest index) go last.
 */
function oldestFirst(items: Int32Array, column: Column): void {
  items.sort((a, b) => (column[a] as number) - (column[b] as number));
}
