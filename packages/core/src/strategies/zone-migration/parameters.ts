export const ZONE_MIGRATION_PARAMETERS = {
  type: "object",
  properties: {
    compute_nodes: {
      description: "Compute nodes whose instances are to leave; the first entry of a node counts.",
      type: "array",
      items: {
        type: "object",
        properties: {
          src_node: { description: "Hostname of the node to be left.", type: "string" },
          dst_node: {
            description:
              "Hostname of the node that takes its instances; without it Nova's scheduler chooses.",
            type: "string",
          },
        },
        required: ["src_node"],
      },
    },
    storage_pools: {
      description: "Storage pools whose volumes are to leave, or to change their type.",
      type: "array",
      items: {
        type: "object",
        properties: {
          src_pool: { description: "Name of the pool to be left.", type: "string" },
          src_type: { description: "Only volumes of this type; without it all of the pool.", type: "string" },
          dst_pool: { description: "Name of the pool that takes the volumes.", type: "string" },
          dst_type: { description: "Type that the volumes get; Cinder chooses the pool.", type: "string" },
        },
        required: ["src_pool"],
        oneOf: [{ required: ["dst_pool"] }, { required: ["dst_type"] }],
      },
    },
    parallel_total: {
      description: "Actions that one plan may hold.",
      type: "integer",
      minimum: 0,
      default: 6,
    },
    parallel_per_node: {
      description: "Instances that one plan may take from each compute node.",
      type: "integer",
      minimum: 0,
      default: 2,
    },
    parallel_per_pool: {
      description: "Volumes that one plan may take from each storage pool.",
      type: "integer",
      minimum: 0,
      default: 2,
    },
    priority: {
      description: "What goes first. The first key given is the strongest, and in a list the first value.",
      type: "object",
      properties: {
        project: {
          description: "Project ids: their instances and volumes go first.",
          type: "array",
          items: { type: "string" },
        },
        compute_node: {
          description: "Hostnames: instances on these nodes go first.",
          type: "array",
          items: { type: "string" },
        },
        storage_pool: {
          description: "Names of pools: volumes in these go first.",
          type: "array",
          items: { type: "string" },
        },
        compute: {
          description: "Instances with the most vCPUs, memory or disk first, or the oldest first.",
          type: "string",
          enum: ["vcpu_num", "mem_size", "disk_size", "created_at"],
        },
        storage: {
          description: "The largest volumes first, or the oldest.",
          type: "string",
          enum: ["size", "created_at"],
        },
      },
    },
    with_attached_volume: {
      description: "An instance that is to leave goes right after the first of its volumes that does.",
      type: "boolean",
      default: false,
    },
  },
};

export interface ComputeNodeParameter {
  src_node: string;
  dst_node?: string;
}

export interface StoragePoolParameter {
  src_pool: string;
  src_type?: string;
  dst_pool?: string;
  dst_type?: string;
}

export interface PriorityParameter {
  project?: string[];
  compute_node?: string[];
  storage_pool?: string[];
  compute?: "vcpu_num" | "mem_size" | "disk_size" | "created_at";
  storage?: "size" | "created_at";
}

export interface ZoneMigrationParameters {
  compute_nodes?: ComputeNodeParameter[];
  storage_pools?: StoragePoolParameter[];
  parallel_total: number;
  parallel_per_node: number;
  parallel_per_pool: number;
  priority?: PriorityParameter;
  with_attached_volume: boolean;
}
