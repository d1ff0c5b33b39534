/** Capacity units of one read or write (docs: "DynamoDB provisioned capacity mode"). */

const WRITE_BYTES = 1024
const READ_BYTES = 4096

/** A write of nothing costs one unit too. */
export const writeUnits = (sizeBytes: number): number =>
  Math.max(1, Math.ceil(sizeBytes / WRITE_BYTES))

/** Half as much when it need not be the latest; of nothing as of the smallest. */
export const readUnits = (sizeBytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(sizeBytes / READ_BYTES)) / (consistent ? 1 : 2)
