/** Reader of Watcher's model files: XML with the elements of all three models below a ModelRoot. */
import { type ClusterModelSource, type InstanceSource, type NodeSource, VigilError } from "@vigil/core";
import { SaxesParser } from "saxes";
import { BaremetalElements, StorageElements } from "./scenario-storage.ts";
import { Attributes } from "./xml-attributes.ts";

const ROOT = "ModelRoot";

/**
 * The models of a scenario file. Elements keep document order. What is inside a node, or a pool, belongs to
 * it; instances and volumes directly below the root are unmapped. Storage and bare metal are null where the
 * file has no element of them.
 *
 * @throws VigilError invalid-input: not well-formed, another root, an attribute of the wrong form
 */
export function readScenarioXml(text: string): ClusterModelSource {
  const nodes: NodeSource[] = [];
  const instances: InstanceSource[] = [];
  const storage = new StorageElements();
  const baremetal = new BaremetalElements();
  const open: string[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    if (open.length === 0 && tag.name !== ROOT) {
      throw new VigilError("invalid-input", `The root element is ${tag.name}, ${ROOT} is wanted`);
    }
    const attributes = new Attributes(tag);
    const inside = open.at(-1);
    if (tag.name === "ComputeNode") nodes.push(readNode(attributes));
    else if (tag.name === "Instance") {
      instances.push(readInstance(attributes, inside === "ComputeNode" ? nodes.length - 1 : null));
    } else {
      storage.open(tag.name, inside, attributes);
      baremetal.open(tag.name, attributes);
    }
    open.push(tag.name);
  });
  parser.on("text", (content) => baremetal.text(open.at(-1), content));
  parser.on("closetag", () => open.pop());
  parse(parser, text);
  return {
    takenAt: null,
    nodes,
    instances,
    aggregates: [],
    serverGroups: [],
    metrics: [],
    storage: storage.model(),
    baremetal: baremetal.model(),
  };
}

function parse(parser: SaxesParser, text: string): void {
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof VigilError) throw error;
    const { message } = error as Error;
    throw new VigilError("invalid-input", `The scenario is not well-formed XML: ${message}`, {
      cause: error,
    });
  }
}

function readNode(node: Attributes): NodeSource {
  return {
    uuid: node.text("uuid"),
    hostname: node.text("hostname"),
    status: node.oneOf("status", ["enabled", "disabled"]),
    state: node.oneOf("state", ["up", "down"]),
    disabledReason: node.textOrNull("disabled_reason"),
    zone: node.textOrNull("zone"),
    vcpus: node.integer("vcpus"),
    vcpusReserved: node.integer("vcpu_reserved", "0"),
    vcpuRatio: node.ratio("vcpu_ratio"),
    memoryMiB: node.integer("memory"),
    memoryReservedMiB: node.integer("memory_mb_reserved", "0"),
    memoryRatio: node.ratio("memory_ratio"),
    diskGb: node.integer("disk"),
    diskReservedGb: node.integer("disk_gb_reserved", "0"),
    diskRatio: node.ratio("disk_ratio"),
  };
}

function readInstance(instance: Attributes, nodeIndex: number | null): InstanceSource {
  return {
    uuid: instance.text("uuid"),
    name: instance.text("name", ""),
    nodeIndex,
    state: instance.text("state", "active"),
    vcpus: instance.integer("vcpus"),
    memoryMiB: instance.integer("memory"),
    diskGb: instance.integer("disk"),
    metadata: instance.object("metadata"),
    projectId: instance.textOrNull("project_id"),
    locked: instance.flag("locked", "false"),
    host: instance.textOrNull("host"),
    hypervisorHostname: instance.textOrNull("hypervisor_hostname"),
    created: instance.textOrNull("created"),
    watcherExclude: instance.flag("watcher_exclude"),
    flavorExtraSpecs: instance.object("flavor_extra_specs"),
    // The unset pin is written as an empty text.
    pinnedAz: instance.textOrNull("pinned_az") || null,
  };
}
