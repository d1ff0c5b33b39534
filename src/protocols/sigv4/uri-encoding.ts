/**
 * AWS's URI encoding (IAM user guide, "Create a signed AWS API request"): every byte except
 * `A-Z a-z 0-9 - . _ ~` becomes `%XX` with upper case digits.
 *
 * Text here is as the wire gave it: a character up to 255 is one byte. A character above that can
 * only come from a caller inside the process and stands for its UTF-8 bytes.
 */

const ESCAPES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
  return /[A-Za-z0-9\-._~]/.test(char)
    ? char
    : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
})

const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/
const PLAIN_QUERY = /^[A-Za-z0-9\-._~]*$/

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** The byte that `%XX` at `at` stands for, or -1 when there is no escape there. */
function escapedByte(text: string, at: number): number {
  if (at + 2 >= text.length) return -1
  const high = hexDigit(text.charCodeAt(at + 1))
  const low = hexDigit(text.charCodeAt(at + 2))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

interface EncodeOptions {
  /** Undo `%XX` first, so that every spelling of a byte ends the same. */
  readonly decode: boolean
  readonly keepSlash: boolean
  /** A query writes a space as `+` too. */
  readonly plusIsSpace: boolean
}

function encode(text: string, options: EncodeOptions): string {
  let out = ""
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 37 && options.decode) {
      const byte = escapedByte(text, i)
      if (byte >= 0) {
        out += ESCAPES[byte]
        i += 2
        continue
      }
    }
    if (code === 47 && options.keepSlash) out += "/"
    else if (code === 43 && options.plusIsSpace) out += "%20"
    else if (code < 256) out += ESCAPES[code]
    else {
      const point = String.fromCodePoint(text.codePointAt(i) ?? code)
      for (const byte of Buffer.from(point)) out += ESCAPES[byte]
      i += point.length - 1
    }
  }
  return out
}

const AS_SENT: EncodeOptions = { decode: false, keepSlash: true, plusIsSpace: false }
const S3_PATH: EncodeOptions = { decode: true, keepSlash: true, plusIsSpace: false }
const QUERY: EncodeOptions = { decode: true, keepSlash: false, plusIsSpace: true }
const VALUE: EncodeOptions = { decode: false, keepSlash: false, plusIsSpace: false }

/** Encodes a path as sent once more: what is escaped on the wire is escaped twice. */
export function encodePathAgain(path: string): string {
  return PLAIN_PATH.test(path) ? path : encode(path, AS_SENT)
}

/** S3's path: every byte escaped once, however the client spelt it; an escaped slash stays one. */
export function encodePathOnce(path: string): string {
  return PLAIN_PATH.test(path) ? path : encode(path, S3_PATH)
}

/** A name or value of a query as sent. A `+` is a space, as in HTML forms (not verified). */
export function encodeQueryPart(part: string): string {
  return PLAIN_QUERY.test(part) ? part : encode(part, QUERY)
}

/** A plain value, for those who build a query. Text is encoded as UTF-8. */
export function encodeValue(value: string): string {
  return PLAIN_QUERY.test(value) ? value : encode(Buffer.from(value).toString("latin1"), VALUE)
}

/** A name or value of a query, decoded as UTF-8; text that is not well formed stays as it is. */
export function decodeQueryPart(part: string): string {
  if (PLAIN_QUERY.test(part)) return part
  try {
    return decodeURIComponent(part.replaceAll("+", " "))
  } catch {
    return part
  }
}
