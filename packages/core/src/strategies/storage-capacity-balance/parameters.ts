export const STORAGE_CAPACITY_BALANCE_PARAMETERS = {
  properties: {
    volume_threshold: {
      description: "Use of a pool, in percent of its capacity, from which on volumes have to leave it.",
      type: "number",
      default: 80.0,
    },
  },
};

export interface StorageCapacityBalanceParameters {
  volume_threshold: number;
}
