/** What decides how a row looks: the address that links begin with, the microversion, and how much is shown. */
export interface ViewOptions {
  /** `http://host:9322`: scheme and host, no mount prefix (rest-api 1.8, trap 6). */
  hostUrl: string;
  /** Minor number of the microversion in use, 0 to 7. */
  minor: number;
  /** True in `/detail` lists and single objects. */
  detail: boolean;
}

export interface Link {
  href: string;
  rel: "self" | "bookmark";
}

/** Both links of an object, in the order that clients expect (rest-api 1.9). */
export function objectLinks(hostUrl: string, collection: string, id: string): Link[] {
  return [
    { href: `${hostUrl}/v1/${collection}/${id}`, rel: "self" },
    { href: `${hostUrl}/${collection}/${id}`, rel: "bookmark" },
  ];
}
