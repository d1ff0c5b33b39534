import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { aliasArn, aliases } from "../alias/alias.ts"
import { invalidArn, noKeyId, noSuchAlias, noSuchKey, otherRegion } from "../errors.ts"
import { keyArn, keys, type Key } from "./key.ts"

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MULTI_REGION_ID = /^mrk-[0-9a-f]{32}$/

/** A key with the alias by which the request names it, `alias/orders`. */
export interface FoundKey {
  readonly key: Key
  readonly alias?: string | undefined
}

/** A key of another account that is not there: who asks learns only that it may not. */
export interface ForeignArn {
  readonly foreign: string
}

type Place = Pick<Call, "account" | "region">

/**
 * What a KeyId means: id, ARN, alias or its ARN. Throws NotFoundException, and InvalidArnException
 * for an ARN of something else.
 */
export function findKey(tx: ReadTx, keyId: string, place: Place): FoundKey | ForeignArn {
  if (keyId.startsWith("arn:")) return findByArn(tx, keyId, place)
  if (keyId.startsWith("alias/")) return findByAlias(tx, keyId, place)
  return findById(tx, keyId, place)
}

/** As `findKey`, for operations that do not take aliases. */
export function findNamedKey(tx: ReadTx, keyId: string, place: Place): FoundKey | ForeignArn {
  if (keyId.startsWith("alias/")) throw noKeyId(keyId)
  if (parseArn(keyId)?.resource.startsWith("alias/")) throw invalidArn(keyId)
  return findKey(tx, keyId, place)
}

function findById(tx: ReadTx, id: string, { account, region }: Place): FoundKey {
  if (!UUID.test(id) && !MULTI_REGION_ID.test(id)) throw noKeyId(id)
  const key = tx.get(keys, [account, region, id])
  if (!key) throw noSuchKey(keyArn({ account, region, id }))
  return { key }
}

function findByAlias(tx: ReadTx, name: string, { account, region }: Place): FoundKey {
  const alias = tx.get(aliases, [account, region, name])
  const key = alias && tx.get(keys, [account, region, alias.keyId])
  if (!key) throw noSuchAlias(aliasArn({ account, region, name }))
  return { key, alias: name }
}

function findByArn(tx: ReadTx, text: string, own: Place): FoundKey | ForeignArn {
  const arn = parseArn(text)
  if (arn?.service !== "kms") throw invalidArn(text)
  if (arn.region !== own.region) throw otherRegion(arn.region)
  const place = { account: arn.account, region: arn.region }
  const isKey = arn.resource.startsWith("key/")
  if (!isKey && !arn.resource.startsWith("alias/")) throw invalidArn(text)
  try {
    return isKey
      ? findById(tx, arn.resource.slice("key/".length), place)
      : findByAlias(tx, arn.resource, place)
  } catch (error) {
    if (arn.account === own.account) throw error
    return { foreign: text }
  }
}

/** After authorization: a foreign key that is not there has let nobody in. */
export function foundKey(found: FoundKey | ForeignArn): FoundKey {
  if ("foreign" in found) throw noSuchKey(found.foreign)
  return found
}
