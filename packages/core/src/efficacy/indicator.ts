/** One reported number. `unit` is null for counts and deviations, "%" for ratios. */
export interface Indicator {
  name: string;
  description: string;
  unit: string | null;
  value: number;
}
