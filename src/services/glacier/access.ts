import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import {
  accountOf,
  effectivePolicy,
  lookUp,
  namedVault,
  vaultArn,
  type OfAccount,
  type OfVault,
} from "./vault/vault.ts"

type Keys = Readonly<Record<string, string | readonly string[]>>

/** Asks for the operation's action on the vault of the path, there or not. */
export const onVault = (tx: ReadTx, input: OfVault, call: Call): AccessRequest =>
  vaultAccess(tx, input, { call })

export function vaultAccess(
  tx: ReadTx,
  input: OfVault,
  { call, keys = {} }: { readonly call: Call; readonly keys?: Keys },
): AccessRequest {
  const named = namedVault(input, call)
  const vault = lookUp(tx, input, call)
  return {
    ...{ action: `glacier:${call.operation}`, resource: vaultArn(named), owner: named.account },
    policy: vault && effectivePolicy(vault),
    context: {
      ...resourceTagKeys(vault?.tags, "glacier:ResourceTag"),
      ...requestTagKeys(input),
      ...keys,
    },
  }
}

/** For no vault in particular. */
export const onAccount = (_tx: ReadTx, input: OfAccount, call: Call): AccessRequest => ({
  ...{ action: `glacier:${call.operation}`, resource: "*", owner: accountOf(input, call) },
})
