export { addBaremetal } from "./bare-metal.ts";
export { type GoldenCase, readCaseFile } from "./cases/case-file.ts";
export { type ReadScenarioFile, runCase } from "./cases/run-case.ts";
export { readClusterJson } from "./cluster-json.ts";
export { mergeModels, requireCompute } from "./merge-models.ts";
export { addMetricSet } from "./metric-set.ts";
export { inFile, readModelPart } from "./model-file.ts";
export { readScenarioXml } from "./scenario-xml.ts";
