export {
  createVigilClient,
  type Inputs,
  isVigilError,
  type Outputs,
  type VigilClient,
  type VigilClientOptions,
} from "./client.ts";
