import type { JsonObject } from "../../json.ts";

export const ACTUATOR_PARAMETERS = {
  type: "object",
  properties: {
    actions: {
      description: "What the plan is to hold, in this order; equal actions are planned once.",
      type: "array",
      items: {
        type: "object",
        properties: {
          action_type: {
            description: "Type of the action: one that the planner has a weight for.",
            type: "string",
          },
          resource_id: {
            description: "Id of what it acts on; becomes the input parameter resource_id.",
            type: "string",
          },
          input_parameters: {
            description: "What the action's type asks for, resource_id left out.",
            type: "object",
          },
        },
        required: ["action_type", "input_parameters"],
      },
    },
  },
  required: ["actions"],
};

export interface ActuatorParameters {
  actions: { action_type: string; resource_id?: string; input_parameters: JsonObject }[];
}
