import type { ReadTx } from "../../../kernel/transaction.ts"
import { deleteConflict } from "../errors.ts"
import { profilesOfRole } from "../instance-profile/instance-profile.ts"
import { attachedTo } from "../policy/attachment.ts"
import { inlineOf } from "../policy/inline.ts"
import type { Role } from "./role.ts"

type Belongs = (tx: ReadTx, role: Role) => boolean

/** What keeps a role from being deleted, with AWS's words. */
const CONFLICTS: readonly (readonly [Belongs, string])[] = [
  [(tx, role) => attachedTo(tx, role).length > 0, "must detach all policies first."],
  [(tx, role) => inlineOf(tx, role).length > 0, "must delete policies first."],
  [
    (tx, role) => profilesOfRole(tx, role).length > 0,
    "must remove roles from instance profile first.",
  ],
]

/** Throws DeleteConflict. */
export function assertNothingLeft(tx: ReadTx, role: Role): void {
  for (const [belongs, what] of CONFLICTS)
    if (belongs(tx, role)) throw deleteConflict(`Cannot delete entity, ${what}`)
}
