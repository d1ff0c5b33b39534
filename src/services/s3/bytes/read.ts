import type { ActionContext } from "../../../kernel/action.ts"
import { getBytes } from "./bytes.ts"
import { Keystream } from "./encryption.ts"
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
  ctx: Pick<ActionContext, "blobs" | "read">,
  { segments, key, start, end }: Reading,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const segment of segments) {
    const from = Math.max(0, start - at)
    const to = Math.min(segment.sizeBytes, end - at)
    at += segment.sizeBytes
    if (from < to) yield* readSegment(ctx, segment, { key, from, to })
    if (at >= end) return
  }
}

async function* readSegment(
  ctx: Pick<ActionContext, "blobs" | "read">,
  { row, blob, nonce }: Segment,
  { key, from, to }: { key: Uint8Array | undefined; from: number; to: number },
): AsyncGenerator<Uint8Array> {
  if (row !== undefined) {
    yield (await ctx.read((tx) => getBytes(tx, row, key))).subarray(from, to)
    return
  }
  if (blob === undefined || key === undefined) throw new Error("a segment that lies nowhere")
  const keystream = new Keystream(key, {
    nonce: nonce === undefined ? undefined : Buffer.from(nonce, "hex"),
    offset: from,
  })
  for await (const piece of ctx.blobs.open(blob, { start: from, end: to }))
    yield keystream.apply(piece)
}
