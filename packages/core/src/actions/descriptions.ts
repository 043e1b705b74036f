/** Action types that ship, with the text that clients are shown (Watcher's action plugins). */
export const ACTION_DESCRIPTIONS: ReadonlyMap<string, string> = new Map([
  ["nop", "Logging a NOP message"],
  ["sleep", "Wait for a given interval in seconds."],
  ["migrate", "Moving a VM instance from source_node to destination_node"],
  ["resize", "Resize a server with specified flavor."],
  [
    "change_nova_service_state",
    // Watcher joins the two sentences without a blank, and clients compare the text.
    "Disables or enables the nova-compute service.A disabled nova-compute service can not be selected by the nova for future deployment of new server.",
  ],
  ["change_node_power_state", "Compute node power on/off through Ironic or MaaS."],
  ["volume_migrate", "Moving a volume to destination_node or destination_type"],
  ["stop", "Stop a VM instance"],
]);
