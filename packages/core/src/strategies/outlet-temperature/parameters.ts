export const OUTLET_TEMPERATURE_PARAMETERS = {
  properties: {
    threshold: {
      description: "Outlet temperature of a node in degrees Celsius from which on it is hot.",
      type: "number",
      default: 35.0,
    },
    period: {
      description: "Seconds back from now over which samples are aggregated.",
      type: "number",
      default: 30,
    },
    granularity: {
      description: "Seconds between two measures of the metric's series.",
      type: "number",
      default: 300,
    },
  },
};

export interface OutletTemperatureParameters {
  threshold: number;
  period: number;
  granularity: number;
}
