import type { AccessRequest } from "../../iam/access.ts"
import { partitionOf } from "../../kernel/places.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { readSelected, type ParameterName } from "./parameter/names.ts"
import { arnOf, lookUp } from "./parameter/parameter.ts"
import { isPublic } from "./public/public.ts"

type Keys = Readonly<Record<string, string | readonly string[]>>

/** Asks for the operation's action on a parameter; its policy lets other accounts in. */
export function accessTo(
  tx: ReadTx,
  name: ParameterName,
  { call, keys = {} }: { readonly call: Call; readonly keys?: Keys },
): AccessRequest {
  const parameter = lookUp(tx, name)
  const { account: owner, region, key } = name
  const action = `ssm:${call.operation}`
  if (isPublic(key)) {
    // They are nobody's: their ARNs have no account ("Calling AMI public parameters").
    const resource = `arn:${partitionOf(region).id}:ssm:${region}::parameter${key}`
    return { action, resource, owner: call.account, context: keys }
  }
  return {
    ...{ action, resource: arnOf(name), owner, policy: parameter?.sharing?.policy },
    context: { ...resourceTagKeys(parameter?.tags, "ssm:resourceTag"), ...keys },
  }
}

/** Of an operation on one name. */
export const onParameter = (tx: ReadTx, input: { readonly Name: string }, call: Call) =>
  accessTo(tx, readSelected(input.Name, call), { call, keys: requestTagKeys(input) })

/** Of an operation on many. */
export const onParameters = (
  tx: ReadTx,
  input: { readonly Names: readonly string[] },
  call: Call,
): readonly AccessRequest[] =>
  input.Names.map((name) => accessTo(tx, readSelected(name, call), { call }))

/** Of an operation on none in particular. */
export const onAccount = (_tx: ReadTx, _input: object, call: Call): AccessRequest => ({
  action: `ssm:${call.operation}`,
  resource: "*",
  owner: call.account,
})
