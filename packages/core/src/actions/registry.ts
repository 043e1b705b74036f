import type { JsonObject } from "../json.ts";
import type { ActionTypeName } from "./inputs.ts";
import {
  MIGRATE_INPUT,
  NOP_INPUT,
  POWER_STATE_INPUT,
  RESIZE_INPUT,
  SERVICE_STATE_INPUT,
  SLEEP_INPUT,
  STOP_INPUT,
  VOLUME_MIGRATE_INPUT,
} from "./schemas.ts";

/** A part of the cloud that an action reads or changes: Nova, Cinder, Ironic or MAAS. */
export type CloudPart = "compute" | "volume" | "baremetal";

export interface ActionType {
  name: ActionTypeName;
  /** The text that clients are shown (Watcher's action plugins). */
  description: string;
  /** Draft-4 schema of the input parameters. */
  inputSchema: JsonObject;
  /** Without these it can't be executed. */
  needs: readonly CloudPart[];
}

/** Action types that ship. What executes them is in the applier. */
export const ACTION_TYPES: readonly ActionType[] = [
  { name: "nop", description: "Logging a NOP message", inputSchema: NOP_INPUT, needs: [] },
  {
    name: "sleep",
    description: "Wait for a given interval in seconds.",
    inputSchema: SLEEP_INPUT,
    needs: [],
  },
  {
    name: "migrate",
    description: "Moving a VM instance from source_node to destination_node",
    inputSchema: MIGRATE_INPUT,
    needs: ["compute"],
  },
  {
    name: "resize",
    description: "Resize a server with specified flavor.",
    inputSchema: RESIZE_INPUT,
    needs: ["compute"],
  },
  {
    name: "change_nova_service_state",
    description:
      // Watcher joins the two sentences without a blank, and clients compare the text.
      "Disables or enables the nova-compute service.A disabled nova-compute service can not be selected by the nova for future deployment of new server.",
    inputSchema: SERVICE_STATE_INPUT,
    needs: ["compute"],
  },
  {
    name: "change_node_power_state",
    description: "Compute node power on/off through Ironic or MaaS.",
    inputSchema: POWER_STATE_INPUT,
    needs: ["baremetal"],
  },
  {
    name: "volume_migrate",
    description: "Moving a volume to destination_node or destination_type",
    inputSchema: VOLUME_MIGRATE_INPUT,
    // An attached volume is moved only while its server is in a state that allows it.
    needs: ["volume", "compute"],
  },
  { name: "stop", description: "Stop a VM instance", inputSchema: STOP_INPUT, needs: ["compute"] },
];

const BY_NAME: ReadonlyMap<string, ActionType> = new Map(ACTION_TYPES.map((type) => [type.name, type]));

/** undefined: no such type. Case counts. */
export function findActionType(name: string): ActionType | undefined {
  return BY_NAME.get(name);
}

/** Descriptions by name of the type. */
export const ACTION_DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  ACTION_TYPES.map(({ name, description }) => [name, description]),
);
