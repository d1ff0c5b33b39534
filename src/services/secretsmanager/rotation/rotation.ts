import { job, type TimerId } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { refOf, type Secret, type SecretRef } from "../secret/secret.ts"
import { nextWindow, type RotationRules, type RotationWindow } from "./schedule.ts"

/** How and when a secret rotates, and the rotation that goes on. */
export interface Rotation {
  readonly secretId: number
  readonly enabled: boolean
  readonly lambdaArn: string
  readonly rules: RotationRules
  /** When it was set up: schedules without a rotation before count from here. */
  readonly setMs: number
  readonly rotatedMs?: number | undefined
  readonly next?: (RotationWindow & { readonly timer: TimerId }) | undefined
  readonly running?: Running | undefined
}

export interface Running {
  readonly token: string
  /** Index of the step that is next. */
  readonly step: number
  readonly attempt: number
  /** Only tried out: "testSecret" with a version that goes again. */
  readonly isTest: boolean
  /** It has failed too often, and waits for the next window. */
  readonly hasFailed: boolean
}

export const rotations = table<Rotation>("secretsmanager/rotation", {
  key: ({ secretId }) => [secretId],
  cached: true,
})

export const rotationOf = (tx: ReadTx, { id }: Pick<Secret, "id">): Rotation | undefined =>
  tx.get(rotations, [id])

/** A rotation that is due; see steps.ts. */
export const dueJob = job<SecretRef>("secretsmanager/rotate", {})

/** Plans the next rotation of an enabled schedule in the place of the one that was planned. */
export function planned(tx: WriteTx, secret: Secret, rotation: Rotation): Rotation {
  if (rotation.next) tx.cancel(rotation.next.timer)
  const { rules, rotatedMs, setMs } = rotation
  const fromMs = rotatedMs ?? setMs
  const window = rotation.enabled ? nextWindow(rules, { fromMs, afterMs: tx.now }) : undefined
  if (!window) return { ...rotation, next: undefined }
  const timer = tx.schedule(dueJob, refOf(secret), window.startMs)
  return { ...rotation, next: { ...window, timer } }
}

/** Stops what goes on, and plans nothing: a secret that is marked for deletion does not rotate. */
export function pauseRotation(tx: WriteTx, secret: Secret): void {
  const rotation = rotationOf(tx, secret)
  if (!rotation) return
  if (rotation.next) tx.cancel(rotation.next.timer)
  tx.replace(rotations, rotation, { ...rotation, next: undefined, running: undefined })
}

export function resumeRotation(tx: WriteTx, secret: Secret): void {
  const rotation = rotationOf(tx, secret)
  if (rotation) tx.replace(rotations, rotation, planned(tx, secret, rotation))
}

export function endRotation(tx: WriteTx, secret: Secret): void {
  pauseRotation(tx, secret)
  tx.delete(rotations, [secret.id])
}
