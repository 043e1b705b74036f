export const UNIFORM_AIRFLOW_PARAMETERS = {
  properties: {
    threshold_airflow: {
      description: "Airflow of a node, in tenths of a cubic foot per minute, from which on it is hot.",
      type: "number",
      default: 400.0,
    },
    threshold_inlet_t: {
      description:
        "Inlet temperature in degrees Celsius; a hot node below it has other trouble than warm air.",
      type: "number",
      default: 28.0,
    },
    threshold_power: {
      description: "Power in watts; a hot node that draws less has other trouble than a high load.",
      type: "number",
      default: 350.0,
    },
    period: {
      description: "Seconds back from now over which samples are aggregated.",
      type: "number",
      default: 300,
    },
    granularity: {
      description: "Seconds between two measures of the metrics' series.",
      type: "number",
      default: 300,
    },
  },
};

export interface UniformAirflowParameters {
  threshold_airflow: number;
  threshold_inlet_t: number;
  threshold_power: number;
  period: number;
  granularity: number;
}
