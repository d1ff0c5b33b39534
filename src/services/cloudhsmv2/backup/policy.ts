import { parsePolicy } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
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
    const { Policy: policy } = input
    if (policy === undefined) throw badRequest("Policy is required.")
    if (backup.state !== "READY") throw wrongState(backup.id, backup.state)
    assertPolicy(policy)
    tx.replace(backups, backup, { ...backup, policy })
    return { ResourceArn: arnOf(input), Policy: policy }
  },
})

function assertPolicy(text: string): void {
  try {
    parsePolicy(text, { kind: "resource" })
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
    return { Policy: policy }
  },
})

export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: onBackup,
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const backup = find(tx, input, call)
    if (backup.policy === undefined) throw noPolicy(arnOf(input))
    tx.replace(backups, backup, { ...backup, policy: undefined })
    return { ResourceArn: arnOf(input), Policy: backup.policy }
  },
})
