export const DUMMY_WITH_SCORER_PARAMETERS = {
  properties: {
    param1: {
      description: "A number, to show how one is given; nothing depends on it.",
      type: "number",
      default: 3.2,
      minimum: 1.0,
      maximum: 10.2,
    },
    param2: {
      description: "A text, to show how one is given; nothing depends on it.",
      type: "string",
      default: "hello",
    },
  },
};
