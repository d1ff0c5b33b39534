/** One element of DER: its tag, what is in it, and both with the length between. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly whole: Uint8Array
}

/** Bytes that are not what they should be. */
export class DerError extends Error {
  override readonly name = "DerError"
}

/** More elements side by side than any certificate has; lists of revoked ones are not read here. */
const ELEMENTS_MOST = 10_000

export const TAG = Object.freeze({
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  objectId: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
})

/** The one element that the bytes are. Throws DerError, as everything here does. */
export function readOne(bytes: Uint8Array, tag?: number): DerElement {
  const element = readAt(bytes, 0)
  if (element.whole.length !== bytes.length) throw new DerError("bytes behind the end")
  if (tag !== undefined) expectTag(element, tag)
  return element
}

/** The elements side by side in `bytes`. */
function readAll(bytes: Uint8Array): DerElement[] {
  const found: DerElement[] = []
  for (let at = 0; at < bytes.length;) {
    if (found.length === ELEMENTS_MOST) throw new DerError("too many elements")
    const element = readAt(bytes, at)
    found.push(element)
    at += element.whole.length
  }
  return found
}

/** What is in a SEQUENCE, or in what has the tag. */
export function childrenOf(element: DerElement | undefined, tag: number = TAG.sequence) {
  return readAll(expectTag(element, tag).content)
}

/** The element, which must be there and have the tag. */
export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag)
    throw new DerError(`tag ${element?.tag ?? "none"} where ${tag} should be`)
  return element
}

function readAt(bytes: Uint8Array, at: number): DerElement {
  const tag = bytes[at]
  const first = bytes[at + 1]
  // Tags of several bytes are in nothing that X.509 knows.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f)
    throw new DerError("no element")
  let from = at + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4 || from + count > bytes.length) throw new DerError("a bad length")
    length = 0
    for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[from + i] as number)
    from += count
  }
  const end = from + length
  if (end > bytes.length) throw new DerError("the end is missing")
  return { tag, content: bytes.subarray(from, end), whole: bytes.subarray(at, end) }
}

/** An object identifier in dotted decimals. */
export function readObjectId(element: DerElement | undefined): string {
  return dotted(expectTag(element, TAG.objectId).content)
}

export function dotted(content: Uint8Array): string {
  const arcs: bigint[] = []
  let value = 0n
  for (const byte of content) {
    value = value * 128n + BigInt(byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(value)
    value = 0n
  }
  const [head, ...rest] = arcs
  if (head === undefined) throw new DerError("an empty object identifier")
  const first = head < 80n ? head / 40n : 2n
  return [first, head - first * 40n, ...rest].join(".")
}

/** The bytes of a bit string whose bits are all used, as keys and signatures are. */
export function readBits(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.bits)
  if (content[0] !== 0) throw new DerError("odd bits")
  return content.subarray(1)
}

/** A serial number, without the byte that keeps it positive: so they are compared. */
export function readSerial(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.integer)
  return content.length > 1 && content[0] === 0 ? content.subarray(1) : content
}

/** A small non-negative integer. */
export function readNumber(element: DerElement | undefined): number {
  const { content } = expectTag(element, TAG.integer)
  if (content.length === 0 || content.length > 6 || (content[0] as number) >= 0x80)
    throw new DerError("no small number")
  return Number(`0x${Buffer.from(content).toString("hex")}`)
}

/** UTCTime or GeneralizedTime, epoch milliseconds. */
export function readTime(element: DerElement | undefined): number {
  const text = Buffer.from(element?.content ?? []).toString("latin1")
  const isShort = element?.tag === TAG.utcTime
  if (!isShort) expectTag(element, TAG.generalizedTime)
  // RFC 5280 section 4.1.2.5.1: years 50 to 99 are of the last century.
  const digits = isShort ? `${text < "50" ? "20" : "19"}${text}` : text
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits)
  if (!parts) throw new DerError("no time")
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number)
  const [day = 0, hour = 0, minute = 0, second = 0] = rest
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
