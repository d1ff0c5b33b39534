import type { AccessRequest } from "../../../iam/access.ts"
import { dnsSuffix } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { addResourceTagKeys, requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { aliasesOf } from "../alias/alias.ts"
import type { EncryptionContext } from "../cipher/context.ts"
import { findGrant, grantName } from "../grant/grant.ts"
import { findKey, findNamedKey, type FoundKey, type ForeignArn } from "./find.ts"
import { keyArn, type Key } from "./key.ts"

type Keys = Readonly<Record<string, string | readonly string[]>>

export interface AskedOfKey {
  /** Of the action, without its prefix; default: the operation's own. */
  readonly operation?: string
  readonly encryptionContext?: EncryptionContext | undefined
  /** Condition keys of this operation only. */
  readonly keys?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** No grant gives it: all but the operations that grants name. */
  readonly input?: object
}

/** Who asks, where. */
export type Asker = Pick<Call, "operation" | "principal" | "partition" | "region" | "via">

/** Asks for an action on a key: by its policy, grants and the caller's own policies. */
export function accessToKey(
  tx: ReadTx,
  call: Asker,
  found: FoundKey | ForeignArn,
  asked: AskedOfKey = {},
): AccessRequest {
  const operation = asked.operation ?? call.operation
  const action = `kms:${operation}`
  if ("foreign" in found)
    return {
      ...{ action, resource: found.foreign, policyMustAllow: true },
      owner: parseArn(found.foreign)?.account ?? "",
    }
  const { key, alias } = found
  const { encryptionContext: context } = asked
  const { principal, partition } = call
  const grant = findGrant(tx, key, { principal, partition, operation, context })
  return {
    ...{ action, resource: keyArn(key), owner: key.account, policy: key.policy },
    policyMustAllow: true,
    grant: grant && { name: grantName(grant), grantee: grant.grantee },
    context: keysOf(tx, { call, key, alias, asked }),
  }
}

interface Subject {
  readonly call: Asker
  readonly key: Key
  readonly alias: string | undefined
  readonly asked: AskedOfKey
}

/** All condition keys of a request about a key; every call asks for them, so they are put one by one. */
function keysOf(tx: ReadTx, { call, key, alias, asked }: Subject): Keys {
  const found: Found = {}
  addCallKeys(found, call)
  addKeysOfKey(found, tx, key)
  if (alias !== undefined) found["kms:RequestAlias"] = alias
  addContextKeys(found, asked.encryptionContext)
  if (asked.input) Object.assign(found, requestTagKeys(asked.input))
  addGiven(found, asked.keys)
  return found
}

type Named<Input> = { readonly KeyId: string } & Input
type Ask<Input> = (tx: ReadTx, input: Named<Input>, call: Call) => AccessRequest

/** Asks for the operation's action on the key that the request names by id or ARN. */
export const namedKeyAccess =
  <Input extends object>(
    keysOf?: (input: Named<Input>, found: FoundKey | ForeignArn, tx: ReadTx) => AskedOfKey["keys"],
  ): Ask<Input> =>
  (tx, input, call) => {
    const found = findNamedKey(tx, input.KeyId, call)
    return accessToKey(tx, call, found, { input, keys: keysOf?.(input, found, tx) ?? {} })
  }

/** The same for operations that take aliases too. */
export const keyAccess =
  <Input extends object>(asked: (input: Named<Input>) => AskedOfKey = () => ({})): Ask<Input> =>
  (tx, input, call) =>
    accessToKey(tx, call, findKey(tx, input.KeyId, call), asked(input))

/** For operations that are about no key that is there: `*`, or the ARN of an alias. */
export function accessTo(call: Call, keys: AskedOfKey["keys"] = {}, resource = "*"): AccessRequest {
  const { operation, account } = call
  const context: Found = {}
  addCallKeys(context, call)
  addGiven(context, keys)
  return { action: `kms:${operation}`, resource, owner: account, context }
}

type Found = Record<string, string | readonly string[]>

/** `kms:CallerAccount`, `kms:ViaService`. */
function addCallKeys(found: Found, { principal, region, via }: Asker): void {
  if (principal.type !== "anonymous") found["kms:CallerAccount"] = principal.account
  const service = via?.at(-1)
  if (service !== undefined)
    found["kms:ViaService"] =
      `${service.slice(0, service.indexOf("."))}.${region}.${dnsSuffix(region)}`
}

function addKeysOfKey(found: Found, tx: ReadTx, key: Key): void {
  const { primaryRegion, region, tags } = key
  found["kms:KeySpec"] = key.spec
  found["kms:KeyUsage"] = key.usage
  found["kms:KeyOrigin"] = key.origin
  found["kms:MultiRegion"] = primaryRegion === undefined ? "false" : "true"
  if (primaryRegion !== undefined)
    found["kms:MultiRegionKeyType"] = primaryRegion === region ? "PRIMARY" : "REPLICA"
  const aliases = aliasesOf(tx, key)
  if (aliases.length > 0) found["kms:ResourceAliases"] = aliases.map(({ name }) => name)
  addResourceTagKeys(found, tags)
}

function addContextKeys(found: Found, context: EncryptionContext | undefined): void {
  if (!context) return
  const names = Object.keys(context)
  if (names.length === 0) return
  found["kms:EncryptionContextKeys"] = names
  for (const name of names) found[`kms:EncryptionContext:${name}`] = context[name] as string
}

/** Only the keys that have a value. */
function addGiven(found: Found, keys: AskedOfKey["keys"] = {}): void {
  for (const name in keys) {
    const value = keys[name]
    if (value !== undefined) found[name] = value
  }
}
