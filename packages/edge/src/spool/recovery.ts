/** What an earlier process, perhaps a killed one, left in the spool's folder. */

import type { Logger } from "@vigil/service";
import type { SpoolDisk } from "./disk.ts";
import type { Keepsakes } from "./keepsakes.ts";
import { type FoundRecords, findRecords } from "./record.ts";
import { newSegment, readSegmentName, type Segment, Segments, WAITING } from "./segments.ts";

export interface Recovered {
  segments: Segments;
  /** Names and sizes of segments that could not be read. */
  unreadable: Map<string, number>;
}

/**
 * Reads all segments; each record in them waits to be published, again where it was: that is harmless, and sparing it
 * would need a flush for each. What was written half is cut off. What is damaged is put aside and told of, and the
 * segment is written anew without it. A segment at which the disk fails stays as it is.
 * @throws whatever the disk reports of the folder: a spool that can't be read must not be taken for an empty one
 */
export async function recoverSegments(
  disk: SpoolDisk,
  damaged: Keepsakes,
  logger: Logger,
): Promise<Recovered> {
  const segments = new Segments();
  const unreadable = new Map<string, number>();
  const files = (await disk.list()).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, bytes } of files) {
    const known = readSegmentName(name);
    if (known === undefined) continue;
    segments.reserve(known.number);
    try {
      await recoverSegment(disk, damaged, logger, segments, name);
    } catch (thrown) {
      unreadable.set(name, bytes);
      logger.error(
        { err: thrown, segment: name, bytes },
        "a segment of the spool can't be recovered and is passed over: it stays there with its accepted events and is tried again later and at the next start; look at the disk",
      );
    }
  }
  return { segments, unreadable };
}

/**
 * Reads one segment and adds what it holds.
 * @returns how many records wait again
 * @throws whatever the disk reports
 */
export async function recoverSegment(
  disk: SpoolDisk,
  damaged: Keepsakes,
  logger: Logger,
  segments: Segments,
  name: string,
): Promise<number> {
  const { number, salt } = readSegmentName(name)!;
  const segment = newSegment(number, salt);
  const bytes = await disk.read(name);
  const found = findRecords(bytes, segment.salt);
  const torn = bytes.length - found.tornAt;
  if (found.damaged.length > 0) await putAside(disk, damaged, logger, segment, bytes, found);
  else if (torn > 0) await disk.truncate(name, found.tornAt);
  if (torn > 0)
    logger.info({ segment: name, bytes: torn }, "the spool's last write was cut short, and is cut off");
  if (found.records.length === 0) {
    await disk.remove(name);
    return 0;
  }
  for (const { start, end } of found.records) segments.add(segment, end - start, WAITING);
  segments.begin(segment);
  return found.records.length;
}

/** In this order, so that a crash in between leads to doing it again. */
async function putAside(
  disk: SpoolDisk,
  damaged: Keepsakes,
  logger: Logger,
  segment: Segment,
  bytes: Buffer,
  found: FoundRecords,
): Promise<void> {
  for (const { start, end } of found.damaged) {
    const kept = await damaged.keep(`${segment.name}-${start}`, bytes.subarray(start, end));
    const fields = { segment: segment.name, start, bytes: end - start, kept };
    logger.error(
      fields,
      "the spool is damaged here: events are lost unless the broker has them; the bytes were put aside",
    );
  }
  const whole = found.records.map(({ start, end }) => bytes.subarray(start, end));
  if (whole.length > 0) await disk.replace(segment.name, Buffer.concat(whole));
}
