import type { AccessRequest } from "../../../iam/access.ts"
import { dnsSuffix } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
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

/** Asks for an action on a key: by its policy, grants and the caller's own policies. */
export function accessToKey(
  tx: ReadTx,
  call: Call,
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
    ...(grant && { grant: { name: grantName(grant), grantee: grant.grantee } }),
    context: {
      ...callKeys(call),
      ...keysOfKey(tx, key),
      ...(alias !== undefined && { "kms:RequestAlias": alias }),
      ...contextKeys(context),
      ...(asked.input && requestTagKeys(asked.input)),
      ...given(asked.keys),
    },
  }
}

type Named<Input> = { readonly KeyId: string } & Input
type Ask<Input> = (tx: ReadTx, input: Named<Input>, call: Call) => AccessRequest

/** Asks for the operation's action on the key that the request names by id or ARN. */
export const namedKeyAccess =
  <Input extends object>(keysOf?: (input: Named<Input>) => AskedOfKey["keys"]): Ask<Input> =>
  (tx, input, call) =>
    accessToKey(tx, call, findNamedKey(tx, input.KeyId, call), {
      ...{ input, keys: keysOf?.(input) ?? {} },
    })

/** The same for operations that take aliases too. */
export const keyAccess =
  <Input extends object>(asked: (input: Named<Input>) => AskedOfKey = () => ({})): Ask<Input> =>
  (tx, input, call) =>
    accessToKey(tx, call, findKey(tx, input.KeyId, call), asked(input))

/** For operations that are about no key that is there: `*`, or the ARN of an alias. */
export function accessTo(call: Call, keys: AskedOfKey["keys"] = {}, resource = "*"): AccessRequest {
  const { operation, account } = call
  return {
    ...{ action: `kms:${operation}`, resource, owner: account },
    context: { ...callKeys(call), ...given(keys) },
  }
}

/** `kms:CallerAccount`, `kms:ViaService`. */
function callKeys({ principal, region, via }: Call): Keys {
  const service = via?.at(-1)
  return {
    ...(principal.type !== "anonymous" && { "kms:CallerAccount": principal.account }),
    ...(service !== undefined && {
      "kms:ViaService": `${service.slice(0, service.indexOf("."))}.${region}.${dnsSuffix(region)}`,
    }),
  }
}

function keysOfKey(tx: ReadTx, key: Key): Keys {
  const names = aliasesOf(tx, key).map(({ name }) => name)
  const { primaryRegion, region } = key
  return {
    ...{ "kms:KeySpec": key.spec, "kms:KeyUsage": key.usage, "kms:KeyOrigin": key.origin },
    "kms:MultiRegion": String(primaryRegion !== undefined),
    ...(primaryRegion !== undefined && {
      "kms:MultiRegionKeyType": primaryRegion === region ? "PRIMARY" : "REPLICA",
    }),
    ...(names.length > 0 && { "kms:ResourceAliases": names }),
    ...Object.fromEntries(
      Object.entries(key.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value]),
    ),
  }
}

function contextKeys(context: EncryptionContext | undefined): Keys {
  if (!context) return {}
  const entries = Object.entries(context)
  if (entries.length === 0) return {}
  return {
    "kms:EncryptionContextKeys": Object.keys(context),
    ...Object.fromEntries(entries.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  }
}

/** Only the keys that have a value. */
const given = (keys: AskedOfKey["keys"] = {}): Keys =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as Keys
