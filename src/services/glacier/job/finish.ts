import { job } from "../../../kernel/later/later.ts"
import { encrypted } from "../../../kernel/blobs/keystream.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { lookUpArchive, newKey, openKey, parts } from "../archive/archive.ts"
import { dropContent } from "../archive/purge.ts"
import { linkStaged } from "../archive/receive.ts"
import { JOB_KEPT_MS } from "../limits.ts"
import { release } from "../retrieval/policy.ts"
import { count } from "../vault/storage.ts"
import { sameVault, type Vault, type VaultRef } from "../vault/vault.ts"
import { inventoryText, type Cut } from "./inventory.ts"
import { jobs, refOf, type ArchiveRetrieval, type JobRef, type RetrievalJob } from "./job.ts"
import { notify } from "./notify.ts"

export interface Due {
  readonly job: RetrievalJob
  readonly vault: Vault
}

/** A job in progress; of a vault that is gone the job goes too. */
export function due(tx: WriteTx, ref: JobRef): Due | undefined {
  const found = tx.get(jobs, [ref.vault, ref.serial])
  if (found?.status !== "InProgress") return undefined
  const vault = sameVault(tx, found.vault)
  if (vault) return { job: found, vault }
  const { archive } = found
  if (archive) releaseOf(tx, found.vault, archive)
  tx.remove(jobs, found)
  return undefined
}

const bytesOf = ({ range }: ArchiveRetrieval): number => range.end - range.start

function releaseOf(tx: WriteTx, vault: VaultRef, archive: ArchiveRetrieval): void {
  if (archive.tier === "Standard") release(tx, vault, bytesOf(archive))
}

/** The bytes of an archive become readable. */
export const finishArchive = job<JobRef>("glacier/finishArchive", {
  run(tx, ref) {
    const found = due(tx, ref)
    const asked = found?.job.archive
    if (!found || !asked) return
    const { vault } = found
    releaseOf(tx, vault, asked)
    // "Archive retrievals that are in progress when you delete the archive might not succeed."
    if (!lookUpArchive(tx, vault, asked.id))
      return end(tx, found, { status: "Failed", message: "The archive was deleted." })
    count(tx, vault, { usage: `retrieval-${asked.tier}`, quantity: bytesOf(asked) })
    end(tx, found, { status: "Succeeded", message: "Succeeded" })
  },
})

/** The inventory is written, encrypted like archives; a crash on the way writes it anew. */
export const finishInventory = job<JobRef>("glacier/finishInventory", {
  async perform(ctx, ref) {
    const begun = await ctx.write((tx) => {
      const found = due(tx, ref)
      const nonce = tx.random("glacier/nonce").hex(16)
      return found && { ...found, nonce, key: newKey(tx, ref.serial) }
    })
    if (!begun) return
    const { nonce, key } = begun
    const cut: Cut = {}
    const body = inventoryText(ctx, begun, cut)
    const how = { key: key.plain, nonce: Buffer.from(nonce, "hex") }
    const staged = await ctx.blobs.stage(encrypted(body, how), { signal: ctx.signal })
    await linkStaged(ctx, { blob: staged.id }, (tx) => {
      const found = due(tx, ref)
      if (!found?.job.inventory) return
      const { sizeBytes } = staged
      tx.linkBlob(staged.id)
      tx.put(parts, {
        serial: ref.serial,
        index: 0,
        blob: staged.id,
        nonce,
        sizeBytes,
        treeHash: "",
      })
      const inventory = { ...found.job.inventory, sizeBytes, key: key.sealed, next: cut.next }
      end(tx, found, { status: "Succeeded", message: "Succeeded", inventory })
    })
  },
})

/** A job ends, and whom it concerns is told. */
export function end(
  tx: WriteTx,
  { job: before, vault }: Due,
  result: Pick<RetrievalJob, "status" | "message" | "inventory">,
): void {
  const expiresMs = tx.now + JOB_KEPT_MS
  const ended = { ...before, ...result, completedMs: tx.now, expiresMs }
  tx.replace(jobs, before, ended)
  tx.schedule(expireJob, refOf(ended), expiresMs)
  notify(tx, vault, ended)
}

/** A job goes with its output. */
export const expireJob = job<JobRef>("glacier/expireJob", {
  run(tx, { vault, serial }) {
    const found = tx.get(jobs, [vault, serial])
    if (!found) return
    tx.remove(jobs, found)
    if (found.inventory) tx.schedule(dropContent, { serial }, tx.now)
  },
})

/** The key of an inventory that was written. */
export const inventoryKey = (
  tx: WriteTx,
  { serial, inventory }: Pick<RetrievalJob, "serial" | "inventory">,
): Uint8Array => openKey(tx, { serial, key: inventory?.key ?? "" })
