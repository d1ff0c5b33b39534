import { withPrincipals } from "../../../iam/policy/named-principals.ts"
import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { nameKey } from "../names.ts"
import { roles } from "./role.ts"

/**
 * That a role's trust policy names a user or role by its ARN: of data folders from before policies were
 * kept by unique ids.
 */
export interface Trusting {
  /** Of who is named. */
  readonly arn: string
  /** Of the role. */
  readonly account: string
  readonly name: string
}

export const trustings = table<Trusting>("iam/trusting", {
  key: ({ arn, account, name }) => [arn, account, nameKey(name)],
})

const AT_A_TIME = 500

/** A user or role loses its ARN: what trusts it by that one trusts it by its unique id from now on. */
export function settleTrusts(tx: WriteTx, arn: string, id: string): void {
  for (;;) {
    const { rows } = tx.scan(trustings, { prefix: [arn], limit: AT_A_TIME })
    for (const one of rows) {
      tx.remove(trustings, one)
      const role = tx.get(roles, [one.account, nameKey(one.name)])
      if (!role) continue
      const trust = withPrincipals(role.trust, (_kind, name) => (name === arn ? id : name))
      tx.replace(roles, role, { ...role, trust })
    }
    if (rows.length < AT_A_TIME) return
  }
}
