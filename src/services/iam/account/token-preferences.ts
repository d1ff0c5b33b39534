import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"

/** Which tokens the global endpoint of STS gives to an account. */
export interface TokenPreference {
  readonly account: string
  readonly version: 1 | 2
}

export const tokenPreferences = table<TokenPreference>("iam/token-preference", {
  key: (preference) => [preference.account],
})

/** "By default, the global endpoint issues … version 1 tokens". */
export const tokenVersionOf = (tx: ReadTx, account: string): 1 | 2 =>
  tx.get(tokenPreferences, [account])?.version ?? 1

/** Tokens of this cloud hold in every Region, whatever their version: all Regions are on. */
export const SetSecurityTokenServicePreferences = op.write("SetSecurityTokenServicePreferences", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"SetSecurityTokenServicePreferences"> {
    const version = input.GlobalEndpointTokenVersion === "v2Token" ? 2 : 1
    tx.put(tokenPreferences, { account, version })
    return {}
  },
})
