import { principalArn, principalId, type Principal } from "../../../../iam/principal.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { findSession } from "../../../sts/port.ts"

const TYPES: Readonly<Record<Principal["type"], string>> = {
  root: "Root",
  user: "IAMUser",
  "assumed-role": "AssumedRole",
  "federated-user": "FederatedUser",
  service: "AWSService",
  anonymous: "AWSAccount",
}

/** "CloudTrail userIdentity element", as the event of a function has it. */
export function userIdentity(tx: ReadTx, { principal, partition }: Call): object {
  return {
    type: TYPES[principal.type],
    principalId: principalId(principal),
    arn: principalArn(principal, partition),
    accountId: principal.account,
    ...("accessKeyId" in principal && { accessKeyId: principal.accessKeyId }),
    ...(principal.type === "user" && { userName: principal.userName }),
    ...sessionContext(tx, principal, partition),
  }
}

function sessionContext(tx: ReadTx, principal: Principal, partition: string): object {
  const session = "accessKeyId" in principal && findSession(tx, principal.accessKeyId)
  if (!session) return {}
  return {
    sessionContext: {
      attributes: {
        mfaAuthenticated: String(session.mfa !== undefined),
        creationDate: javaDate(session.issuedAt),
      },
      ...issuerOf(principal, partition),
    },
  }
}

function issuerOf(principal: Principal, partition: string): object {
  const { account: accountId } = principal
  if (principal.type === "assumed-role") {
    const { roleId, roleArn: arn, roleName: userName } = principal
    return { sessionIssuer: { type: "Role", principalId: roleId, arn, accountId, userName } }
  }
  if (principal.type !== "federated-user") return {}
  const { userId } = principal
  const isRoot = userId === undefined
  const arn = `arn:${partition}:iam::${accountId}:root`
  return isRoot ? { sessionIssuer: { type: "Root", principalId: accountId, arn, accountId } } : {}
}

/** `Wed Mar 10 23:41:52 UTC 2021`, as AWS's example has it. */
function javaDate(atMs: number): string {
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(atMs)
    .toUTCString()
    .split(" ")
  return `${day.replace(",", "")} ${month} ${date} ${time} UTC ${year}`
}
