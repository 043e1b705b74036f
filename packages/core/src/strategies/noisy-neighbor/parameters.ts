export const NOISY_NEIGHBOR_PARAMETERS = {
  properties: {
    cache_threshold: {
      description:
        "Change of an instance's L3 cache use between two periods, in percent, from which on it counts: falling by more makes a victim, rising by more a noisy neighbor.",
      type: "number",
      default: 35.0,
    },
    period: {
      description:
        "Seconds back from now over which samples are aggregated; the period before it is as long.",
      type: "number",
      default: 100.0,
    },
  },
};

export interface NoisyNeighborParameters {
  cache_threshold: number;
  period: number;
}
