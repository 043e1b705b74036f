export const VM_WORKLOAD_CONSOLIDATION_PARAMETERS = {
  properties: {
    period: {
      description: "Seconds back from now over which samples are aggregated.",
      type: "number",
      default: 3600,
    },
    granularity: {
      description: "Seconds between two measures of the metric's series.",
      type: "number",
      default: 300,
    },
  },
};

export interface VmWorkloadConsolidationParameters {
  period: number;
  granularity: number;
}
