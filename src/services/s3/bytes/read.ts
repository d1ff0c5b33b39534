import type { ActionContext } from "../../../kernel/action.ts"
import { getBytes } from "./bytes.ts"
import type { Segment } from "./segments.ts"

export interface Reading {
  readonly segments: readonly Segment[]
  readonly key: Uint8Array | undefined
  /** Of the whole: the first byte, and the one behind the last. */
  readonly start: number
  readonly end: number
}

/** The bytes of a range, decrypted, from one segment after another. */
export async function* readRange(
  ctx: Pick<ActionContext, "encryptedBlobs" | "read">,
  { segments, key, start, end }: Reading,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const segment of segments) {
    const from = Math.max(0, start - at)
    const to = Math.min(segment.sizeBytes, end - at)
    at += segment.sizeBytes
    // Many parts make a large object: of those none would be at hand when it is read again.
    const sizeBytes = segments.length === 1 ? segment.sizeBytes : undefined
    if (from < to) yield* readSegment(ctx, segment, { key, from, to, sizeBytes })
    if (at >= end) return
  }
}

interface Part {
  readonly key: Uint8Array | undefined
  readonly from: number
  readonly to: number
  readonly sizeBytes: number | undefined
}

async function* readSegment(
  ctx: Pick<ActionContext, "encryptedBlobs" | "read">,
  { row, blob, nonce }: Segment,
  { key, from, to, sizeBytes }: Part,
): AsyncGenerator<Uint8Array> {
  if (row !== undefined) {
    yield (await ctx.read((tx) => getBytes(tx, row, key))).subarray(from, to)
    return
  }
  if (blob === undefined || key === undefined) throw new Error("a segment that lies nowhere")
  yield* ctx.encryptedBlobs.open(blob, {
    ...{ key, start: from, end: to, sizeBytes },
    nonce: nonce === undefined ? undefined : Buffer.from(nonce, "hex"),
  })
}
