/**
 * The compute model as `GET /v1/data_model` shows it (rest-api 8.3): one flat object per server with its node's
 * members repeated, in the order of uuids; a node without servers appears once, alone.
 */

import type { ClusterModel, VisibleCompute } from "@vigil/core";
import { MINOR } from "../microversion.ts";

/** A row is written by the microversion in use, and by what the audit's scope leaves in. */
export interface DataModelOptions {
  minor: number;
  /** undefined: no audit, everything is shown as it is. */
  visible: VisibleCompute | undefined;
}

/** The node's members. What the model does not hold is null. */
export function nodeMembers(model: ClusterModel, node: number) {
  const { nodes } = model;
  return {
    node_uuid: model.textOrNull(at(nodes.uuid, node)),
    node_hostname: model.textOrNull(at(nodes.hostname, node)),
    node_status: at(nodes.enabled, node) === 1 ? "enabled" : "disabled",
    node_disabled_reason: model.textOrNull(at(nodes.disabledReason, node)),
    node_state: at(nodes.up, node) === 1 ? "up" : "down",
    node_memory: at(nodes.memoryMiB, node),
    node_memory_mb_reserved: at(nodes.memoryReservedMiB, node),
    node_disk: at(nodes.diskGb, node),
    node_disk_gb_reserved: at(nodes.diskReservedGb, node),
    node_vcpus: at(nodes.vcpus, node),
    node_vcpu_reserved: at(nodes.vcpusReserved, node),
    node_memory_ratio: at(nodes.memoryRatio, node),
    node_vcpu_ratio: at(nodes.vcpuRatio, node),
    node_disk_ratio: at(nodes.diskRatio, node),
  };
}

/** The server's members. Metadata, extra specs and the pin are empty rather than null, as Watcher has them. */
export function serverMembers(model: ClusterModel, server: number, { minor, visible }: DataModelOptions) {
  const { instances } = model;
  return {
    server_uuid: model.textOrNull(at(instances.uuid, server)),
    server_name: model.textOrNull(at(instances.name, server)),
    server_state: model.textOrNull(at(instances.state, server)),
    server_memory: at(instances.memoryMiB, server),
    server_disk: at(instances.diskGb, server),
    server_vcpus: at(instances.vcpus, server),
    server_metadata: json(model, at(instances.metadata, server)),
    server_project_id: model.textOrNull(at(instances.projectId, server)),
    server_locked: at(instances.locked, server) === 1,
    server_watcher_exclude: at(visible?.instanceExcluded ?? instances.watcherExclude, server) === 1,
    ...(minor >= MINOR.extendedAttributes && {
      server_pinned_az: model.textOrNull(at(instances.pinnedAz, server)) ?? "",
      server_flavor_extra_specs: json(model, at(instances.flavorExtraSpecs, server)),
    }),
  };
}

/**
 * The body, in pieces of about `pieceLength` characters; joined they are `{"context": [...]}`. In pieces because a
 * cloud of 200,000 servers makes 140 MB, of which a slow reader takes a little at a time.
 *
 * @throws VigilError invalid-input for texts of a broken snapshot
 */
export function* dataModelPieces(
  model: ClusterModel,
  options: DataModelOptions,
  pieceLength: number,
): Generator<string, void> {
  let piece = '{"context": [';
  let separator = "";
  for (const node of nodesInOrder(model, options.visible)) {
    for (const row of rowsOf(model, node, options)) {
      piece += separator + row;
      separator = ", ";
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = "";
    }
  }
  yield `${piece}]}`;
}

/** The node's part is written once and repeated: on a full node it is half of all there is to write. */
function* rowsOf(model: ClusterModel, node: number, options: DataModelOptions): Generator<string, void> {
  const nodePart = JSON.stringify(nodeMembers(model, node));
  const servers = serversInOrder(model, node);
  if (servers.length === 0) yield nodePart;
  for (const server of servers) {
    yield `${nodePart.slice(0, -1)},${JSON.stringify(serverMembers(model, server, options)).slice(1)}`;
  }
}

/** By uuid: the table of texts is sorted, so the order of indices is the order of texts. */
function nodesInOrder({ nodes }: ClusterModel, visible: VisibleCompute | undefined): Uint32Array {
  const all = Uint32Array.from({ length: nodes.count }, (_, node) => node);
  const shown = visible === undefined ? all : all.filter((node) => visible.nodeTakesPart[node] === 1);
  return shown.sort((a, b) => at(nodes.uuid, a) - at(nodes.uuid, b));
}

function serversInOrder({ nodes, instances }: ClusterModel, node: number): Uint32Array {
  const servers = nodes.instances.slice(at(nodes.instanceStart, node), at(nodes.instanceStart, node + 1));
  return servers.sort((a, b) => at(instances.uuid, a) - at(instances.uuid, b));
}

function json(model: ClusterModel, text: number): object {
  return JSON.parse(model.textOrNull(text) ?? "{}") as object;
}

/** Columns are as long as there are elements. */
function at(column: Uint32Array | Uint8Array | Float64Array, index: number): number {
  return column[index] as number;
}
