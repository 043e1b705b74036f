export const SAVING_ENERGY_PARAMETERS = {
  properties: {
    free_used_percent: {
      description: "Free hosts to keep powered on, in percent of the hosts that carry servers.",
      type: "number",
      default: 10.0,
    },
    min_free_hosts_num: {
      description: "Free hosts to keep powered on whatever the percentage comes to.",
      type: "number",
      default: 1,
    },
  },
};

export interface SavingEnergyParameters {
  free_used_percent: number;
  min_free_hosts_num: number;
}
