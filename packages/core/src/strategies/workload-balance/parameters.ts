export const WORKLOAD_BALANCE_PARAMETERS = {
  properties: {
    metrics: {
      description: "Which use of its instances makes a node hot: CPU or memory.",
      type: "string",
      choice: ["instance_cpu_usage", "instance_ram_usage"],
      default: "instance_cpu_usage",
    },
    threshold: {
      description: "Use of a node, in percent of all it has, from which on it is hot.",
      type: "number",
      default: 25.0,
    },
    period: {
      description: "Seconds back from now over which samples are aggregated.",
      type: "number",
      default: 300,
    },
    granularity: {
      description: "Seconds between two measures of the metric's series.",
      type: "number",
      default: 300,
    },
  },
};

export interface WorkloadBalanceParameters {
  metrics: "instance_cpu_usage" | "instance_ram_usage";
  threshold: number;
  period: number;
  granularity: number;
}
