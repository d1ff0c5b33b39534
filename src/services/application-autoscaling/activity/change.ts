import type { ServiceCall } from "../../../kernel/service-call.ts"
import { job } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { CHANGE_MS, FULFIL_MS, WAIT_MS } from "../limits.ts"
import type { Capacity } from "../namespace.ts"
import { dimensionOf, namespaceOf } from "../namespaces.ts"
import { wasScaled } from "../policy/state.ts"
import { lookUp, type ScalableTarget } from "../target/target.ts"
import {
  activeOf,
  activities,
  activityOf,
  addActivity,
  endActivity,
  firstOf,
  type Change,
  type ScalingActivity,
} from "./activity.ts"

type Ref = Pick<ScalingActivity, "account" | "region" | "namespace" | "serial">

export interface WantedChange extends Pick<Change, "units" | "policy"> {
  readonly cause: string
}

/** Changes a target's capacity: soon, one change of a resource after another. */
export function scaleTo(tx: WriteTx, target: ScalableTarget, wanted: WantedChange): void {
  const { units, cause, policy } = wanted
  const holder = namespaceOf(target.namespace)?.holderOf(target.resourceId) ?? target.resourceId
  for (const older of activeOf(tx, target, holder))
    // "The desired capacity was updated by a newer scaling event".
    if (older.status === "Pending") endActivity(tx, older, { status: "Overridden" })
  const { title } = dimensionOf(target)
  const activity = addActivity(tx, target, {
    ...{ description: `Setting ${title} to ${units}.`, cause, status: "Pending" },
    change: { units, policy, holder },
  })
  tx.schedule(makeChange, refOf(activity), tx.now)
}

const refOf = ({ account, region, namespace, serial }: Ref): Ref => ({
  ...{ account, region, namespace, serial },
})

/** An activity whose change is due, with what is there. */
interface Due {
  readonly activity: ScalingActivity
  readonly change: Change
  readonly capacity: Capacity
  readonly target: ScalableTarget
}

/** Calls the service in the role of the target; a crash between calls it again. */
export const makeChange = job<Ref>("application-autoscaling/change-capacity", {
  async perform(ctx, ref) {
    const call = await ctx.write((tx) => begin(tx, ref))
    if (!call) return
    const reason = await ctx.call(call).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AwsError) return error.message
        throw error
      },
    )
    await ctx.write((tx) => {
      const activity = activityOf(tx, ref)
      if (!activity?.change) return
      const { title } = dimensionOf(activity)
      const { units } = activity.change
      if (reason !== undefined) {
        const message = `Failed to set ${title} to ${units}. Reason: ${reason}`
        return endActivity(tx, activity, { status: "Failed", message })
      }
      const message = `Successfully set ${title} to ${units}. Waiting for change to be fulfilled by ${ref.namespace}.`
      tx.put(activities, { ...activity, status: "InProgress", message })
      tx.schedule(fulfil, refOf(ref), tx.now)
    })
  },
})

/** The call that makes the change; undefined where there is none to be made now. */
function begin(tx: WriteTx, ref: Ref): ServiceCall | undefined {
  const due = dueOf(tx, ref)
  if (!due) return undefined
  const { activity, change, capacity, target } = due
  if (capacity.units === change.units) {
    fulfilled(tx, activity)
    return undefined
  }
  if (!capacity.isReady || firstOf(tx, activity, change.holder)?.serial !== activity.serial) {
    if (tx.now - activity.startMs >= CHANGE_MS) unfulfilled(tx, activity)
    else tx.schedule(makeChange, refOf(ref), tx.now + WAIT_MS)
    return undefined
  }
  return callOf(tx, target, change.units)
}

function callOf(tx: ReadTx, target: ScalableTarget, units: number): ServiceCall {
  const { account, region, namespace, roleArn } = target
  return {
    ...{ service: namespace, account, region, role: roleArn },
    ...dimensionOf(target).change(tx, target, units),
    as: namespaceOf(namespace)?.role.service ?? "",
    // As it stands in CloudTrail (not verified).
    sessionName: "AutoScaling-UpdateCapacity",
  }
}

/** What a change needs; ends the activity of one that cannot be. */
function dueOf(tx: WriteTx, ref: Ref): Due | undefined {
  const activity = activityOf(tx, ref)
  if (!activity?.change) return undefined
  const target = lookUp(tx, activity)
  const dimension = dimensionOf(activity)
  const capacity = dimension.find(tx, activity)
  if (target && capacity?.isScalable) return { activity, change: activity.change, capacity, target }
  const { title, missing } = dimension
  const why = target ? missing(activity.resourceId) : "The scalable target is no longer registered"
  const message = `Failed to set ${title} to ${activity.change.units}. Reason: ${why}`
  endActivity(tx, activity, { status: "Failed", message })
  return undefined
}

/** A change that was made is done when its resource has settled. */
export const fulfil = job<Ref>("application-autoscaling/fulfil-change", {
  run(tx, ref) {
    const due = dueOf(tx, ref)
    if (!due) return
    const { activity, capacity } = due
    if (capacity.isReady) fulfilled(tx, activity)
    else if (tx.now - activity.startMs >= FULFIL_MS) unfulfilled(tx, activity)
    else tx.schedule(fulfil, refOf(ref), tx.now + WAIT_MS)
  },
})

function fulfilled(tx: WriteTx, activity: ScalingActivity): void {
  const { change, namespace } = activity
  if (!change) return
  const { title } = dimensionOf(activity)
  const message = `Successfully set ${title} to ${change.units}. Change successfully fulfilled by ${namespace}.`
  endActivity(tx, activity, { status: "Successful", message })
  wasScaled(tx, activity, change)
}

/** The words are not verified. */
function unfulfilled(tx: WriteTx, activity: ScalingActivity): void {
  const { title } = dimensionOf(activity)
  const message = `Failed to set ${title} to ${activity.change?.units}. Reason: The change was not fulfilled by ${activity.namespace} in time.`
  endActivity(tx, activity, { status: "Unfulfilled", message })
}
