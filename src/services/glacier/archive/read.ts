import type { ActionContext } from "../../../kernel/action.ts"
import { parts, type Content } from "./archive.ts"
import type { Span } from "./tree-hash.ts"

type Reader = Pick<ActionContext, "encryptedBlobs" | "read">

/** The bytes of a range, decrypted, from one part after another. */
export async function* readArchive(
  ctx: Reader,
  { serial, partBytes, sizeBytes }: Pick<Content, "serial" | "partBytes" | "sizeBytes">,
  { key, range }: { readonly key: Uint8Array; readonly range: Span },
): AsyncGenerator<Uint8Array> {
  const behind = Math.min(range.end, sizeBytes)
  for (let at = range.start; at < behind;) {
    const index = Math.floor(at / partBytes)
    const begin = index * partBytes
    const part = await ctx.read((tx) => tx.get(parts, [serial, index]))
    if (!part) throw new Error(`part ${index} of archive ${serial} is gone`)
    const start = at - begin
    const end = Math.min(behind - begin, part.sizeBytes)
    const nonce = Buffer.from(part.nonce, "hex")
    yield* ctx.encryptedBlobs.open(part.blob, { start, end, key, nonce })
    at = begin + end
  }
}
