import { everyRow, type ReadTx } from "../../../kernel/transaction.ts"
import type { BlobHolder } from "../../../registry/service.ts"
import { jobs } from "../job/job.ts"
import { uploads } from "../multipart/upload.ts"
import { vaultArn, vaults } from "../vault/vault.ts"
import { archives, parts } from "./archive.ts"

/**
 * The archives, uploads and inventories whose bytes lie in these blobs. Reads all rows: for repairs.
 * None of them has an ARN: each is named behind its vault's as the API's paths name it.
 */
export function* holdersOf(tx: ReadTx, blobs: ReadonlySet<string>): Generator<BlobHolder> {
  const found = new Map<number, string[]>()
  for (const { serial, blob } of everyRow(tx, parts))
    if (blobs.has(blob)) found.set(serial, [...(found.get(serial) ?? []), blob])
  if (found.size === 0) return
  const arns = new Map<number, string>()
  for (const vault of everyRow(tx, vaults)) arns.set(vault.id, vaultArn(vault))
  for (const { serial, vault, id } of everyRow(tx, archives))
    for (const blob of found.get(serial) ?? [])
      yield { blob, holder: `${arns.get(vault)}/archives/${id}` }
  for (const { serial, vault, id, archive } of everyRow(tx, uploads))
    if (!archive)
      for (const blob of found.get(serial) ?? [])
        yield { blob, holder: `${arns.get(vault)}/multipart-uploads/${id}` }
  for (const { serial, vault, id } of everyRow(tx, jobs))
    for (const blob of found.get(serial) ?? [])
      yield { blob, holder: `${vaultArn(vault)}/jobs/${id}` }
}
