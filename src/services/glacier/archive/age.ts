import { DAY_MS } from "../limits.ts"
import type { Archive } from "./archive.ts"

/** `glacier:ArchiveAgeInDays` of a request about an archive; whole days. */
export const ageKeys = (
  archive: Pick<Archive, "createdMs"> | undefined,
  nowMs: number,
): Record<string, string> =>
  archive
    ? { "glacier:ArchiveAgeInDays": String(Math.floor((nowMs - archive.createdMs) / DAY_MS)) }
    : {}
