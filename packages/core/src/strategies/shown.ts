/** Names of what a strategy tells of in its explanation, cut to a length that a reader can take. */
import { clip } from "../explanation.ts";
import type { ClusterModel } from "../model/model.ts";

/** A text of the model by its index. */
export function shownText(model: ClusterModel, text: number | undefined): string {
  return clip(model.text(text as number));
}

/** Hostname of a node. */
export function shownNode(model: ClusterModel, node: number): string {
  return shownText(model, model.nodes.hostname[node]);
}

/** UUID of an instance. */
export function shownInstance(model: ClusterModel, instance: number): string {
  return shownText(model, model.instances.uuid[instance]);
}
