const FRACTION = { type: "number", minimum: 0, maximum: 1 };

export const WORKLOAD_STABILIZATION_PARAMETERS = {
  properties: {
    metrics: {
      description: "Which use of its instances makes up a host's load: CPU, memory or both.",
      type: "array",
      items: { type: "string", enum: ["instance_cpu_usage", "instance_ram_usage"] },
      default: ["instance_cpu_usage"],
    },
    thresholds: {
      description:
        "Standard deviation of the hosts' load, 0..1, per metric: above it a plan is made, below it the plan ends.",
      type: "object",
      properties: {
        instance_cpu_usage: { description: "Of the share of vCPUs in use.", ...FRACTION, default: 0.1 },
        instance_ram_usage: { description: "Of the share of memory in use.", ...FRACTION, default: 0.1 },
      },
      default: { instance_cpu_usage: 0.1, instance_ram_usage: 0.1 },
    },
    weights: {
      description:
        "Weight, 0..1, of each metric's standard deviation in the sum that moves must lower. An object that leaves out a metric in use fails the audit.",
      type: "object",
      // No defaults of their own: Watcher fails an audit that weighs one metric and forgets the other.
      properties: {
        instance_cpu_usage_weight: { description: "Weight of CPU.", ...FRACTION },
        instance_ram_usage_weight: { description: "Weight of memory.", ...FRACTION },
      },
      default: { instance_cpu_usage_weight: 1.0, instance_ram_usage_weight: 1.0 },
    },
    instance_metrics: {
      description: "The host metric that an instance metric adds to.",
      type: "object",
      default: { instance_cpu_usage: "host_cpu_usage", instance_ram_usage: "host_ram_usage" },
    },
    host_choice: {
      description:
        "Which hosts are tried for an instance: retry a few at random, cycle the next one of all in turn, fullsearch all.",
      type: "string",
      enum: ["retry", "cycle", "fullsearch"],
      default: "retry",
    },
    retry_count: {
      description: "Hosts that retry tries per instance; more than there are: all of them.",
      type: "number",
      minimum: 1,
      default: 1,
    },
    periods: {
      description: "Seconds back from now over which samples are aggregated.",
      type: "object",
      properties: {
        instance: { description: "For instance metrics.", type: "integer", minimum: 0, default: 720 },
        compute_node: { description: "For host metrics.", type: "integer", minimum: 0, default: 600 },
        node: {
          description: "Deprecated name of compute_node; other than 0, it replaces it.",
          type: "integer",
          minimum: 0,
          default: 0,
        },
      },
      default: { instance: 720, compute_node: 600, node: 0 },
    },
    aggregation_method: {
      description: "How samples of the period become one value.",
      type: "object",
      properties: {
        instance: { description: "For instance metrics.", type: "string", default: "mean" },
        compute_node: { description: "For host metrics.", type: "string", default: "mean" },
        node: {
          description: "Deprecated name of compute_node; other than empty, it replaces it.",
          type: "string",
          default: "",
        },
      },
      default: { instance: "mean", compute_node: "mean", node: "" },
    },
    granularity: {
      description: "Seconds between two measures of the metric's series.",
      type: "number",
      minimum: 0,
      default: 300,
    },
  },
};

export type LoadMetric = "instance_cpu_usage" | "instance_ram_usage";

export interface WorkloadStabilizationParameters {
  metrics: LoadMetric[];
  thresholds: Record<LoadMetric, number>;
  weights: Partial<Record<`${LoadMetric}_weight`, number>>;
  instance_metrics: Record<string, unknown>;
  host_choice: "retry" | "cycle" | "fullsearch";
  retry_count: number;
  periods: { instance: number; compute_node: number; node: number };
  aggregation_method: { instance: string; compute_node: string; node: string };
  granularity: number;
}
