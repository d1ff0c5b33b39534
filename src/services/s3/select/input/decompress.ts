import { Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import { selectError } from "../errors.ts"
import { bunzip2 } from "./bzip2.ts"

export type Compression = "NONE" | "GZIP" | "BZIP2"

/** The bytes as they were before they were compressed. */
export function decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  if (compression === "NONE") return bytes
  return compression === "GZIP" ? gunzip(bytes) : bunzip2(bytes)
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes, { objectMode: false })
  const plain = createGunzip()
  source.on("error", (error) => plain.destroy(error))
  source.pipe(plain)
  let any = false
  try {
    for await (const piece of plain) {
      any = true
      yield piece as Uint8Array
    }
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (!code?.startsWith("Z_")) throw error
    if (any || code === "Z_BUF_ERROR") throw selectError("TruncatedInput")
    throw selectError(
      "InvalidCompressionFormat",
      "GZIP is not applicable to the queried object. Please correct the request and try again.",
    )
  } finally {
    source.destroy()
    plain.destroy()
  }
}
