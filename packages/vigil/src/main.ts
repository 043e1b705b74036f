import { runProgram } from "./cli/program.ts";

/** Longest interval of a timer, ms. */
const TIMER_MS_MAX = 2_147_483_647;

// A reader that has seen enough (`| head`) is no failure, least of all of a process that serves.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// A command may wait for nothing but timers that do not hold the process, such as the pause before another try
// at Keystone; Node would then end it in the middle, with status 13 and without a word.
const hold = setInterval(() => {}, TIMER_MS_MAX);
process.exitCode = await runProgram(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
clearInterval(hold);
