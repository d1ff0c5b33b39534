import { principalArn, principalId, type Principal } from "../../../iam/principal.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { EncryptionContext } from "../cipher/context.ts"
import { countsOf } from "../key/counts.ts"
import { keyArn, type KeyRef } from "../key/key.ts"

export interface Grant {
  readonly account: string
  readonly region: string
  readonly keyId: string
  /** 64 hexadecimal digits. */
  readonly id: string
  readonly name?: string | undefined
  /**
   * Unique id of a user, role or session, ARN of others, or the name of a service. Grants from before
   * unique ids were kept have ARNs.
   */
  readonly grantee: string
  readonly retiring?: string | undefined
  /** Account of who made it. */
  readonly issuer: string
  readonly operations: readonly string[]
  readonly equals?: EncryptionContext | undefined
  readonly subset?: EncryptionContext | undefined
  readonly createdMs: number
}

export const grants = table<Grant>("kms/grant", {
  key: ({ account, region, keyId, id }) => [account, region, keyId, id],
  indexes: {
    byGrantee: ({ account, region, keyId, grantee }) => [account, region, keyId, grantee],
    byRetiring: ({ region, retiring }) => retiring !== undefined && [region, retiring],
  },
  cached: true,
})

/** What a request wants that a grant may give. */
export interface GrantQuestion {
  readonly principal: Principal
  readonly partition: string
  /** Name of the operation, `ReEncryptFrom`. */
  readonly operation: string
  readonly context: EncryptionContext | undefined
  /** What else must be true of it. */
  readonly also?: (grant: Grant) => boolean
}

/** Grants of one grantee that are looked at: services make one for each thing that they keep. */
const GRANTS_LOOKED_AT = 1_000

/** A grant of the key that lets this caller do this. */
export function findGrant(tx: ReadTx, key: KeyRef, question: GrantQuestion): Grant | undefined {
  const { account, region, id } = key
  // Most keys have none.
  if (countsOf(tx, key).grants === 0) return undefined
  for (const grantee of namesOf(question)) {
    const { rows } = tx.scan(grants, {
      ...{ index: "byGrantee", prefix: [account, region, id, grantee] },
      limit: GRANTS_LOOKED_AT,
    })
    const found = rows.find((grant) => gives(grant, question))
    if (found) return found
  }
  return undefined
}

/** The names by which a grant may mean a caller: its own, those of its role, of its account. */
export function namesOf({
  principal,
  partition,
}: Pick<GrantQuestion, "principal" | "partition">): readonly string[] {
  const own = principalArn(principal, partition)
  if (principal.type === "service" || principal.type === "anonymous") return [own]
  const root = `arn:${partition}:iam::${principal.account}:root`
  const id = principalId(principal)
  switch (principal.type) {
    case "assumed-role":
      return [id, principal.roleId, own, principal.roleArn, root]
    case "user":
      return [id, own, root]
    default:
      return [own, root]
  }
}

function gives(grant: Grant, { operation, context, also }: GrantQuestion): boolean {
  const { operations, equals, subset } = grant
  if (!operations.includes(operation) || also?.(grant) === false) return false
  // "Grant constraints … apply only to operations that take an encryption context".
  if (!CONTEXT_OPERATIONS.has(operation)) return true
  if (equals && !isSubset(equals, context, true)) return false
  return !subset || isSubset(subset, context, false)
}

/** ("Using grant constraints") */
const CONTEXT_OPERATIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair"],
    ...["GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext"],
    ...["ReEncryptFrom", "ReEncryptTo"],
  ]),
)

export function isSubset(
  wanted: EncryptionContext,
  given: EncryptionContext = {},
  exactly = false,
): boolean {
  const entries = Object.entries(wanted)
  if (exactly && entries.length !== Object.keys(given).length) return false
  return entries.every(([key, value]) => Object.hasOwn(given, key) && given[key] === value)
}

/** What explanations call a grant. */
export const grantName = (grant: Grant): string =>
  `grant ${grant.id} of ${keyArn({ ...grant, id: grant.keyId })}`
