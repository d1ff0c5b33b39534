import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { onAuthority } from "../access.ts"
import { reports } from "../audit/report.ts"
import { counts, issued } from "../certificate/issued.ts"
import { op, type Out } from "../define.ts"
import { DAY_MS, DELETION_DAYS, STRIDE } from "../limits.ts"
import { permissions } from "../policy/permission.ts"
import { partitions } from "../revocation/partition.ts"
import { lists, planList, stopList } from "../revocation/list.ts"
import {
  authorities,
  authorityOf,
  findAuthority,
  refOf,
  type Authority,
  type AuthorityRef,
} from "./authority.ts"
import { sealedKeys } from "./key.ts"
import { assertStatus } from "./state.ts"

export const DeleteCertificateAuthority = op.write("DeleteCertificateAuthority", {
  authorize: onAuthority,
  run(tx, input, call): Out<"DeleteCertificateAuthority"> {
    const old = findAuthority(tx, input.CertificateAuthorityArn, call)
    // "Before you can delete a CA that you have created and activated, you must disable it."
    assertStatus(old, ["PENDING_CERTIFICATE", "DISABLED", "EXPIRED"], "to be deleted")
    const days = input.PermanentDeletionTimeInDays ?? DELETION_DAYS.default
    const atMs = tx.now + days * DAY_MS
    const timer = tx.schedule(removeAuthority, refOf(old), atMs)
    const deletion = { from: old.status, atMs, timer }
    tx.replace(authorities, old, { ...old, status: "DELETED", deletion, changedMs: tx.now })
    stopList(tx, old)
    return {}
  },
})

export const RestoreCertificateAuthority = op.write("RestoreCertificateAuthority", {
  authorize: onAuthority,
  run(tx, input, call): Out<"RestoreCertificateAuthority"> {
    const old = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertStatus(old, ["DELETED"], "to be restored")
    const { deletion, ...kept } = old
    if (!deletion) throw new Error(`${old.id} is deleted without an end`)
    tx.cancel(deletion.timer)
    // "The status of a restored CA is set to its pre-deletion status".
    const restored: Authority = { ...kept, status: deletion.from, changedMs: tx.now }
    tx.replace(authorities, old, restored)
    if (deletion.from === "DISABLED") planList(tx, restored, tx.now)
    return {}
  },
})

/** The end of the time in which it could be restored: a bounded part at a time. */
export const removeAuthority = job<AuthorityRef>("acm-pca/removeAuthority", {
  run(tx, ref) {
    const authority = authorityOf(tx, ref)
    if (!authority?.deletion || authority.deletion.atMs > tx.now) return
    if (removePart(tx, ref)) {
      tx.schedule(removeAuthority, refOf(ref), tx.now)
      return
    }
    const key = [ref.account, ref.region, ref.id]
    for (const one of [sealedKeys, lists, counts] as const) tx.delete<object>(one, key)
    if (authority.expiry) tx.cancel(authority.expiry)
    tx.remove(authorities, authority)
  },
})

/** Whether there was something to remove. */
function removePart(tx: WriteTx, { account, region, id }: AuthorityRef): boolean {
  const range = { prefix: [account, region, id], limit: STRIDE }
  for (const one of [issued, permissions, reports, partitions] as const) {
    const { rows } = tx.scan<object>(one, range)
    for (const row of rows) tx.remove<object>(one, row)
    if (rows.length > 0) return true
  }
  return false
}
