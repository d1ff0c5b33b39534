import type { TimerId } from "../../../kernel/later/later.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { resource, tagLists } from "../../../registry/resource.ts"
import { badName, markedForDeletion, onlyInPrimary, secretMissing } from "../errors.ts"

/** A secret without its values: those are versions. */
export interface Secret {
  readonly account: string
  readonly region: string
  readonly name: string
  /** Of this secret and no later one of the same name. */
  readonly id: number
  /** The six characters at the end of its ARN. */
  readonly suffix: string
  readonly description?: string | undefined
  /** As it was named; absent: `aws/secretsmanager`. */
  readonly kmsKeyId?: string | undefined
  /** Absent until it gets its first tag (recorded: answers tell the difference). */
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly policy?: string | undefined
  readonly createdMs: number
  readonly changedMs: number
  /** Midnight of the day of the last access. */
  readonly accessedMs?: number | undefined
  readonly deleted?: Deletion | undefined
  /** The token with which it was made: the same call again changes nothing. */
  readonly token: string
  /** Set as soon as it has, or is, a replica. */
  readonly primaryRegion?: string | undefined
}

export interface Deletion {
  readonly requestedMs: number
  readonly atMs: number
  readonly timer: TimerId
}

export const secrets = table<Secret>("secretsmanager/secret", {
  key: ({ account, region, name }) => [account, region, name],
  cached: true,
})

export const secretResource = resource<Secret>("AWS::SecretsManager::Secret", {
  table: secrets,
  scope: "regional",
  title: "Secret",
  arn: (secret) => arnOf(secret),
  tagsOf: (secret) => secret.tags ?? {},
  policyOf: (secret) => secret.policy,
  list: (tx, { account, region, after, limit }) =>
    tx.scan(secrets, { prefix: [account, region], after, limit }),
  find: (tx, { account, region, resource: named }) => {
    const name = WITH_SUFFIX.exec(RESOURCE.exec(named)?.[1] ?? "")?.[1]
    return name === undefined ? undefined : tx.get(secrets, [account, region, name])
  },
  tags: tagLists(["TagResource", "UntagResource"], (secret) => ({ SecretId: arnOf(secret) })),
  console: { columns: ["name", "description", "createdMs"] },
})

export const arnOf = (secret: Pick<Secret, "account" | "region" | "name" | "suffix">): string =>
  `${arnStem(secret)}-${secret.suffix}`

/** The ARN without the six characters: a secret that is not there has no more. */
export const arnStem = ({ account, region, name }: Pick<Secret, "account" | "region" | "name">) =>
  `arn:${partitionOf(region).id}:secretsmanager:${region}:${account}:secret:${name}`

const NAME = /^[A-Za-z0-9/_+=.@!-]+$/
const RESOURCE = /^secret:(.+)$/s
const WITH_SUFFIX = /^(.+)-([A-Za-z0-9]{6})$/s

/** Throws ValidationException. */
export function assertName(name: string): void {
  if (!NAME.test(name)) throw badName()
}

type Place = Pick<Call, "account" | "region">

/**
 * The secret that a SecretId means: a name, an ARN, or an ARN without its six characters. What ends
 * like an ARN is taken for a whole one (recorded; "an ARN is better than a partial ARN").
 */
export function lookUp(tx: ReadTx, secretId: string, place: Place): Secret | undefined {
  if (!secretId.startsWith("arn:")) {
    assertName(secretId)
    return tx.get(secrets, [place.account, place.region, secretId])
  }
  const arn = parseArn(secretId)
  const name = RESOURCE.exec(arn?.resource ?? "")?.[1]
  if (!arn || name === undefined || arn.service !== "secretsmanager") throw badName()
  assertName(name)
  if (arn.region !== place.region) return undefined
  const whole = WITH_SUFFIX.exec(name)
  const found = tx.get(secrets, [arn.account, arn.region, whole?.[1] ?? name])
  return whole && found?.suffix !== whole[2] ? undefined : found
}

/** Throws ResourceNotFoundException. */
export function findSecret(tx: ReadTx, secretId: string, place: Place): Secret {
  const secret = lookUp(tx, secretId, place)
  if (!secret) throw secretMissing()
  return secret
}

/** One that is not going to be deleted. */
export function findLiving(tx: ReadTx, secretId: string, place: Place): Secret {
  const secret = findSecret(tx, secretId, place)
  if (secret.deleted) throw markedForDeletion()
  return secret
}

/** One that can be changed here: living, and not the replica of another Region's. */
export function findOwn(tx: ReadTx, secretId: string, place: Place): Secret {
  const secret = findLiving(tx, secretId, place)
  assertPrimary(secret)
  return secret
}

export const isReplica = ({ primaryRegion, region }: Secret): boolean =>
  primaryRegion !== undefined && primaryRegion !== region

export function assertPrimary(secret: Secret): void {
  if (isReplica(secret)) throw onlyInPrimary()
}

/** What jobs keep of a secret. */
export type SecretRef = Pick<Secret, "account" | "region" | "name" | "id">

export const refOf = ({ account, region, name, id }: Secret): SecretRef => ({
  ...{ account, region, name, id },
})

/** The same secret, as long as it is there. */
export function sameSecret(tx: ReadTx, { account, region, name, id }: SecretRef) {
  const secret = tx.get(secrets, [account, region, name])
  return secret?.id === id ? secret : undefined
}
