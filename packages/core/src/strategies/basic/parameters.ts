export const BASIC_PARAMETERS = {
  properties: {
    migration_attempts: {
      description:
        "Hosts in a row that may turn out not to be emptiable before the search ends; 0: no limit.",
      type: "number",
      default: 0,
    },
    period: {
      description: "Seconds back from now over which samples are aggregated.",
      type: "number",
      default: 7200,
    },
    granularity: {
      description: "Seconds between two measures of the metric's series.",
      type: "number",
      default: 300,
    },
    aggregation_method: {
      description: "How the samples of the period become one value, for instances and for compute nodes.",
      type: "object",
      properties: {
        instance: {
          description: "For instances: mean, min, max, ...",
          type: "string",
          default: "mean",
        },
        compute_node: {
          description: "For compute nodes: mean, min, max, ...",
          type: "string",
          default: "mean",
        },
        node: {
          description: "Deprecated alias of compute_node; replaces it unless empty.",
          type: "string",
          default: "",
        },
      },
      default: { instance: "mean", compute_node: "mean", node: "" },
    },
  },
};

export interface BasicParameters {
  migration_attempts: number;
  period: number;
  granularity: number;
  aggregation_method: { instance: string; compute_node: string; node: string };
}
