/** What is wrong somewhere: what was seen, what was wanted, what to do. */
export interface Finding {
  /** Stable, for programs: `no-worker`. */
  code: string;
  /** error: something does not work, or will be lost. warning: it works, and should not stay so. */
  level: "error" | "warning";
  seen: string;
  wanted: string;
  advice: string;
}

/** Shorthands that keep findings readable where they are made. */
export function problem(code: string, seen: string, wanted: string, advice: string): Finding {
  return { code, level: "error", seen, wanted, advice };
}

export function doubt(code: string, seen: string, wanted: string, advice: string): Finding {
  return { code, level: "warning", seen, wanted, advice };
}
