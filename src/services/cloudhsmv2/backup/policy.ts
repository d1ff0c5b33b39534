import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPolicy, shownPolicy } from "../../iam/port.ts"
import { asks, op, type Out } from "../define.ts"
import { badRequest, noPolicy, wrongState } from "../errors.ts"
import { backupOrArn, backupResource, backups, findBackup, type Backup } from "./backup.ts"

interface OnResource {
  readonly ResourceArn?: string | undefined
}

/** Throws CloudHsmInvalidRequestException: only backups have policies. */
function arnOf({ ResourceArn: arn }: OnResource): string {
  if (arn === undefined || !arn.includes(":backup/"))
    throw badRequest("ResourceArn must be the ARN of a backup.")
  return arn
}

const onBackup = asks.on<Backup, OnResource>(backupResource, (tx, input, call) =>
  backupOrArn(tx, { BackupId: arnOf(input) }, call),
)

const find = (tx: ReadTx, input: OnResource, call: Call): Backup =>
  findBackup(tx, arnOf(input), call)

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: onBackup,
  run(tx, input, call): Out<"PutResourcePolicy"> {
    const backup = find(tx, input, call)
    const { Policy: sent } = input
    if (sent === undefined) throw badRequest("Policy is required.")
    if (backup.state !== "READY") throw wrongState(backup.id, backup.state)
    const policy = readPolicy(tx, sent)
    tx.replace(backups, backup, { ...backup, policy })
    return { ResourceArn: arnOf(input), Policy: shownPolicy(tx, policy) }
  },
})

function readPolicy(tx: ReadTx, sent: string): string {
  try {
    return keptPolicy(tx, sent, { kind: "resource" }).text
  } catch (error) {
    if (error instanceof PolicyRefusal) throw badRequest(error.message)
    throw error
  }
}

export const GetResourcePolicy = op.read("GetResourcePolicy", {
  authorize: onBackup,
  run(tx, input, call): Out<"GetResourcePolicy"> {
    const { policy } = find(tx, input, call)
    if (policy === undefined) throw noPolicy(arnOf(input))
    return { Policy: shownPolicy(tx, policy) }
  },
})

export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: onBackup,
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const backup = find(tx, input, call)
    if (backup.policy === undefined) throw noPolicy(arnOf(input))
    tx.replace(backups, backup, { ...backup, policy: undefined })
    return { ResourceArn: arnOf(input), Policy: shownPolicy(tx, backup.policy) }
  },
})
