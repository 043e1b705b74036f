/**
 * Reader of lists of machines as a bare metal service knows them:
 *
 *     hostname (of the compute node that it carries), uuid (default: the hostname), power_state,
 *     running_vms, state (of its hypervisor: up or down), maintenance, maintenance_reason,
 *     up_when_powered_off (whether hypervisors of this kind stay up: Ironic true, the default; MAAS false)
 *
 * The list is the member `baremetal` of a cluster file, or is added to a model. Unknown members are ignored.
 */
import type { BaremetalNodeSource, ClusterModelSource, JsonValue, NodeSource } from "@vigil/core";
import { listOf, Members } from "./members.ts";

/**
 * The model with these machines as its bare metal model. Where the list tells the state of a hypervisor, the
 * compute node has that state.
 *
 * @throws VigilError invalid-input naming the member, what was seen and wanted
 */
export function addBaremetal(model: ClusterModelSource, list: JsonValue): ClusterModelSource {
  const states = new Map<string, NodeSource["state"]>();
  const nodes = listOf(list, "baremetal").map((value, at) => {
    const members = new Members(value, "baremetal", at);
    const node = readNode(members);
    const told = members.textOrNull("state") !== null;
    const state = members.oneOf("state", ["up", "down"], "up");
    if (told && node.computeNode !== null) states.set(node.computeNode, state);
    return node;
  });
  const stateOf = (node: NodeSource): NodeSource["state"] => states.get(node.hostname) ?? node.state;
  return {
    ...model,
    nodes: model.nodes.map((node) => ({ ...node, state: stateOf(node) })),
    baremetal: { nodes },
  };
}

function readNode(node: Members): BaremetalNodeSource {
  const computeNode = node.textOrNull("hostname");
  return {
    uuid: node.text("uuid", computeNode ?? undefined),
    powerState: node.text("power_state"),
    maintenance: node.flag("maintenance", false),
    maintenanceReason: node.textOrNull("maintenance_reason"),
    computeNode,
    runningVms: node.integerOrNull("running_vms"),
    upWhenPoweredOff: node.flag("up_when_powered_off", true),
  };
}
