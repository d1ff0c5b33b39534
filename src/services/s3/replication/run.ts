import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { isUp } from "../../../kernel/places.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { bucketArn, type Bucket } from "../buckets/bucket.ts"
import { S3 } from "../notifications/event.ts"
import { destinationBucket } from "./destination.ts"
import { settle, drop } from "./settle.ts"
import { findTask, replicationTasks, subjectOf, type TaskKey } from "./task.ts"
import { isTemporary } from "../errors.ts"
import { RETRY_MS } from "../limits.ts"

interface Step extends TaskKey {
  /** The task's, as it was when the step was planned. */
  readonly step: number
}

/** What the operation tells that replicates one version. */
export interface Replicated {
  /** Why not ("Amazon S3 replication failure reasons"). */
  readonly failure?: string | undefined
}

/** Replicates one version to one destination, in the role that the configuration names. */
export const replicateJob = job<Step>("s3/replicate", {
  async perform(ctx, step) {
    const found = await ctx.read((tx) => stateOf(tx, step))
    if (found === "gone") return
    if (found === "dropped") return ctx.write((tx) => dropStep(tx, step))
    if (found === "down") return later(ctx, step)
    const outcome = await attempt(ctx, step, found)
    if (outcome === "down") return later(ctx, step)
    await ctx.write((tx) => settle(tx, step, outcome.failure))
  },
})

interface Ready {
  readonly source: Bucket
  readonly role: string
  /** Where the replica goes; absent where the destination is not there. */
  readonly region: string | undefined
}

function stateOf(tx: ReadTx, step: Step): Ready | "gone" | "dropped" | "down" {
  const task = findTask(tx, step)
  if (task?.step !== step.step || task.state !== "pending") return "gone"
  const subject = subjectOf(tx, task)
  const replication = subject?.source.config.replication
  const rule = replication?.rules.find(({ ID }) => ID === task.rule)
  // Not verified: what becomes of what is pending when its rule goes. Here it is forgotten.
  if (!subject || !replication || rule?.Status !== "Enabled") return "dropped"
  const { source } = subject
  const to = destinationBucket(tx, source.partition, { Bucket: task.destination })
  const places = [source.region, ...(to ? [to.region] : [])]
  if (!places.every((region) => isUp({ region }, tx.faults))) return "down"
  return { source, role: replication.role, region: to?.region }
}

function dropStep(tx: WriteTx, step: Step): void {
  const task = findTask(tx, step)
  if (task?.step === step.step) drop(tx, task)
}

/** Looks again in a minute, under a step of its own: a job that runs twice does not multiply. */
const later = (ctx: ActionContext, step: Step): Promise<void> =>
  ctx.write((tx) => {
    const task = findTask(tx, step)
    if (task?.step !== step.step) return
    const next = tx.serial()
    tx.replace(replicationTasks, task, { ...task, step: next })
    tx.schedule(replicateJob, { ...step, step: next }, tx.now + RETRY_MS)
  })

async function attempt(
  ctx: ActionContext,
  { bucket, serial, destination }: Step,
  { source, role, region }: Ready,
): Promise<Replicated | "down"> {
  if (region === undefined) return { failure: "DstBucketNotFound" }
  try {
    return await ctx.call({
      ...{
        service: "s3",
        operation: "ReplicateVersion",
        as: S3,
        role,
        sessionName: "s3-replication",
      },
      input: { bucket, serial, destination },
      // "The role … the source bucket's owner": what it does it does there.
      ...{ account: source.account, region: source.region },
      ...{ sourceArn: bucketArn(source), sourceAccount: source.account },
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (isTemporary(error)) return "down"
    // The operation tells its own failures: what is refused before it is the role.
    return { failure: "AssumeRoleNotPermitted" }
  }
}
