/** Reads Prometheus' text format as strictly as a scraper does. */

export interface PromSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface PromPage {
  /** Kind by name of the metric. */
  types: ReadonlyMap<string, string>;
  samples: readonly PromSample[];
  /** Sum of the samples of this name that have at least these labels; undefined when there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?[\d.]+(?:e[+-]?\d+)?)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/** @throws Error naming the line that a scraper would refuse: of wrong form, said twice, or of a metric without a type */
export function readPrometheusText(text: string): PromPage {
  if (!text.endsWith("\n")) throw new Error("the page does not end with a line feed");
  const types = new Map<string, string>();
  const samples: PromSample[] = [];
  const seen = new Set<string>();
  for (const line of text.split("\n")) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line);
    if (type !== null) {
      if (types.has(type[1]!)) throw new Error(`two types: ${line}`);
      types.set(type[1]!, type[2]!);
    }
    if (line === "" || line.startsWith("#")) continue;
    const sample = readSample(line);
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(key)) throw new Error(`said twice: ${line}`);
    if (!types.has(sample.name) && !types.has(sample.name.replace(/_(bucket|sum|count)$/, ""))) {
      throw new Error(`no type was given: ${line}`);
    }
    seen.add(key);
    samples.push(sample);
  }
  return { types, samples, sum: (name, labels = {}) => sumOf(samples, name, labels) };
}

function readSample(line: string): PromSample {
  const [, name, labelText = "", value] = LINE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`not a sample: ${line}`);
  return { name, labels: readLabels(labelText, line), value: Number(value.replace("Inf", "Infinity")) };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`labels of wrong form: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
  }
  return labels;
}

function sumOf(
  samples: readonly PromSample[],
  name: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
