import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { ROTATION_WAITS_MS } from "../limits.ts"
import { copyToReplicas } from "../replica/copy.ts"
import { arnOf, refOf, sameSecret, type Secret, type SecretRef } from "../secret/secret.ts"
import { CURRENT, PENDING, versionWith, withLabels } from "../value/stages.ts"
import {
  removeVersion,
  setStages,
  stagesOf,
  thinVersions,
  versions,
  versionsOf,
} from "../value/version.ts"
import { FunctionFailed, invoke } from "./functions.ts"
import { dueJob, planned, rotationOf, rotations, type Rotation, type Running } from "./rotation.ts"

/** "Rotation by Lambda function": the four steps, in their order. */
const STEPS = Object.freeze(["createSecret", "setSecret", "testSecret", "finishSecret"])
const TEST_STEP = STEPS.indexOf("testSecret")

interface StepRef {
  readonly secret: SecretRef
  readonly token: string
  readonly step: number
  readonly attempt: number
}

/** Begins a rotation, or begins one anew that was not finished: its version waits for a value. */
export function begin(
  tx: WriteTx,
  secret: Secret,
  asked: { readonly rotation: Rotation; readonly token: string; readonly isTest?: boolean },
): void {
  const { rotation, token, isTest = false } = asked
  if (!tx.get(versions, [secret.id, token])) {
    thinVersions(tx, secret)
    const serial = tx.serial()
    tx.insert(versions, { secretId: secret.id, id: token, createdMs: tx.now, serial, stages: [] })
  }
  const all = stagesOf(versionsOf(tx, secret))
  if (versionWith(all, CURRENT) !== token) setStages(tx, secret, withLabels(all, token, [PENDING]))
  const step = isTest ? TEST_STEP : 0
  const running = { token, step, attempt: 0, isTest, hasFailed: false }
  tx.put(rotations, { ...rotation, running })
  scheduleStep(tx, secret, { running, at: tx.now })
}

function scheduleStep(
  tx: WriteTx,
  secret: Secret,
  { running, at }: { readonly running: Running; readonly at: number },
): void {
  const { token, step, attempt } = running
  tx.schedule(stepJob, { secret: refOf(secret), token, step, attempt }, at)
}

/** A window opens: the next is planned at once, so that a failure waits for it. */
export const rotateDue = job<SecretRef>(dueJob.name, {
  run(tx, ref) {
    const secret = sameSecret(tx, ref)
    const rotation = secret && rotationOf(tx, secret)
    if (!secret || secret.deleted || !rotation?.enabled) return
    const after = planned(tx, secret, { ...rotation, next: undefined })
    tx.put(rotations, after)
    if (after.running && !after.running.hasFailed) return
    const token = after.running?.token ?? tx.random("secretsmanager/rotation").uuid()
    begin(tx, secret, { rotation: after, token })
  },
})

/**
 * One step: the function is called, and the next step planned in the commit that says that this one
 * is over. A crash in between calls the function again, as AWS's retries do: functions look first
 * whether their work is done ("idempotent").
 */
export const stepJob = job<StepRef>("secretsmanager/step", {
  async perform(ctx, ref) {
    const found = await ctx.read((tx) => stillDue(tx as WriteTx, ref))
    if (!found) return
    const { secret, rotation } = found
    const event = {
      Step: STEPS[ref.step] ?? "",
      SecretId: arnOf(secret),
      ClientRequestToken: ref.token,
    }
    const ended = await callStep(ctx, { secret, lambdaArn: rotation.lambdaArn, event })
    await ctx.write((tx) => {
      const now = stillDue(tx, ref)
      if (!now) return
      if (ended) stepDone(tx, now)
      else stepFailed(tx, now)
    })
  },
})

async function callStep(ctx: ActionContext, asked: Parameters<typeof invoke>[1]): Promise<boolean> {
  try {
    await invoke(ctx, asked)
    return true
  } catch (error) {
    if (error instanceof FunctionFailed || error instanceof AwsError) return false
    throw error
  }
}

interface Due {
  readonly secret: Secret
  readonly rotation: Rotation
  readonly running: Running
}

/** The rotation of a step, as long as this step is still to be done. */
function stillDue(tx: Pick<WriteTx, "get">, ref: StepRef): Due | undefined {
  const secret = sameSecret(tx as WriteTx, ref.secret)
  const rotation = secret && rotationOf(tx as WriteTx, secret)
  const running = rotation?.running
  if (!secret || secret.deleted || running?.token !== ref.token) return undefined
  const same = running.step === ref.step && running.attempt === ref.attempt
  return same && !running.hasFailed
    ? { secret, rotation: rotation as Rotation, running }
    : undefined
}

function stepDone(tx: WriteTx, due: Due): void {
  const { secret, rotation, running } = due
  if (running.isTest) return endTest(tx, due)
  const next = { ...running, step: running.step + 1 }
  if (next.step < STEPS.length) {
    tx.put(rotations, { ...rotation, running: next })
    return scheduleStep(tx, secret, { running: next, at: tx.now })
  }
  // A function that says it has finished, and has moved no label, has not.
  const current = versionWith(stagesOf(versionsOf(tx, secret)), CURRENT)
  if (current !== running.token) return stepFailed(tx, due)
  const rotated = { ...rotation, running: undefined, rotatedMs: tx.now }
  tx.put(rotations, planned(tx, secret, rotated))
  copyToReplicas(tx, secret)
}

/** The whole rotation is tried again some times, then at its next window. */
function stepFailed(tx: WriteTx, due: Due): void {
  const { secret, rotation, running } = due
  const waitMs = ROTATION_WAITS_MS[running.attempt]
  if (running.isTest) return endTest(tx, due)
  if (waitMs === undefined)
    return tx.put(rotations, { ...rotation, running: { ...running, hasFailed: true } })
  const again = { ...running, step: 0, attempt: running.attempt + 1 }
  tx.put(rotations, { ...rotation, running: again })
  scheduleStep(tx, secret, { running: again, at: tx.now + waitMs })
}

/** "This test creates an AWSPENDING version of the secret and then removes it." */
function endTest(tx: WriteTx, { secret, rotation, running }: Due): void {
  const version = tx.get(versions, [secret.id, running.token])
  if (version && !version.stages.includes(CURRENT)) removeVersion(tx, version)
  tx.put(rotations, { ...rotation, running: undefined })
}
