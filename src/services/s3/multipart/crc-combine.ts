/** A CRC as S3 uses them: reflected, begun and ended with all ones. */
interface Crc {
  readonly bits: bigint
  /** The polynomial without its highest term, lowest power in the highest bit. */
  readonly polynomial: bigint
}

// Catalogue of parametrised CRC algorithms: CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME.
const CRCS = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<string, Crc>

export type CombinedAlgorithm = keyof typeof CRCS

export const isCombined = (algorithm: string): algorithm is CombinedAlgorithm =>
  Object.hasOwn(CRCS, algorithm)

export interface CrcOfPart {
  /** The part's CRC, highest byte first, as base64 carries it. */
  readonly crc: Uint8Array
  readonly sizeBytes: number
}

/**
 * The CRC of the parts' bytes one behind the other, from the parts' own CRCs: none of the bytes is
 * read. Appending n bytes multiplies what is in front of them by x^8n, modulo the polynomial.
 */
export function combineCrcs(algorithm: CombinedAlgorithm, parts: readonly CrcOfPart[]): Buffer {
  const crc = CRCS[algorithm]
  let whole = 0n
  // Parts are mostly of one size.
  let size = -1
  let shift = 0n
  for (const part of parts) {
    if (part.sizeBytes !== size) {
      size = part.sizeBytes
      shift = powerOfX(crc, size)
    }
    whole = multiply(crc, shift, whole) ^ toNumber(part.crc)
  }
  return Buffer.from(whole.toString(16).padStart(Number(crc.bits) / 4, "0"), "hex")
}

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`)

/** x^(8 · bytes), by squaring. */
function powerOfX(crc: Crc, bytes: number): bigint {
  const one = 1n << (crc.bits - 1n)
  let power = one
  let square = one >> 8n
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(crc, square, power)
    square = multiply(crc, square, square)
  }
  return power
}

/** The product of two polynomials: the highest bit is the lowest power. */
function multiply({ bits, polynomial }: Crc, a: bigint, b: bigint): bigint {
  let product = 0n
  let factor = b
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= factor
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}
