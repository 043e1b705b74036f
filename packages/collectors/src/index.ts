export { readClusterJson } from "./cluster-json.ts";
export { addMetricSet } from "./metric-set.ts";
export { readModelFile } from "./model-file.ts";
export { readScenarioXml } from "./scenario-xml.ts";
