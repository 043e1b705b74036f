/** What an audit's scope leaves of the compute model, for whoever shows it and tries no placements. */
import type { JsonValue } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import { Overlay } from "../model/overlay.ts";
import { applyScope } from "./apply.ts";

export interface VisibleCompute {
  /** 1: the node belongs to the scope; instances on the others do not exist for the audit. Parallel to the nodes. */
  readonly nodeTakesPart: Uint8Array;
  /** 1: the instance stays in the model and never moves (watcher_exclude). Parallel to the instances. */
  readonly instanceExcluded: Uint8Array;
}

/**
 * The masks that strategies get of the same model and scope, made by the same code.
 *
 * @param scope the audit's; `[]`: everything
 * @throws VigilError invalid-input for a scope of another form, overloaded for a model that is too large
 */
export function visibleCompute(model: ClusterModel, scope: JsonValue): VisibleCompute {
  const overlay = new Overlay(model);
  applyScope({ overlay, storage: null, baremetal: null }, scope);
  return { nodeTakesPart: overlay.takesPart, instanceExcluded: overlay.excluded };
}
