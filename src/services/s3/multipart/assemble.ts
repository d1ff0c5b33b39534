import { hash } from "node:crypto"
import type { ReadTx } from "../../../kernel/transaction.ts"
import {
  ALGORITHMS,
  checksumOf,
  DEFAULT_ALGORITHM,
  isChecksum,
  memberOf,
  type Algorithm,
  type ChecksumMember,
  type StoredChecksum,
} from "../checksums/checksum.ts"
import { combineCrcs, isCombined } from "./crc-combine.ts"
import {
  badListedNumber,
  badPartChecksum,
  entityTooSmall,
  invalidPart,
  invalidPartChecksum,
  invalidPartOrder,
  noParts,
  partWithoutChecksum,
} from "./errors.ts"
import { LEAST_PART_BYTES, MOST_PARTS, parts, type Part, type Upload } from "./upload.ts"
import { malformedXml } from "../errors.ts"

/** A part as the request that completes the upload lists it. */
export type ListedPart = {
  readonly [Member in ChecksumMember]?: string | undefined
} & { readonly PartNumber?: number | undefined; readonly ETag?: string | undefined }

/** The list of a request, as far as it can be judged without the upload. */
export interface PartList {
  readonly parts: readonly ListedPart[]
  readonly uploadId: string
}

/** Throws InvalidRequest, InvalidPartOrder and MalformedXML. */
export function assertList({ parts: listed, uploadId }: PartList): void {
  if (listed.length === 0) throw noParts()
  // Not verified: how AWS refuses more than there can be.
  if (listed.length > MOST_PARTS) throw malformedXml()
  let last = 0
  for (const { PartNumber: number, ETag } of listed) {
    if (number === undefined || ETag === undefined) throw malformedXml()
    if (number < 1) throw badListedNumber(number)
    if (number <= last) throw invalidPartOrder(uploadId)
    last = number
  }
}

export const bareEtag = (etag = ""): string => etag.replace(/^"|"$/g, "")

/** The object that parts make. */
export interface Assembled {
  /** In order; all that were uploaded and are not among them are of no use. */
  readonly parts: readonly Part[]
  readonly sizeBytes: number
  readonly etag: string
  readonly checksum: StoredChecksum | undefined
}

/** Finds the listed parts and works out what their object is. Throws what a part is at fault with. */
export function assemble(tx: ReadTx, upload: Upload, { parts: listed }: PartList): Assembled {
  const found: Part[] = []
  let sizeBytes = 0
  for (const [at, one] of listed.entries()) {
    const part = findPart(tx, upload, one)
    if (at < listed.length - 1 && part.sizeBytes < LEAST_PART_BYTES)
      throw entityTooSmall({
        ETag: part.etag,
        PartNumber: String(part.number),
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(LEAST_PART_BYTES),
      })
    found.push(part)
    sizeBytes += part.sizeBytes
  }
  const etag = `${etagOfParts(found.map((part) => part.etag))}-${found.length}`
  return { parts: found, sizeBytes, etag, checksum: checksumOfParts(upload, found) }
}

/** The MD5 of the parts' MD5s. */
export const etagOfParts = (etags: readonly string[]): string =>
  hash("md5", Buffer.from(etags.join(""), "hex"))

/** A listed part, as recordings show which of its faults counts first. */
function findPart(tx: ReadTx, upload: Upload, listed: ListedPart): Part {
  const { PartNumber: number = 0 } = listed
  const etag = bareEtag(listed.ETag)
  const missing = () =>
    invalidPart({ UploadId: upload.uploadId, PartNumber: String(number), ETag: etag })
  const part = tx.get(parts, [upload.serial, number])
  if (!part || part.etag !== etag) throw missing()
  const { checksum } = upload
  const named = namedChecksum(listed)
  if (!checksum) {
    // Recorded: an upload without an algorithm knows no checksums of parts.
    if (named !== undefined) throw missing()
    return part
  }
  const given = listed[memberOf(checksum.algorithm)]
  if (given !== undefined && given !== part.checksum) throw missing()
  if (given === undefined && named !== undefined) throw badPartChecksum(named, number)
  if (given === undefined && checksum.type === "COMPOSITE")
    throw partWithoutChecksum(checksum.algorithm, number)
  return part
}

/** The algorithm of a listed part's checksum. Throws InvalidArgument: there is one at most. */
function namedChecksum(listed: ListedPart): Algorithm | undefined {
  let named: Algorithm | undefined
  for (const algorithm of ALGORITHMS) {
    const given = listed[memberOf(algorithm)]
    if (given === undefined) continue
    if (named !== undefined || !isChecksum(algorithm, given)) throw invalidPartChecksum(given)
    named = algorithm
  }
  return named
}

function checksumOfParts(
  { checksum, encryption }: Upload,
  found: readonly Part[],
): StoredChecksum | undefined {
  // Recorded: under a customer's key only what was asked for has one.
  if (!checksum && encryption?.type === "SSE-C") return undefined
  const algorithm = checksum?.algorithm ?? DEFAULT_ALGORITHM
  const bytes = found.map((part) => Buffer.from(part.checksum, "base64"))
  if (checksum?.type === "COMPOSITE") {
    const value = checksumOf(algorithm, Buffer.concat(bytes))
    return { algorithm, value: `${value}-${found.length}`, composite: true }
  }
  if (!isCombined(algorithm)) throw new Error(`${algorithm} of a whole object`)
  const whole = combineCrcs(
    algorithm,
    found.map(({ sizeBytes }, at) => ({ crc: bytes[at] as Buffer, sizeBytes })),
  )
  return { algorithm, value: whole.toString("base64") }
}
