import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { onTarget } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, limitExceeded } from "../errors.ts"
import { POLICIES } from "../limits.ts"
import { dimensionAsked, dimensionOf } from "../namespaces.ts"
import { findTarget, keyAsked, type ScalableTarget } from "../target/target.ts"
import { alarmNames, isCustomized, putAlarmCalls } from "./alarms.ts"
import { startTracking } from "./evaluate.ts"
import {
  describeAlarms,
  policies,
  policiesOf,
  policyArn,
  type ScalingPolicy,
  type TargetTracking,
} from "./policy.ts"
import { leaveAlarms } from "./removal.ts"
import { assertOnlyOne, assertTracking } from "./target-tracking.ts"

type Input = In<"PutScalingPolicy">

/**
 * Alarms on capacity are worked out here, so such a policy is one commit. Those on a customized metric
 * are CloudWatch's: without it there is no such policy.
 */
export const PutScalingPolicy = op.action("PutScalingPolicy", {
  authorize: onTarget,
  begin(tx, input, call): Out<"PutScalingPolicy"> | undefined {
    const asked = askedOf(tx, input, call)
    return isCustomized(asked.tracking) ? undefined : answerOf(put(tx, asked))
  },
  async run(ctx, input, call): Promise<Out<"PutScalingPolicy">> {
    // The names of the alarms are drawn before anybody else hears of them.
    const { policy, calls } = await ctx.write((tx) => {
      const asked = askedOf(tx, input, call)
      const policy = policyOf(tx, asked)
      return { policy, calls: putAlarmCalls(policy, asked.target) }
    })
    for (const one of calls) await ctx.call(one).catch(failedAccess)
    return ctx.write((tx) => {
      const asked = askedOf(tx, input, call)
      return answerOf(put(tx, asked, policy))
    })
  },
})

/** The words are not verified. */
function failedAccess(error: unknown): never {
  if (error instanceof AwsError)
    throw op.error(
      "FailedResourceAccessException",
      `Unable to put the alarms of the scaling policy: ${error.message}`,
    )
  throw error
}

interface Asked {
  readonly name: string
  readonly target: ScalableTarget
  readonly tracking: TargetTracking
  readonly known: ScalingPolicy | undefined
}

/** The words are not verified. */
function askedOf(tx: ReadTx, input: Input, call: Call): Asked {
  const key = keyAsked(input, call)
  const dimension = dimensionAsked(key)
  const target = findTarget(tx, key)
  const name = input.PolicyName
  const all = policiesOf(tx, target)
  const known = all.find((one) => one.name === name)
  const type = input.PolicyType ?? known?.type
  if (type === undefined) throw invalid("PolicyType must be specified when creating a policy.")
  if (type !== "TargetTrackingScaling")
    throw invalid(
      `The policy type ${type} is not supported for the service namespace ${key.namespace}.`,
    )
  if (input.StepScalingPolicyConfiguration ?? input.PredictiveScalingPolicyConfiguration)
    throw invalid(`The configuration does not match the policy type ${type}.`)
  const tracking = input.TargetTrackingScalingPolicyConfiguration ?? known?.tracking
  if (!tracking) throw invalid("TargetTrackingScalingPolicyConfiguration must be specified.")
  assertTracking(tracking, dimension)
  assertOnlyOne(all, { name, tracking })
  if (!known && all.length >= POLICIES) throw limitExceeded("scaling policies", POLICIES)
  return { name, target, tracking, known }
}

/** The policy as it will be: with its ARN and its alarms, where it was there before. */
function policyOf(tx: WriteTx, { name, target, tracking, known }: Asked): ScalingPolicy {
  const { account, region, namespace, resourceId, dimension } = target
  const draw = () => tx.random("application-autoscaling/policy-id").uuid()
  return {
    ...{ account, region, namespace, resourceId, dimension, name },
    type: "TargetTrackingScaling",
    id: known?.id ?? draw(),
    createdMs: known?.createdMs ?? tx.now,
    tracking,
    alarms: alarmNames(tx, target, { tracking, known: known?.alarms ?? [] }),
    creator: known?.creator ?? draw(),
    state: {
      ...known?.state,
      units: dimensionOf(target).find(tx, target)?.units ?? 0,
      differsMs: undefined,
    },
    chain: known?.chain ?? 0,
  }
}

function put(tx: WriteTx, asked: Asked, made = policyOf(tx, asked)): ScalingPolicy {
  const { known } = asked
  if (known && isCustomized(known.tracking) && !isCustomized(made.tracking)) leaveAlarms(tx, known)
  const isTracked = known !== undefined && !isCustomized(known.tracking)
  const policy =
    isTracked || isCustomized(made.tracking) ? made : { ...made, chain: startTracking(tx, made) }
  tx.put(policies, policy)
  return policy
}

const answerOf = (policy: ScalingPolicy): Out<"PutScalingPolicy"> => ({
  PolicyARN: policyArn(policy),
  Alarms: describeAlarms(policy),
})
