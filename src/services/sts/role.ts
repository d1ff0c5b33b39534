import { hash } from "node:crypto"
import { ID_ALPHABET, idInAccount } from "../../iam/access-key-id.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { roleOfArn } from "../iam/port.ts"
import { isClosed } from "../organizations/port.ts"
import { malformedArn, notARole } from "./errors.ts"
import { iamArn } from "./iam-arn.ts"
import { LONGEST_ROLE_SECONDS } from "./limits.ts"

/** The trust policy of a role that is not there. */
export const NOBODY = ""

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
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The trust policy; none of a role that exists only because somebody named it. */
  readonly trust?: string | undefined
}

/** Recorded: six parts, of which the second, third and last have something in them. */
const WELL_FORMED = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s
/** A role's name, behind its path. */
const NAME = /(?:^|\/)([\w+=,.@-]{1,64})$/
const ID_TAIL_LENGTH = 9

/**
 * The role of that ARN. In a cloud that takes dummy keys every role of the partition exists: one
 * that IAM does not know has an id that follows from its ARN, and allows the longest sessions. In
 * a strict cloud such a role trusts nobody, and so does every role of a closed account. Throws ValidationError for what is no role's ARN.
 */
export function findRole(
  tx: ReadTx,
  arn: string,
  { partition, strict }: Pick<Call, "partition" | "strict">,
): AssumableRole {
  if (!WELL_FORMED.test(arn)) throw malformedArn(arn)
  const named = iamArn(arn, "role")
  const name = named && NAME.exec(named.rest)?.[1]
  if (name === undefined || named?.partition !== partition || named.account === "aws")
    throw notARole()
  const { account } = named
  const known = roleOfArn(tx, account, arn)
  const closed = isClosed(tx, account)
  if (known) return { arn, account, ...known, ...(closed && { trust: NOBODY }) }
  return {
    ...{ arn, account, name, id: roleId(account, arn) },
    maxDurationSeconds: LONGEST_ROLE_SECONDS,
    trust: strict || closed ? NOBODY : undefined,
  }
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
