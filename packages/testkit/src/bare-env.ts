/**
 * The environment of a program that a test starts: nothing of the shell's settings, which would be Vigil's as well. With
 * the compile cache, where there is one: to strip the types of all sources is half of what the start of a role costs.
 */
export function bareEnv(): Record<string, string> {
  const { PATH = "", HOME = "/tmp", NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) };
}
