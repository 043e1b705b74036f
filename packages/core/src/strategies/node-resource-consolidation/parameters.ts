export const NODE_RESOURCE_CONSOLIDATION_PARAMETERS = {
  properties: {
    host_choice: {
      description:
        "Who names the destinations: auto leaves them to Nova's scheduler, anything else (specify) names them here.",
      type: "string",
      default: "auto",
    },
  },
};

export interface NodeResourceConsolidationParameters {
  host_choice: string;
}
