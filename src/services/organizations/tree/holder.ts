import type { ReadTx } from "../../../kernel/transaction.ts"
import { parentMissing } from "../errors.ts"
import type { Organization } from "../organization/organization.ts"
import { unitOf } from "../unit/unit.ts"

/** What holds accounts and units: the root or a unit, by the ids that lead to it. */
export function holderPath(
  tx: ReadTx,
  organization: Organization,
  id: string,
): readonly string[] | undefined {
  if (id === organization.rootId) return [id]
  return unitOf(tx, organization, id)?.path
}

/** Throws ParentNotFoundException. */
export function findHolderPath(
  tx: ReadTx,
  organization: Organization,
  id: string,
): readonly string[] {
  const path = holderPath(tx, organization, id)
  if (!path) throw parentMissing()
  return path
}
