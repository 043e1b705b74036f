import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { isDeeperThan, type JsonValue } from "../json.ts";
import { schemaMismatch } from "../json-schema.ts";
import { ACTION_TYPES, type ActionType, findActionType } from "./registry.ts";

/** Inputs are flat; whatever is deeper is refused before anything writes it by recursion. */
const LEVELS_MAX = 8;

/**
 * The type of an action whose input parameters fit it.
 * @throws VigilError invalid-input naming the type, the member, what was seen and what is wanted
 */
export function checkActionInput(typeName: string, input: JsonValue): ActionType {
  const type = findActionType(typeName);
  if (type === undefined) {
    const known = ACTION_TYPES.map(({ name }) => name).join(", ");
    throw new VigilError("invalid-input", `No action type ${clip(typeName)}; there are ${known}`);
  }
  if (isDeeperThan(input, LEVELS_MAX)) {
    const text = `Input parameters of ${typeName} are nested deeper than ${LEVELS_MAX} levels; flat ones are wanted`;
    throw new VigilError("invalid-input", text);
  }
  const mismatch = schemaMismatch(type.inputSchema, input, "input parameters");
  if (mismatch === undefined) return type;
  throw new VigilError("invalid-input", `Input parameters of ${typeName} do not fit: ${mismatch}`);
}
