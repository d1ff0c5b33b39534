import { hash } from "node:crypto"

/** The part of a message attribute that its checksum covers. */
export interface HashedAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: Uint8Array
}

/** Marks in front of a value ("Calculating the MD5 message digest for message attributes"). */
const STRING_VALUE = 1
const BINARY_VALUE = 2

/** MD5OfMessageBody, MD5OfBody: of the UTF-8 bytes, hexadecimal. */
export const md5OfBody = (body: string): string => hash("md5", body)

/**
 * MD5OfMessageAttributes and MD5OfMessageSystemAttributes: by name in byte order, for each
 * attribute the name, the type, a mark, the value; each text preceded by its length in bytes as
 * four bytes, big end first. Undefined for no attributes.
 */
export function md5OfAttributes(
  attributes: Readonly<Record<string, HashedAttribute>> | undefined,
): string | undefined {
  if (attributes === undefined) return undefined
  const names = Object.keys(attributes)
  if (names.length === 0) return undefined
  const parts: Uint8Array[] = []
  for (const name of names.sort(byBytes)) {
    const attribute = attributes[name] as HashedAttribute
    pushSized(parts, Buffer.from(name, "utf8"))
    pushSized(parts, Buffer.from(attribute.DataType, "utf8"))
    if (attribute.BinaryValue === undefined) {
      parts.push(Uint8Array.of(STRING_VALUE))
      pushSized(parts, Buffer.from(attribute.StringValue ?? "", "utf8"))
    } else {
      parts.push(Uint8Array.of(BINARY_VALUE))
      pushSized(parts, attribute.BinaryValue)
    }
  }
  return hash("md5", Buffer.concat(parts))
}

function pushSized(parts: Uint8Array[], bytes: Uint8Array): void {
  const size = Buffer.allocUnsafe(4)
  size.writeUInt32BE(bytes.length)
  parts.push(size, bytes)
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
