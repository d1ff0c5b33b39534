import { createHash, hash } from "node:crypto"
import { crc32 } from "node:zlib"
import {
  invalidDigest,
  invalidHeader,
  invalidRequest,
  multipleChecksums,
  unknownChecksum,
} from "../errors.ts"
import { crc32c } from "./crc32c.ts"
import { Crc64Nvme } from "./crc64nvme.ts"
import { XxHash3 } from "./xxhash3.ts"
import { XxHash64 } from "./xxhash64.ts"

/** The checksum algorithms that S3 computes, by AWS's names. */
export type Algorithm =
  | ("CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256" | "SHA512" | "MD5")
  | ("XXHASH64" | "XXHASH3" | "XXHASH128")

export interface StoredChecksum {
  readonly algorithm: Algorithm
  /** Base64; a composite one ends with `-` and the number of parts. */
  readonly value: string
  /** Over the parts' checksums; absent: over the whole object. */
  readonly composite?: true | undefined
}

/** What is written with an object when its writer chose nothing ("Checking object integrity"). */
export const DEFAULT_ALGORITHM: Algorithm = "CRC64NVME"

const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
}

export const ALGORITHMS = Object.freeze(Object.keys(DIGEST_BYTES)) as readonly Algorithm[]

/** A running digest. */
export interface Digest {
  update(bytes: Uint8Array): unknown
  digest(): Buffer
}

class Crc32 implements Digest {
  readonly #step: (bytes: Uint8Array, before: number) => number
  #value = 0

  constructor(step: (bytes: Uint8Array, before: number) => number) {
    this.#step = step
  }

  update(bytes: Uint8Array): void {
    this.#value = this.#step(bytes, this.#value)
  }

  digest(): Buffer {
    return crcBytes(this.#value)
  }
}

function crcBytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value, 0)
  return bytes
}

export function digestOf(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case "CRC32":
      return new Crc32(crc32)
    case "CRC32C":
      return new Crc32(crc32c)
    case "CRC64NVME":
      return new Crc64Nvme()
    case "XXHASH64":
      return new XxHash64()
    case "XXHASH3":
      return new XxHash3(64)
    case "XXHASH128":
      return new XxHash3(128)
    default:
      return createHash(algorithm)
  }
}

/** The checksum of bytes that are all there, base64. */
export function checksumOf(algorithm: Algorithm, bytes: Uint8Array): string {
  switch (algorithm) {
    case "CRC32":
      return crcBytes(crc32(bytes)).toString("base64")
    case "CRC32C":
    case "CRC64NVME":
    case "XXHASH64":
    case "XXHASH3":
    case "XXHASH128": {
      const digest = digestOf(algorithm)
      digest.update(bytes)
      return digest.digest().toString("base64")
    }
    default:
      return hash(algorithm, bytes, "base64")
  }
}

/** `ChecksumCRC32`, the member of inputs and outputs that carries such a checksum. */
export type ChecksumMember = `Checksum${Algorithm}`
const MEMBER_OF = Object.freeze(
  Object.fromEntries(ALGORITHMS.map((algorithm) => [algorithm, `Checksum${algorithm}`])),
) as Readonly<Record<Algorithm, ChecksumMember>>
const ALGORITHM_OF = Object.freeze(
  Object.fromEntries(ALGORITHMS.map((algorithm) => [`Checksum${algorithm}`, algorithm])),
) as Readonly<Record<string, Algorithm | undefined>>
export const memberOf = (algorithm: Algorithm): ChecksumMember => MEMBER_OF[algorithm]
const PREFIX = "x-amz-checksum-"
export const headerOf = (algorithm: Algorithm): string => PREFIX + algorithm.toLowerCase()
const OF_HEADER = Object.freeze(
  Object.fromEntries(ALGORITHMS.map((algorithm) => [headerOf(algorithm), algorithm])),
) as Readonly<Record<string, Algorithm | undefined>>
/** Of the name of a header that carries a checksum, however it is written. */
export const algorithmOfHeader = (name: string): Algorithm | undefined =>
  OF_HEADER[name.trim().toLowerCase()]

/** Headers that are about checksums and carry none. */
const ABOUT: ReadonlySet<string> = Object.freeze(
  new Set(["algorithm", "mode", "type"].map((name) => PREFIX + name)),
)

/** Throws InvalidRequest where headers, or fields of a form, carry a checksum that nobody knows. */
export function assertKnownChecksums(headers: Readonly<Record<string, unknown>>): void {
  for (const name in headers)
    if (name.startsWith(PREFIX) && !OF_HEADER[name] && !ABOUT.has(name)) throw unknownChecksum()
}

/** Base64, by how many bytes are left when three at a time were written. */
const BASE64 = Object.freeze([/^[A-Za-z0-9+/]+$/, /^[A-Za-z0-9+/]+==$/, /^[A-Za-z0-9+/]+=$/])

/** Whether a text can be a checksum of this algorithm. */
export const isChecksum = (algorithm: Algorithm, text: string): boolean =>
  text.length === Math.ceil(DIGEST_BYTES[algorithm] / 3) * 4 &&
  BASE64[DIGEST_BYTES[algorithm] % 3]!.test(text)

/** What a write says of its checksum before its body is read. */
export interface ChecksumClaim {
  readonly algorithm: Algorithm
  /** Absent: it comes behind the body, or the writer gives none. */
  readonly expected?: string | undefined
  /** It is to come behind the body. */
  readonly trailing?: true | undefined
}

export type ChecksumInput = { readonly [Member in ChecksumMember]?: string | undefined } & {
  readonly ChecksumAlgorithm?: string | undefined
}

/**
 * The checksum that a write claims by its headers; undefined where they claim none. `announced`: the
 * algorithm of the one that is to come behind the body. Throws InvalidRequest (texts recorded).
 */
export function checksumClaim(
  input: ChecksumInput,
  announced?: Algorithm,
): ChecksumClaim | undefined {
  let claim: ChecksumClaim | undefined
  // Of the few members that came, not of all that could have come.
  for (const member in input) {
    if (!member.startsWith("Checksum")) continue
    const algorithm = ALGORITHM_OF[member]
    const expected = input[member as ChecksumMember]
    if (algorithm === undefined || expected === undefined) continue
    if (claim || announced) throw multipleChecksums()
    claim = { algorithm, expected }
  }
  const named = namedAlgorithm(input.ChecksumAlgorithm)
  const claimed = claim?.algorithm ?? announced
  if (claimed === undefined) {
    if (named === undefined) return undefined
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or " +
        "x-amz-trailer headers were found.",
    )
  }
  if (named !== undefined && named !== claimed) throw invalidHeader("x-amz-sdk-checksum-algorithm")
  if (!claim) return { algorithm: claimed, trailing: true }
  if (!isChecksum(claimed, claim.expected ?? "")) throw invalidHeader(headerOf(claimed))
  return claim
}

/** Throws InvalidRequest for what S3 cannot compute (text recorded). */
export function namedAlgorithm(name: string | undefined): Algorithm | undefined {
  if (name === undefined) return undefined
  if (Object.hasOwn(DIGEST_BYTES, name)) return name as Algorithm
  const upper = name.toUpperCase()
  const found = ALGORITHMS.find((one) => one === upper)
  if (!found)
    throw invalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: " +
        "[CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]",
    )
  return found
}

/** The members by which an answer tells a checksum. */
export function checksumMembers(checksum: StoredChecksum | undefined): ChecksumMembers {
  if (!checksum) return {}
  const members: { -readonly [Name in keyof ChecksumMembers]: ChecksumMembers[Name] } = {
    ChecksumType: checksum.composite ? "COMPOSITE" : "FULL_OBJECT",
  }
  members[memberOf(checksum.algorithm)] = checksum.value
  return members
}

type ChecksumMembers = { readonly [Member in ChecksumMember]?: string } & {
  readonly ChecksumType?: "COMPOSITE" | "FULL_OBJECT"
}

/** The MD5 that a Content-MD5 header says, checked for its form. Throws InvalidDigest. */
export function contentMd5(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  if (!/^[A-Za-z0-9+/]{22}==$/.test(given)) throw invalidDigest(given)
  return given
}
