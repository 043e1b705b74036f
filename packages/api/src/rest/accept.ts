/** Every answer is JSON; whoever refuses that gets 406 (rest-api 1.3). */

const TAKEN = ["application/json", "application/*", "*/*"];

/** Whether an Accept header lets JSON through. Absent or empty: anything will do. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter));
    return TAKEN.includes(type) && !refused;
  });
}
