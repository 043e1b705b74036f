import { type ClusterModelSource, VigilError } from "@vigil/core";

export const EMPTY_MODEL: ClusterModelSource = {
  takenAt: null,
  nodes: [],
  instances: [],
  aggregates: [],
  serverGroups: [],
  metrics: [],
  storage: null,
  baremetal: null,
};

/** What a file may bring a model of. */
type Part = "compute" | "storage" | "baremetal";

const PART_NAMES: Readonly<Record<Part, string>> = {
  compute: "compute",
  storage: "storage",
  baremetal: "bare metal",
};

/**
 * One model of files that hold a part each, such as a compute and a storage scenario. Their order does not
 * matter: no part is put together of two files, since nobody could tell which one is right.
 *
 * @throws VigilError invalid-input: two files hold the same part
 */
export function mergeModels(models: readonly ClusterModelSource[]): ClusterModelSource {
  const compute = theOne(models, "compute");
  return {
    ...(compute ?? EMPTY_MODEL),
    storage: theOne(models, "storage")?.storage ?? null,
    baremetal: theOne(models, "baremetal")?.baremetal ?? null,
  };
}

function theOne(models: readonly ClusterModelSource[], part: Part): ClusterModelSource | undefined {
  const [first, second] = models.filter((model) => holds(model, part));
  if (second === undefined) return first;
  throw new VigilError(
    "invalid-input",
    `Two files hold a ${PART_NAMES[part]} model; give one file of each kind`,
  );
}

function holds(model: ClusterModelSource, part: Part): boolean {
  if (part !== "compute") return model[part] !== null;
  return model.nodes.length + model.instances.length + model.aggregates.length > 0;
}

/**
 * Refuses what holds other models only: an import of the wrong file must not replace the cloud by an empty one.
 * @throws VigilError invalid-input
 */
export function requireCompute(model: ClusterModelSource, nameHint = "The file"): ClusterModelSource {
  if (holds(model, "compute")) return model;
  const held = (["storage", "baremetal"] as const).filter((part) => holds(model, part));
  if (held.length === 0) return model;
  throw new VigilError(
    "invalid-input",
    `${nameHint} holds a ${held.map((part) => PART_NAMES[part]).join(" and a ")} model and no ComputeNode; ` +
      "give it together with a file that holds the compute model",
  );
}
