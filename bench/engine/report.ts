/** The tables of the engine's benchmark. */
import { ms } from "../figures.ts";
import type { Measured } from "./measurements.ts";
import type { MemoryGrowth } from "./memory.ts";
import { PEER, SIZES, type Size } from "./rows.ts";
import type { StoreLoad } from "./store-load.ts";

export interface Report {
  machine: string;
  measured: readonly Measured[];
  memory: readonly MemoryGrowth[];
  load: (StoreLoad & { size: Size }) | undefined;
}

/** Sizes between which growth is judged. */
const GROWTH_FROM: Size = "1000/20000";
const GROWTH_TO: Size = "10000/200000";
const MEMORY_MAX_MB = 1_074;
/**
 * V8 lets its young generation grow in steps of some 20 MB, at whatever run. One column of 200,000 numbers that
 * each run left behind would be 80 MB and more over the hundred.
 */
const MEMORY_STEP_MB = 40;
const LOAD_MAX_MS = 2_000;

export function reportText({ machine, measured, memory, load }: Report): string {
  const parts = [`Machine: ${machine}\n\nPeer: ${PEER}.`];
  for (const size of SIZES) {
    const rows = measured.filter(({ files }) => files.size === size);
    if (rows.length > 0)
      parts.push(`### ${size.replace("/", " hosts, ")} instances`, speedTable(rows), planTable(rows));
  }
  if (growths(measured).length > 0) parts.push("### Growth", growthTable(measured));
  if (memory.length > 0 || load !== undefined)
    parts.push("### Memory and loading", memoryTable(memory, load));
  return parts.join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function speedTable(rows: readonly Measured[]): string {
  return table(
    ["strategy", "CPU, median (first)", "floor", "reached", "peer", "times faster"],
    rows.map(({ row, files, medianS, firstS }) => {
      const at = SIZES.indexOf(files.size);
      const floorS = row.floorS[at] ?? Number.NaN;
      const peer = row.peerS[at] ?? "-";
      return [
        row.label,
        `**${ms(1_000 * medianS)}** (${ms(1_000 * firstS)})`,
        ms(1_000 * floorS),
        reached(medianS, floorS),
        peer === "-" ? "-" : `${peer} s`,
        faster(peer, medianS),
      ];
    }),
  );
}

/** The aim is ten times better than the floor. */
function reached(seconds: number, floorS: number): string {
  if (seconds <= floorS / 10) return "yes, and the aim";
  return seconds <= floorS ? "yes" : "**no**";
}

function faster(peer: string, seconds: number): string {
  const peerS = Number(peer.replace(">", ""));
  if (Number.isNaN(peerS)) return "-";
  return `${peer.startsWith(">") ? ">" : ""}${Math.round(peerS / seconds).toLocaleString("en")}`;
}

function planTable(rows: readonly Measured[]): string {
  return table(
    [
      ...[
        "strategy",
        "actions",
        "moves",
        "GB moved",
        "moves that free no host",
        "active hosts",
        "sd of CPU load",
      ],
      ...["hosts over 100 % CPU", "over 100 % RAM", "locks, pins broken", "faults found by the checker"],
    ],
    rows.map(({ row, answer, verdict }) => {
      if (verdict === undefined)
        return [row.label, String(answer.actions), ...Array<string>(9).fill("no Python")];
      const { quality, faults } = verdict;
      const change = (pick: (spread: typeof quality.before) => number) =>
        `${pick(quality.before)} → ${pick(quality.after)}`;
      const open = quality.no_destination > 0 ? ` (${quality.no_destination} without target)` : "";
      return [
        row.label,
        String(answer.actions),
        `${quality.migrations}${open}`,
        quality.moved_ram_gb.toFixed(0),
        String(quality.moves_from_hosts_not_emptied),
        `${quality.active_nodes_before} → ${quality.active_nodes_after}`,
        change((spread) => Number(spread.cpu_load.stddev.toFixed(3))),
        change((spread) => spread.nodes_cpu_load_over_100),
        change((spread) => spread.nodes_ram_load_over_100),
        `${quality.locked_instances_moved}, ${quality.pinned_az_broken}`,
        Object.entries(faults)
          .map(([name, count]) => `**${name} ${count}**`)
          .join(", ") || "none",
      ];
    }),
  );
}

interface Growth {
  label: string;
  exponent: number;
  /** Of the first audits, which are dearer by what compiling costs whatever the size. */
  firstExponent: number;
  max: number;
}

function growths(measured: readonly Measured[]): Growth[] {
  const at = (size: Size) =>
    new Map(measured.filter(({ files }) => files.size === size).map((one) => [one.row.label, one]));
  const small = at(GROWTH_FROM);
  const ratio = instancesOf(GROWTH_TO) / instancesOf(GROWTH_FROM);
  const exponentOf = (from: number, to: number) => Math.log(to / from) / Math.log(ratio);
  return [...at(GROWTH_TO)].flatMap(([label, { medianS, firstS, row }]) => {
    const from = small.get(label);
    if (from === undefined) return [];
    const firstExponent = exponentOf(from.firstS, firstS);
    return [{ label, exponent: exponentOf(from.medianS, medianS), firstExponent, max: row.growthMax }];
  });
}

function growthTable(measured: readonly Measured[]): string {
  return table(
    [
      "strategy",
      `${GROWTH_FROM} to ${GROWTH_TO}, medians`,
      "first audits",
      "limit",
      "reached by the medians",
    ],
    growths(measured).map(({ label, exponent, firstExponent, max }) => [
      label,
      `n^${exponent.toFixed(2)}`,
      `n^${firstExponent.toFixed(2)}`,
      `n^${max}`,
      exponent < max ? "yes" : "**no**",
    ]),
  );
}

function instancesOf(size: Size): number {
  return Number(size.split("/")[1]);
}

function memoryTable(memory: readonly MemoryGrowth[], load: Report["load"]): string {
  const rows = memory.map(({ label, size, runs, snapshotOpenMb, earlyMb, lateMb, peakMb }) => [
    `${label}, ${size}, ${runs} runs in one process`,
    `${mb(snapshotOpenMb)} with the model open; ${mb(earlyMb)} after run 100, ${mb(lateMb)} after run ${runs}; at most ${mb(peakMb)}`,
    "below 1 GiB, no growth",
    peakMb < MEMORY_MAX_MB && lateMb - earlyMb < MEMORY_STEP_MB ? "yes" : "**no**",
  ]);
  if (load !== undefined) {
    const totalMs = load.getMs + load.openMs;
    rows.push([
      `model of ${load.size} (${load.megabytes.toFixed(0)} MB) from the object store into shared columns`,
      `${ms(totalMs)}: ${ms(load.getMs)} read and verified, ${ms(load.openMs)} opened and checked`,
      "below 2 s",
      totalMs < LOAD_MAX_MS ? "yes" : "**no**",
    ]);
  }
  return table(["what", "measured", "limit", "reached"], rows);
}

function mb(megabytes: number): string {
  return `${megabytes.toFixed(0)} MB`;
}
