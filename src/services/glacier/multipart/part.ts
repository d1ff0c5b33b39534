import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { openKey } from "../archive/archive.ts"
import {
  bodyClaims,
  bodyOf,
  keepPart,
  linkStaged,
  stageBody,
  type BodyClaims,
  type Received,
} from "../archive/receive.ts"
import { onVault } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, missing, uploadMissing } from "../errors.ts"
import { PARTS } from "../limits.ts"
import { countRequest } from "../vault/storage.ts"
import { findVault, type Vault } from "../vault/vault.ts"
import { findUpload, uploads, type Upload } from "./upload.ts"

export const UploadMultipartPart = op.action("UploadMultipartPart", {
  authorize: onVault,
  async run(ctx, input, call): Promise<Out<"UploadMultipartPart">> {
    const nonce = await ctx.write((tx) => tx.random("glacier/nonce").hex(16))
    const plan = await ctx.read((tx) => planPart(tx, input, call))
    const received = await stageBody(ctx, {
      body: bodyOf(input),
      ...{ claims: plan.claims, key: plan.key, nonce, maxBytes: plan.upload.partBytes },
    })
    await linkStaged(ctx, received, (tx) => keepUploaded(tx, plan, received))
    return { checksum: received.treeHash }
  },
})

interface Plan {
  readonly vault: Vault
  readonly upload: Upload
  readonly claims: BodyClaims
  readonly key: Uint8Array
  readonly index: number
  readonly sizeBytes: number
}

function planPart(tx: ReadTx, input: In<"UploadMultipartPart">, call: Call): Plan {
  const vault = findVault(tx, input, call)
  const upload = findUpload(tx, vault, input)
  const claims = bodyClaims(input.checksum, call)
  return { vault, upload, claims, key: openKey(tx, upload), ...placeOf(upload, input.range) }
}

/** Which part a `Content-Range` means. Throws where it does not align with the part size. */
function placeOf(
  { partBytes }: Upload,
  range: string | undefined,
): Pick<Plan, "index" | "sizeBytes"> {
  if (range === undefined) throw missing("Content-Range")
  const [, first, last] = /^bytes (\d{1,15})-(\d{1,15})\/(?:\*|\d+)$/.exec(range) ?? []
  const start = Number(first)
  const sizeBytes = Number(last) + 1 - start
  if (first === undefined || !(sizeBytes > 0) || sizeBytes > partBytes || start % partBytes !== 0)
    throw invalid(`Invalid Content-Range: ${range}`)
  const index = start / partBytes
  if (index >= PARTS) throw invalid(`An archive can have ${PARTS} parts.`)
  return { index, sizeBytes }
}

function keepUploaded(tx: WriteTx, plan: Plan, received: Received): void {
  const { vault, upload, index, sizeBytes } = plan
  if (received.sizeBytes !== sizeBytes)
    throw invalid(`Content-Range says ${sizeBytes} bytes, and ${received.sizeBytes} were sent.`)
  // It may have been completed or aborted meanwhile.
  const now = tx.get(uploads, [upload.vault, upload.serial])
  if (!now || now.archive) throw uploadMissing(upload.id)
  keepPart(tx, { serial: upload.serial, index }, received)
  tx.replace(uploads, now, { ...now, activeMs: tx.now })
  countRequest(tx, vault)
}
