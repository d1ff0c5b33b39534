import { isUtf8 } from "node:buffer"
import type { ByteStream, WireResponse } from "../kernel/wire.ts"

/** The bytes as text, without a byte order mark; `undefined` when they are not UTF-8. */
export function bodyText(body: Uint8Array): string | undefined {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = bytes.toString("utf8")
  // Invalid bytes show as U+FFFD; only then is it worth looking closer.
  if (text.includes("\ufffd") && !isUtf8(bytes)) return undefined
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** The body of an answer, its bytes where they are at hand: they need not leave as a stream. */
export const answerBody = (body: unknown): WireResponse["body"] =>
  body instanceof WholeBody ? body.bytes : ((body as WireResponse["body"] | undefined) ?? "")

/** A body that is whole in memory, as a stream; who knows it can take `bytes` at once. */
export class WholeBody implements ByteStream {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.bytes.length > 0) yield this.bytes
  }
}
