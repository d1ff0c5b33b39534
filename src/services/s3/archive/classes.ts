/** What a storage class promises and asks for ("Understanding and managing storage classes"). */
export interface StorageClass {
  readonly name: string
  /** Billed at least so long, and as so many bytes. */
  readonly leastDays: number
  readonly leastBytes: number
  /** Bytes that are billed on top of the object's own: at the class's rate and as STANDARD. */
  readonly overheadBytes: { readonly own: number; readonly standard: number }
  /** Reads are billed by the GB. */
  readonly retrievalFee: boolean
  /** A read needs a restore first. */
  readonly archive: boolean
  /** All copies lie in one AZ. */
  readonly oneZone: boolean
}

const DEFAULT = "STANDARD"

const plain = (name: string, differs: Partial<StorageClass> = {}): StorageClass => ({
  name,
  leastDays: 0,
  leastBytes: 0,
  overheadBytes: { own: 0, standard: 0 },
  retrievalFee: false,
  archive: false,
  oneZone: false,
  ...differs,
})

const INFREQUENT = { leastDays: 30, leastBytes: 128 * 1024, retrievalFee: true } as const
const ARCHIVE = {
  retrievalFee: true,
  archive: true,
  overheadBytes: { own: 32 * 1024, standard: 8 * 1024 },
} as const

/** The classes of general purpose buckets; the durations are those of today's documentation. */
const CLASSES: Readonly<Record<string, StorageClass>> = {
  STANDARD: plain(DEFAULT),
  REDUCED_REDUNDANCY: plain("REDUCED_REDUNDANCY"),
  STANDARD_IA: plain("STANDARD_IA", INFREQUENT),
  ONEZONE_IA: plain("ONEZONE_IA", { ...INFREQUENT, oneZone: true }),
  INTELLIGENT_TIERING: plain("INTELLIGENT_TIERING"),
  // Of directory buckets.
  EXPRESS_ONEZONE: plain("EXPRESS_ONEZONE", { oneZone: true, retrievalFee: true }),
  GLACIER_IR: plain("GLACIER_IR", { ...INFREQUENT, leastDays: 90 }),
  GLACIER: plain("GLACIER", { ...ARCHIVE, leastDays: 90 }),
  DEEP_ARCHIVE: plain("DEEP_ARCHIVE", { ...ARCHIVE, leastDays: 180 }),
}

/** The class of an object; absent is STANDARD. */
export function storageClass(name: string | undefined): StorageClass {
  const found = CLASSES[name ?? DEFAULT]
  if (!found) throw new RangeError(`there is no storage class ${name}`)
  return found
}
