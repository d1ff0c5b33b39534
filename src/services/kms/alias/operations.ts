import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { alreadyExists, invalid, limitExceeded, noSuchAlias } from "../errors.ts"
import { accessTo, accessToKey } from "../key/access.ts"
import { findKey, findNamedKey, foundKey } from "../key/find.ts"
import { count, countsOf } from "../key/counts.ts"
import { keys, type Key } from "../key/key.ts"
import { accessToKeys, pageOfRows } from "../key/list.ts"
import { SPECS } from "../key/spec.ts"
import { assertState, MANAGEABLE } from "../key/state.ts"
import { QUOTAS } from "../limits.ts"
import { aliasArn, aliases, type Alias } from "./alias.ts"

/** Recorded. Throws ValidationException, NotAuthorizedException. */
function assertName(name: string): void {
  if (!name.startsWith("alias/") || name === "alias/")
    throw invalid(
      'Alias must start with the prefix "alias/". Please see ' +
        "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
    )
  // "You can't create, update or delete a … alias with the prefix alias/aws/"; the code is as others report it.
  if (name.startsWith("alias/aws/")) throw new AwsError("NotAuthorizedException", "")
}

const accessToAlias = (call: Call, name: string) => {
  const { account, region } = call
  return accessTo(call, {}, aliasArn({ account, region, name }))
}

/** As users quote it. */
const notAlias = () => invalid("Aliases must refer to keys. Not aliases")

function targetKey(tx: ReadTx, id: string, call: Call): Key {
  if (id.includes("alias/")) throw notAlias()
  const { key } = foundKey(findNamedKey(tx, id, call))
  assertState(tx, key, MANAGEABLE)
  const most = quota(tx, QUOTAS.aliases, call)
  // Not verified: the words.
  if (countsOf(tx, key).aliases >= most)
    throw limitExceeded("The KMS key has reached its limit of aliases.")
  return key
}

/** The alias as it is, in the caller's account and Region. Throws NotFoundException. */
function findAlias(tx: ReadTx, name: string, { account, region }: Call): Alias {
  const alias = tx.get(aliases, [account, region, name])
  if (!alias) throw noSuchAlias(aliasArn({ account, region, name }))
  return alias
}

/** Asks twice: for the alias by the caller's own policies, for the key by its policy too. */
const accessToBoth = (tx: ReadTx, input: In<"CreateAlias">, call: Call) => {
  if (input.TargetKeyId.includes("alias/")) throw notAlias()
  const key = findNamedKey(tx, input.TargetKeyId, call)
  return [accessToAlias(call, input.AliasName), accessToKey(tx, call, key)]
}

export const CreateAlias = op.write("CreateAlias", {
  authorize(tx, input, call) {
    assertName(input.AliasName)
    return accessToBoth(tx, input, call)
  },
  run(tx, { AliasName: name, TargetKeyId }, call): Out<"CreateAlias"> {
    const { account, region } = call
    const key = targetKey(tx, TargetKeyId, call)
    // As users quote it.
    if (tx.get(aliases, [account, region, name]))
      throw alreadyExists(
        `An alias with the name ${aliasArn({ account, region, name })} already exists`,
      )
    const at = { createdMs: tx.now, updatedMs: tx.now }
    tx.insert(aliases, { account, region, name, keyId: key.id, ...at })
    count(tx, key, { aliases: 1 })
    return {}
  },
})

export const UpdateAlias = op.write("UpdateAlias", {
  authorize(tx, input, call) {
    assertName(input.AliasName)
    const { account, region } = call
    const alias = findAlias(tx, input.AliasName, call)
    const old = tx.get(keys, [account, region, alias.keyId])
    // "… the alias, the currently associated key, and the newly associated key".
    const both = accessToBoth(tx, input, call)
    return old ? [...both, accessToKey(tx, call, { key: old })] : both
  },
  run(tx, { AliasName, TargetKeyId }, call): Out<"UpdateAlias"> {
    const alias = findAlias(tx, AliasName, call)
    const { account, region } = call
    const key = targetKey(tx, TargetKeyId, call)
    const old = tx.get(keys, [account, region, alias.keyId])
    if (old && !isAlike(old, key))
      // Not verified: code and words.
      throw invalid(`Alias ${AliasName} cannot point to a key of another type or usage.`)
    tx.replace(aliases, alias, { ...alias, keyId: key.id, updatedMs: tx.now })
    count(tx, { account, region, id: alias.keyId }, { aliases: -1 })
    count(tx, key, { aliases: 1 })
    return {}
  },
})

/** "both symmetric or both asymmetric or both HMAC, and … the same key usage". */
const isAlike = (one: Key, other: Key): boolean =>
  typeOf(one) === typeOf(other) && one.usage === other.usage

const typeOf = ({ spec }: Key): string => {
  const { family } = SPECS[spec]
  return family === "symmetric" || family === "hmac" ? family : "asymmetric"
}

export const DeleteAlias = op.write("DeleteAlias", {
  authorize(tx, { AliasName }, call) {
    assertName(AliasName)
    const { account, region } = call
    const alias = findAlias(tx, AliasName, call)
    const key = tx.get(keys, [account, region, alias.keyId])
    const asked = [accessToAlias(call, AliasName)]
    return key ? [...asked, accessToKey(tx, call, { key })] : asked
  },
  run(tx, { AliasName }, call): Out<"DeleteAlias"> {
    const alias = findAlias(tx, AliasName, call)
    tx.remove(aliases, alias)
    count(tx, { ...alias, id: alias.keyId }, { aliases: -1 })
    return {}
  },
})

export const ListAliases = op.read("ListAliases", {
  authorize: accessToKeys,
  run(tx, input, call): Out<"ListAliases"> {
    const { account, region } = call
    const { items, more } = pageOfRows(tx, aliases, { ...rangeOf(tx, input.KeyId, call), input })
    return {
      Aliases: items.map((alias) => ({
        AliasName: alias.name,
        AliasArn: aliasArn({ account, region, name: alias.name }),
        TargetKeyId: alias.keyId,
        CreationDate: alias.createdMs,
        LastUpdatedDate: alias.updatedMs,
      })),
      ...more,
    }
  },
})

function rangeOf(tx: ReadTx, keyId: string | undefined, call: Call) {
  const prefix = [call.account, call.region]
  if (keyId === undefined) return { prefix }
  const { key } = foundKey(findKey(tx, keyId, call))
  return { index: "byKey", prefix: [...prefix, key.id] }
}

export const aliasOperations = { CreateAlias, UpdateAlias, DeleteAlias, ListAliases }
