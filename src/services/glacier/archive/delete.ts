import { vaultAccess } from "../access.ts"
import { op, type Out } from "../define.ts"
import { archiveMissing } from "../errors.ts"
import { serialOf } from "../identity.ts"
import { archiveDeleted } from "../vault/storage.ts"
import { findVault, lookUp } from "../vault/vault.ts"
import { ageKeys } from "./age.ts"
import { archives, lookUpArchive } from "./archive.ts"
import { dropContent } from "./purge.ts"

export const DeleteArchive = op.write("DeleteArchive", {
  authorize(tx, input, call) {
    const vault = lookUp(tx, input, call)
    const archive = vault && lookUpArchive(tx, vault, input.archiveId)
    return vaultAccess(tx, input, { call, keys: ageKeys(archive, tx.now) })
  },
  run(tx, input, call): Out<"DeleteArchive"> {
    const vault = findVault(tx, input, call)
    const archive = lookUpArchive(tx, vault, input.archiveId)
    if (!archive) {
      // "Attempting to delete an already-deleted archive does not result in an error."
      if (serialOf("archive", vault.id, input.archiveId) !== undefined) return {}
      throw archiveMissing(input.archiveId)
    }
    tx.replace(archives, archive, { ...archive, deleted: tx.serial() })
    archiveDeleted(tx, vault, archive)
    tx.schedule(dropContent, { serial: archive.serial }, tx.now)
    return {}
  },
})
