/** The minor version of API 1 that brought a member or a resource (rest-api 1.5). */
export const MINOR = {
  startEndTime: 1,
  force: 2,
  dataModel: 3,
  webhooks: 4,
  statusMessage: 5,
  actionPatch: 5,
  extendedAttributes: 6,
  defaultParameters: 7,
} as const;
