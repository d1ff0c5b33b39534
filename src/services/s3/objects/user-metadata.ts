type Metadata = Readonly<Record<string, string>>

/** What header values may show as it is; "Working with object metadata": printable US-ASCII. */
const UNSAFE = /[^\t\x20-\x7e]/
const UNSAFE_ALL = /[^\t\x20-\x7e]/g

/** RFC 2047, one word: `=?UTF-8?Q?caf=C3=A9?=`. Recorded: S3 takes these two encodings apart. */
const WORD = /^=\?utf-8\?([bq])\?(.*)\?=$/is

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Metadata as headers say it, as S3 keeps it: RFC 2047 words decoded (recorded), bytes beyond ASCII
 * as the Latin-1 that they are in a header ("Working with object metadata", examples).
 */
export function keptMetadata(metadata: Metadata): Metadata {
  let kept: Record<string, string> | undefined
  for (const name in metadata) {
    const value = metadata[name] ?? ""
    if (!value.startsWith("=?")) continue
    kept ??= { ...metadata }
    kept[name] = decodeWord(value)
  }
  return kept ?? metadata
}

/** Metadata as answers tell it: what is not printable ASCII is one RFC 2047 word (recorded). */
export function toldMetadata(metadata: Metadata): Metadata {
  let told: Record<string, string> | undefined
  for (const name in metadata) {
    const value = metadata[name] ?? ""
    if (!UNSAFE.test(value)) continue
    told ??= { ...metadata }
    told[name] = encodeWord(value)
  }
  return told ?? metadata
}

/** A form's field as a header: of what is beyond Latin-1 a space is left (recorded), here of controls, too. */
export const latin1Header = (value: string): string =>
  value.replace(/[^\t\x20-\x7e\x80-\xff]/gu, " ")

function decodeWord(value: string): string {
  const found = WORD.exec(value)
  if (!found) return value
  const [, encoding = "", text = ""] = found
  if (encoding.toLowerCase() === "q") return decodeQ(text)
  // Recorded: base64 that is none is kept as rubbish; here it stays what it was.
  return BASE64.test(text) ? Buffer.from(text, "base64").toString() : value
}

function decodeQ(text: string): string {
  const bytes = text
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
  return Buffer.from(bytes, "latin1").toString()
}

/** Q where most characters are safe, B where they are not (fits all recordings). */
function encodeWord(value: string): string {
  const unsafe = value.match(UNSAFE_ALL)?.length ?? 0
  if (value.length - unsafe <= unsafe) return `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`
  let text = ""
  for (const byte of Buffer.from(value)) text += Q_CODES[byte]
  return `=?UTF-8?Q?${text}?=`
}

const Q_CODES: readonly string[] = Object.freeze(
  Array.from({ length: 256 }, (_, byte) => qOf(byte)),
)

function qOf(byte: number): string {
  if (byte === 0x20) return "_"
  const char = String.fromCharCode(byte)
  const plain = byte > 0x20 && byte < 0x7f && !"=_?".includes(char)
  return plain ? char : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`
}
