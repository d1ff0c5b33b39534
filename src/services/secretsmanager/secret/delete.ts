import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, markedForDeletion, secretMissing } from "../errors.ts"
import { RECOVERY_DAYS } from "../limits.ts"
import { replicasOf } from "../replica/replica.ts"
import { endRotation, pauseRotation, resumeRotation } from "../rotation/rotation.ts"
import { removeVersions } from "../value/version.ts"
import {
  arnOf,
  arnStem,
  assertPrimary,
  findSecret,
  lookUp,
  refOf,
  sameSecret,
  secrets,
  type Secret,
  type SecretRef,
} from "./secret.ts"

type Input = In<"DeleteSecret">

const DAY_MS = 86_400_000

/** The end of a recovery window. */
export const purgeJob = job<SecretRef>("secretsmanager/purge", {
  run(tx, ref) {
    const secret = sameSecret(tx, ref)
    if (secret?.deleted && secret.deleted.atMs <= tx.now) removeSecret(tx, secret)
  },
})

export const DeleteSecret = op.write("DeleteSecret", {
  authorize: onSecret<Input>(({ RecoveryWindowInDays, ForceDeleteWithoutRecovery }) => ({
    ...{ RecoveryWindowInDays, ForceDeleteWithoutRecovery },
  })),
  run(tx, input, call): Out<"DeleteSecret"> {
    const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = input
    assertWindow(days, force)
    const secret = lookUp(tx, input.SecretId, call)
    if (!secret) {
      if (!force) throw secretMissing()
      return forgotten(tx, input, call)
    }
    assertDeletable(tx, secret)
    const answer = { ARN: arnOf(secret), Name: secret.name }
    if (force) {
      removeSecret(tx, secret)
      return { ...answer, DeletionDate: tx.now }
    }
    if (secret.deleted) throw markedForDeletion()
    const atMs = tx.now + (days ?? RECOVERY_DAYS.most) * DAY_MS
    const timer = tx.schedule(purgeJob, refOf(secret), atMs)
    pauseRotation(tx, secret)
    tx.replace(secrets, secret, { ...secret, deleted: { requestedMs: tx.now, atMs, timer } })
    return { ...answer, DeletionDate: atMs }
  },
})

/** Quoted, both. */
function assertWindow(days: number | undefined, force: boolean): void {
  if (days === undefined) return
  if (force)
    throw invalid(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  const { least, most } = RECOVERY_DAYS
  if (days < least || days > most)
    throw invalid(
      `The RecoveryWindowInDays value must be between ${least} and ${most} days (inclusive).`,
    )
}

/** Quoted. */
function assertDeletable(tx: WriteTx, secret: Secret): void {
  assertPrimary(secret)
  const regions = replicasOf(tx, secret).map(({ region }) => region)
  if (regions.length > 0)
    throw invalid(
      `You can't delete secret ${arnOf(secret)} that still has replica regions [${regions.join(", ")}].`,
    )
}

/** Recorded: a forced deletion of what is not there goes well. */
function forgotten(tx: WriteTx, { SecretId }: Input, call: Call): Out<"DeleteSecret"> {
  if (SecretId.startsWith("arn:")) throw secretMissing()
  const suffix = tx.random("secretsmanager/suffix").string(6, "abcdefghijklmnopqrstuvwxyz")
  const ARN = `${arnStem({ ...call, name: SecretId })}-${suffix}`
  return { ARN, Name: SecretId, DeletionDate: tx.now }
}

/** A secret with all that belongs to it. */
export function removeSecret(tx: WriteTx, secret: Secret): void {
  if (secret.deleted) tx.cancel(secret.deleted.timer)
  endRotation(tx, secret)
  removeVersions(tx, secret)
  tx.remove(secrets, secret)
}

export const RestoreSecret = op.write("RestoreSecret", {
  authorize: onSecret<In<"RestoreSecret">>(),
  run(tx, input, call): Out<"RestoreSecret"> {
    const secret = findSecret(tx, input.SecretId, call)
    assertPrimary(secret)
    if (secret.deleted) {
      tx.cancel(secret.deleted.timer)
      tx.replace(secrets, secret, { ...secret, deleted: undefined })
      resumeRotation(tx, secret)
    }
    return { ARN: arnOf(secret), Name: secret.name }
  },
})
