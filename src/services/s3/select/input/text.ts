import { isUtf8 } from "node:buffer"
import { selectError } from "../errors.ts"

/**
 * Readers work on strings with one character for each byte: delimiters are found fast, and places
 * in them are places in the object. What is not ASCII is read as UTF-8 once a field is cut out.
 */
export const toBytes = (text: string): string => Buffer.from(text).toString("latin1")

const BEYOND_ASCII = /[\x80-\xff]/

export const isAscii = (bytes: string): boolean => !BEYOND_ASCII.test(bytes)

/** Throws InvalidTextEncoding. */
export function toText(bytes: string): string {
  if (isAscii(bytes)) return bytes
  const buffer = Buffer.from(bytes, "latin1")
  if (!isUtf8(buffer)) throw selectError("InvalidTextEncoding")
  return buffer.toString()
}

/** UTF-8's byte order mark, as bytes. */
export const BYTE_ORDER_MARK = "\xef\xbb\xbf"
