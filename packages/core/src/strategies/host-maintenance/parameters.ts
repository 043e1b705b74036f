export const HOST_MAINTENANCE_PARAMETERS = {
  type: "object",
  properties: {
    maintenance_node: {
      description: "Hostname of the compute node to be emptied.",
      type: "string",
    },
    backup_node: {
      description: "Hostname of the compute node that takes all instances, if it has room for all.",
      type: "string",
    },
    disable_live_migration: {
      description: "Active instances are not live migrated.",
      type: "boolean",
      default: false,
    },
    disable_cold_migration: {
      description: "No instance is cold migrated; with live migration disabled too, active ones are stopped.",
      type: "boolean",
      default: false,
    },
  },
  required: ["maintenance_node"],
};

export interface HostMaintenanceParameters {
  maintenance_node: string;
  backup_node?: string;
  disable_live_migration: boolean;
  disable_cold_migration: boolean;
}
