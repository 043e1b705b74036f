import { VigilError } from "@vigil/core";
import { isUuidLike } from "../../schemas/uuid.ts";

/**
 * Plans and actions are found by UUID alone; anything else in the path is refused (rest-api 1.10).
 *
 * @throws VigilError invalid-input
 */
export function checkUuid(argument: string, ident: string): void {
  if (isUuidLike(ident)) return;
  throw new VigilError(
    "invalid-input",
    `Invalid input for field/attribute ${argument}. Value: '${ident}'. unable to convert to uuid. Error: Expected a uuid but received ${ident}`,
  );
}
