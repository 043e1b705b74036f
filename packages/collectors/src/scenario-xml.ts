/** Reader of Watcher's model files: XML with ComputeNode and Instance elements below a ModelRoot. */
import {
  type ClusterModelSource,
  type InstanceSource,
  isJsonObject,
  type JsonObject,
  type NodeSource,
  VigilError,
} from "@vigil/core";
import { SaxesParser, type SaxesTagPlain } from "saxes";

const ROOT = "ModelRoot";
/** Elements of the models that this reader passes over. */
const OTHER_MODELS = new Set(["StorageNode", "Pool", "Volume", "IronicNode"]);

/**
 * The compute model of a scenario file; storage and bare metal elements are passed over. Nodes and
 * instances keep document order; instances directly below the root are unmapped.
 *
 * @throws VigilError invalid-input: not well-formed, another root, an attribute of the wrong form
 */
export function readScenarioXml(text: string): ClusterModelSource {
  const nodes: NodeSource[] = [];
  const instances: InstanceSource[] = [];
  const open: string[] = [];
  const otherModels = new Set<string>();
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    if (open.length === 0 && tag.name !== ROOT) {
      throw new VigilError("invalid-input", `The root element is ${tag.name}, ${ROOT} is wanted`);
    }
    if (tag.name === "ComputeNode") nodes.push(readNode(new Attributes(tag)));
    if (tag.name === "Instance") {
      const mapped = open.at(-1) === "ComputeNode";
      instances.push(readInstance(new Attributes(tag), mapped ? nodes.length - 1 : null));
    } else if (OTHER_MODELS.has(tag.name)) otherModels.add(tag.name);
    open.push(tag.name);
  });
  parser.on("closetag", () => open.pop());
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof VigilError) throw error;
    throw new VigilError(
      "invalid-input",
      `The scenario is not well-formed XML: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  // An import of the wrong file must not replace the cloud by an empty one.
  if (nodes.length + instances.length === 0 && otherModels.size > 0) {
    throw new VigilError(
      "invalid-input",
      `The file has ${[...otherModels].join(", ")} and no ComputeNode; a compute model is wanted`,
    );
  }
  return {
    takenAt: null,
    nodes,
    instances,
    aggregates: [],
    serverGroups: [],
    metrics: [],
    storage: null,
    baremetal: null,
  };
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

/** Attributes of one element as typed values. A second argument is the text of a missing attribute. */
class Attributes {
  readonly #tag: SaxesTagPlain;

  constructor(tag: SaxesTagPlain) {
    this.#tag = tag;
  }

  #refuse(key: string, wanted: string): never {
    const { name, attributes } = this.#tag;
    const seen = attributes[key] === undefined ? "missing" : JSON.stringify(attributes[key]);
    throw new VigilError(
      "invalid-input",
      `${key} of ${name} ${attributes.uuid ?? "without uuid"} is ${seen}, ${wanted} is wanted`,
    );
  }

  text(key: string, missing?: string): string {
    return this.#tag.attributes[key] ?? missing ?? this.#refuse(key, "a text");
  }

  textOrNull(key: string): string | null {
    return this.#tag.attributes[key] ?? null;
  }

  oneOf<const T extends string>(key: string, words: readonly [T, ...T[]]): T {
    const value = this.text(key, words[0]);
    return words.find((word) => word === value) ?? this.#refuse(key, words.join(" or "));
  }

  integer(key: string, missing?: string): number {
    const value = this.text(key, missing);
    return /^\d{1,10}$/.test(value)
      ? Number(value)
      : this.#refuse(key, "an integer >= 0 of at most 10 digits");
  }

  /** A missing ratio reads 1. */
  ratio(key: string): number {
    const value = this.text(key, "1");
    return /^\d{1,10}(\.\d+)?$/.test(value) ? Number(value) : this.#refuse(key, "a decimal number >= 0");
  }

  flag(key: string, missing?: string): boolean {
    const value = this.text(key, missing);
    if (/^[Tt]rue$/.test(value)) return true;
    return /^[Ff]alse$/.test(value) ? false : this.#refuse(key, "True or False");
  }

  object(key: string): JsonObject {
    let value: unknown;
    try {
      value = JSON.parse(this.text(key, "{}"));
    } catch {
      value = undefined;
    }
    return isJsonObject(value) ? value : this.#refuse(key, "a JSON object");
  }
}
