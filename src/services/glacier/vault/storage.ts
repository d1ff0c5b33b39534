import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { purgeDeleted } from "../archive/purge.ts"
import { DAY_MS, HOUR_MS, INDEX_BYTES, LEAST_DAYS, OVERHEAD_BYTES } from "../limits.ts"
import { changeVault, refOf, sameVault, vaultArn, type Vault, type VaultRef } from "./vault.ts"

export type Stored = { readonly sizeBytes: number; readonly createdMs: number }

/** An archive with what it is billed for beyond its own bytes. */
const billedBytes = ({ sizeBytes }: Pick<Stored, "sizeBytes">): number => sizeBytes + OVERHEAD_BYTES

export function archiveAdded(tx: WriteTx, vault: Vault, archive: Stored): void {
  const { archives, sizeBytes } = vault
  changed(tx, vault, { archives: archives + 1, sizeBytes: sizeBytes + billedBytes(archive) })
}

/** "Archives deleted within 90 days … a charge equal to the storage for the remaining days." */
export function archiveDeleted(tx: WriteTx, vault: Vault, archive: Stored): void {
  const { archives, sizeBytes } = vault
  const leftMs = archive.createdMs + LEAST_DAYS * DAY_MS - tx.now
  count(tx, vault, { usage: "early-delete", quantity: (billedBytes(archive) * leftMs) / HOUR_MS })
  changed(tx, vault, { archives: archives - 1, sizeBytes: sizeBytes - billedBytes(archive) })
}

function changed(tx: WriteTx, vault: Vault, counts: Pick<Vault, "archives" | "sizeBytes">): void {
  bill(tx, vault)
  changeVault(tx, vault, { ...counts, billedMs: tx.now, changed: true, watched: true })
  if (!vault.watched) tx.schedule(daily, refOf(vault), nextDay(vault, tx.now))
}

/** Days of a vault begin when it was made. */
const nextDay = ({ createdMs }: Vault, nowMs: number): number =>
  createdMs + (Math.floor((nowMs - createdMs) / DAY_MS) + 1) * DAY_MS

/**
 * Once a day, as long as there is something in the vault: its storage is billed, and, where it was
 * written to, its inventory is made anew ("the inventory date is only updated if there have been
 * archive additions or deletions").
 */
export const daily = job<VaultRef>("glacier/daily", {
  run(tx, ref) {
    const vault = sameVault(tx, ref)
    if (!vault) return
    bill(tx, vault)
    const { archives, sizeBytes } = vault
    const inventory = vault.changed
      ? { atMs: tx.now, serial: tx.serial(), archives, sizeBytes }
      : vault.inventory
    const watched = archives > 0
    changeVault(tx, vault, { billedMs: tx.now, changed: false, watched, inventory })
    if (watched) tx.schedule(daily, ref, nextDay(vault, tx.now))
    if (vault.changed && inventory)
      tx.schedule(purgeDeleted, { vault: vault.id, before: inventory.serial }, tx.now)
  },
})

/** Storage is counted in byte-hours since it was counted last. */
function bill(tx: WriteTx, vault: Vault): void {
  const hours = (tx.now - vault.billedMs) / HOUR_MS
  count(tx, vault, { usage: "storage", quantity: vault.sizeBytes * hours })
  count(tx, vault, { usage: "storage-index", quantity: vault.archives * INDEX_BYTES * hours })
}

/** Counts what a vault is billed for; nothing where the quantity is none. */
export function count(
  tx: WriteTx,
  vault: Vault,
  { usage, quantity }: { readonly usage: string; readonly quantity: number },
): void {
  if (quantity <= 0) return
  const { account, region } = vault
  tx.meter(`glacier:${usage}`, { account, region, resource: vaultArn(vault) }, quantity)
}

/** Uploads and the beginnings of jobs are billed by the request. */
export const countRequest = (tx: WriteTx, vault: Vault, usage = "requests"): void =>
  count(tx, vault, { usage, quantity: 1 })
