import type { ReadTx } from "../../../kernel/transaction.ts"
import { findArchive, type Archive, type Content } from "../archive/archive.ts"
import { invalid, missing } from "../errors.ts"
import { TIERS } from "../limits.ts"
import type { Vault } from "../vault/vault.ts"
import type { Parameters } from "./select/order.ts"

/** An archive that is to be retrieved or queried, what of it a job keeps, and how fast it comes. */
interface WantedArchive {
  readonly archive: Archive
  readonly content: Content
  readonly tier: string
}

/** Throws MissingParameterValueException, InvalidParameterValueException, ResourceNotFoundException. */
export function wantedArchive(tx: ReadTx, vault: Vault, asked: Parameters): WantedArchive {
  const { ArchiveId, Tier: tier = "Standard" } = asked
  if (ArchiveId === undefined) throw missing("ArchiveId")
  if (asked.Format !== undefined || asked.InventoryRetrievalParameters !== undefined)
    throw invalid("Format and InventoryRetrievalParameters go with inventory retrievals only.")
  if (!Object.hasOwn(TIERS, tier)) throw invalid(`Invalid tier: ${tier}`)
  const archive = findArchive(tx, vault, ArchiveId)
  const { serial, sizeBytes, partBytes, key, treeHash } = archive
  return { archive, content: { serial, sizeBytes, partBytes, key, treeHash }, tier }
}
