import { principalArn, type Principal } from "../../../iam/principal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { hasUser, roleOfArn } from "../../iam/port.ts"
import { invalidGrantee } from "./errors.ts"
import type { Grantee, GranteeType } from "./grant.ts"

interface GivenGrantee {
  readonly GranteeType?: GranteeType | undefined
  readonly GranteeIdentifier?: string | undefined
}

/** Throws InvalidRequest. Whether there is such a one is another question. */
export function granteeOf({ GranteeType: type, GranteeIdentifier: id }: GivenGrantee): Grantee {
  if (type === undefined || id === undefined) throw invalidGrantee()
  const form = type === "IAM" ? IAM_IDENTITY : DIRECTORY_ID
  if (!form.test(id)) throw invalidGrantee()
  return { type, id }
}

/** "The grantee can be an IAM user or role": no root, no session. */
const IAM_IDENTITY = /^arn:[^:]+:iam::\d{12}:(?:user|role)\/(?:[!-~]{1,510}\/)?[\w+=,.@-]{1,64}$/
/** Of a user or group ("CreateGroup" of the identity store's API). */
const DIRECTORY_ID =
  /^(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/

/**
 * Throws InvalidRequest where IAM has no such user or role. In a cloud that takes dummy keys every
 * role exists, as STS has it.
 */
export function assertIdentity(tx: ReadTx, arn: string, { strict }: Pick<Call, "strict">): void {
  const account = arn.split(":")[4] ?? ""
  const isRole = arn.includes(`:iam::${account}:role/`)
  const exists = isRole ? !strict || roleOfArn(tx, account, arn) : hasUser(tx, account, arn)
  if (!exists) throw invalidGrantee()
}

/** As whom a caller is granted something: nobody has the identity of a directory here yet. */
export function callerGrantee(principal: Principal, partition: string): Grantee | undefined {
  if (principal.type === "user") return { type: "IAM", id: principalArn(principal, partition) }
  if (principal.type === "assumed-role") return { type: "IAM", id: principal.roleArn }
  return undefined
}

export const describedGrantee = ({ type, id }: Grantee) => ({
  ...{ GranteeType: type, GranteeIdentifier: id },
})
