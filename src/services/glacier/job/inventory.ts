import type { ActionContext } from "../../../kernel/action.ts"
import { archives, type Archive } from "../archive/archive.ts"
import { STEP } from "../limits.ts"
import { vaultArn, type Vault } from "../vault/vault.ts"
import type { InventoryRetrieval, RetrievalJob } from "./job.ts"

/** Where an inventory with a limit ends: the serial of its last archive, where there are more. */
export interface Cut {
  next?: number
}

interface Of {
  readonly job: RetrievalJob
  readonly vault: Vault
}

/**
 * The text of a vault's last inventory, as a job wants it: "Get Job Output". Pages of rows are read
 * one after another; archives do not change, and those that went since the inventory stay as rows.
 */
export async function* inventoryText(
  ctx: Pick<ActionContext, "read">,
  { job, vault }: Of,
  cut: Cut,
): AsyncGenerator<Uint8Array> {
  const { inventory: asked } = job
  const { inventory } = vault
  if (!asked || !inventory) throw new Error("no inventory")
  const write = asked.format === "JSON" ? jsonLine : csvLine
  yield Buffer.from(asked.format === "JSON" ? jsonHead(vault, inventory.atMs) : CSV_HEAD)
  let left = asked.most ?? Number.POSITIVE_INFINITY
  let isFirst = true
  let last = asked.after ?? 0
  for (;;) {
    const from = last + 1
    const { rows, next } = await ctx.read((tx) =>
      tx.scan(archives, { prefix: [vault.id], from: [from], limit: STEP }),
    )
    const lines: string[] = []
    for (const archive of rows) {
      if (!isIn(archive, asked, inventory.serial)) continue
      if (left === 0) {
        cut.next = last
        break
      }
      lines.push(write(archive, isFirst))
      ;[isFirst, last] = [false, archive.serial]
      left -= 1
    }
    if (lines.length > 0) yield Buffer.from(lines.join(""))
    if (next === undefined || cut.next !== undefined) break
    last = rows.at(-1)?.serial ?? last
  }
  if (asked.format === "JSON") yield Buffer.from("]}")
}

/** Whether an archive was there at the inventory, and is of the dates that are wanted. */
function isIn(archive: Archive, wanted: InventoryRetrieval, serial: number): boolean {
  const { added, deleted, createdMs } = archive
  if (added > serial || (deleted !== undefined && deleted < serial)) return false
  const { startMs = Number.NEGATIVE_INFINITY, endMs = Number.POSITIVE_INFINITY } = wanted
  return createdMs >= startMs && createdMs < endMs
}

/** In inventories times end with the second ("Get Job Output", examples). */
const secondOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const jsonHead = (vault: Vault, atMs: number): string =>
  `{"VaultARN":${JSON.stringify(vaultArn(vault))},"InventoryDate":"${secondOf(atMs)}","ArchiveList":[`

function jsonLine(archive: Archive, isFirst: boolean): string {
  const { id, description, createdMs, sizeBytes, treeHash } = archive
  const line = {
    ...{ ArchiveId: id, ArchiveDescription: description, CreationDate: secondOf(createdMs) },
    ...{ Size: sizeBytes, SHA256TreeHash: treeHash },
  }
  return (isFirst ? "" : ",") + JSON.stringify(line)
}

const CSV_HEAD = "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n"

function csvLine({ id, description, createdMs, sizeBytes, treeHash }: Archive): string {
  return `${id},${csvField(description)},${secondOf(createdMs)},${sizeBytes},${treeHash}\n`
}

/** "Double-quote characters … are escaped by preceding them with a backslash character." */
const csvField = (text: string): string =>
  /[",]/.test(text) ? `"${text.replaceAll('"', String.raw`\"`)}"` : text
