import { z } from "zod";
import { MINOR } from "../../rest/microversion.ts";
import { freeObject, since } from "./members.ts";

const nodeMembers = {
  node_uuid: z.string(),
  node_hostname: z.string(),
  node_status: z.enum(["enabled", "disabled"]),
  node_disabled_reason: z.string().nullable(),
  node_state: z.enum(["up", "down"]),
  node_memory: z.int().meta({ description: "MiB" }),
  node_memory_mb_reserved: z.int().meta({ description: "MiB" }),
  node_disk: z.int().meta({ description: "GB" }),
  node_disk_gb_reserved: z.int().meta({ description: "GB" }),
  node_vcpus: z.int(),
  node_vcpu_reserved: z.int(),
  node_memory_ratio: z.number(),
  node_vcpu_ratio: z.number(),
  node_disk_ratio: z.number(),
};

const serverMembers = {
  server_uuid: z.string(),
  server_name: z.string().nullable(),
  server_state: z.string().nullable(),
  server_memory: z.int().meta({ description: "MiB" }),
  server_disk: z.int().meta({ description: "GB" }),
  server_vcpus: z.int(),
  server_metadata: freeObject,
  server_project_id: z.string().nullable(),
  server_locked: z.boolean(),
  server_watcher_exclude: z.boolean(),
  server_pinned_az: since(MINOR.extendedAttributes, z.string()),
  server_flavor_extra_specs: since(MINOR.extendedAttributes, freeObject),
};

/** A node that carries no server. */
export const emptyNode = z.strictObject(nodeMembers);

/** A server, and the members of its node. */
export const nodeWithServer = z.strictObject({ ...nodeMembers, ...serverMembers });

/** The compute model (rest-api 8.3). */
export const dataModel = z.strictObject({ context: z.array(z.union([emptyNode, nodeWithServer])) });
