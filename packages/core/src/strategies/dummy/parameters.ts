export const DUMMY_PARAMETERS = {
  properties: {
    para1: {
      description: "Seconds that the sleep action waits.",
      type: "number",
      default: 3.2,
      minimum: 1.0,
      maximum: 10.2,
    },
    para2: {
      description: "Message of the second nop action.",
      type: "string",
      default: "hello",
    },
  },
};

export interface DummyParameters {
  para1: number;
  para2: string;
}
