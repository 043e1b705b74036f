import { createNewestModel } from "../models/newest-model.ts";

/** A cloud of which no model was imported yet; needs no broker. */
export const NO_MODEL = createNewestModel({
  head: async () => undefined,
  get: async (hash) => {
    throw new Error(`snapshot ${hash} was asked for, though there is none`);
  },
});
