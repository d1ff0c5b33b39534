import { hash } from "node:crypto"
import { ID_ALPHABET, idInAccount } from "../../iam/access-key-id.ts"
import { malformedArn, notARole } from "./errors.ts"
import { iamArn } from "./iam-arn.ts"
import { LONGEST_ROLE_SECONDS } from "./limits.ts"

/** What STS needs to know of a role. */
export interface AssumableRole {
  readonly arn: string
  readonly account: string
  /** Without its path. */
  readonly name: string
  /** `AROA…`. */
  readonly id: string
  /** The role's own setting. */
  readonly maxDurationSeconds: number
}

/** Recorded: six parts, of which the second, third and last have something in them. */
const WELL_FORMED = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s
/** A role's name, behind its path. */
const NAME = /(?:^|\/)([\w+=,.@-]{1,64})$/
const ID_TAIL_LENGTH = 9

/**
 * The role of that ARN. There is no IAM yet: every role of the partition exists, has an id that
 * follows from its ARN, and allows the longest sessions.
 */
export function findRole(arn: string, partition: string): AssumableRole {
  if (!WELL_FORMED.test(arn)) throw malformedArn(arn)
  const named = iamArn(arn, "role")
  const name = named && NAME.exec(named.rest)?.[1]
  if (name === undefined || named?.partition !== partition || named.account === "aws")
    throw notARole()
  const { account } = named
  return { arn, account, name, id: roleId(account, arn), maxDurationSeconds: LONGEST_ROLE_SECONDS }
}

/** Whether a role is one of those that exist because somebody named them. */
export const isNamedOnly = (account: string, arn: string, id: string): boolean =>
  id === roleId(account, arn)

function roleId(account: string, arn: string): string {
  const digest = hash("sha256", arn, "buffer")
  let tail = ""
  for (const byte of digest.subarray(0, ID_TAIL_LENGTH)) tail += ID_ALPHABET[byte & 31] as string
  return idInAccount("AROA", account, tail)
}
