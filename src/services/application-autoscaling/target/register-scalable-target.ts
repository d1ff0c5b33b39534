import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { isRoleArn, passRole } from "../../../registry/pass-role.ts"
import { roleOfArn } from "../../iam/port.ts"
import { onTarget } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, limitExceeded } from "../errors.ts"
import { TARGETS } from "../limits.ts"
import { dimensionAsked, namespaceOf } from "../namespaces.ts"
import type { ScalableNamespace } from "../namespace.ts"
import { keepBounds } from "./bounds.ts"
import { withTags } from "./tags.ts"
import {
  keyAsked,
  lookUp,
  scalableTargets,
  targetArn,
  type ScalableTarget,
  type TargetKey,
} from "./target.ts"

type Input = In<"RegisterScalableTarget">

/** Registers a target, or changes what the request says of one. */
export const RegisterScalableTarget = op.write("RegisterScalableTarget", {
  authorize: (tx, input, call) => [onTarget(tx, input, call), ...accessToPass(input, call)],
  run(tx, input, call): Out<"RegisterScalableTarget"> {
    const key = keyAsked(input, call)
    const dimension = dimensionAsked(key)
    // The words are not verified.
    if (input.RoleARN !== undefined && !isRoleArn(input.RoleARN))
      throw invalid(`Invalid role ARN: ${input.RoleARN}`)
    const known = lookUp(tx, key)
    // Recorded: of a resource that is not there yet, too.
    if (!dimension.find(tx, key)) throw invalid(dimension.missing(key.resourceId))
    const target = known ? changed(known, input) : newTarget(tx, { key, input, call })
    assertBounds(target, dimension.least)
    tx.put(scalableTargets, target)
    if (target.least !== known?.least || target.most !== known.most) keepBounds(tx, target)
    return { ScalableTargetARN: targetArn(target) }
  },
})

/** Who names a role that is not the service's own hands it over (recorded). */
function accessToPass({ RoleARN, ServiceNamespace }: Input, call: Call): readonly AccessRequest[] {
  const namespace = namespaceOf(ServiceNamespace)
  if (!namespace || RoleARN === undefined || RoleARN === roleArnOf(namespace, call)) return []
  return passRole(RoleARN, "application-autoscaling.amazonaws.com")
}

const roleArnOf = (
  { role }: ScalableNamespace,
  { account, partition }: Pick<Call, "account" | "partition">,
): string => `arn:${partition}:iam::${account}:role/aws-service-role/${role.service}/${role.name}`

function changed(known: ScalableTarget, input: Input): ScalableTarget {
  // "… you cannot use this operation to update tags" (API: RegisterScalableTarget).
  if (input.Tags && Object.keys(input.Tags).length > 0)
    throw invalid("Tags can only be specified when registering a new scalable target.")
  return {
    ...known,
    least: input.MinCapacity ?? known.least,
    most: input.MaxCapacity ?? known.most,
    suspended: suspendedOf(input, known.suspended),
  }
}

interface New {
  readonly key: TargetKey
  readonly input: Input
  readonly call: Call
}

/** The words are not verified. */
function newTarget(tx: WriteTx, { key, input, call }: New): ScalableTarget {
  const { MinCapacity: least, MaxCapacity: most } = input
  if (least === undefined || most === undefined)
    throw invalid(
      "MinCapacity and MaxCapacity must be specified when registering a new scalable target.",
    )
  assertRoom(tx, key)
  const namespace = namespaceOf(key.namespace) as ScalableNamespace
  const roleArn = roleArnOf(namespace, call)
  if (!roleOfArn(tx, key.account, roleArn)) {
    const input = { AWSServiceName: namespace.role.service }
    call.within(tx, { service: "iam", operation: "CreateServiceLinkedRole", input })
  }
  return {
    ...key,
    // As long as those in AWS's examples.
    id: tx.random("application-autoscaling/target-id").hex(36),
    ...{ least, most, roleArn },
    suspended: suspendedOf(input, { in: false, out: false, scheduled: false }),
    createdMs: tx.now,
    tags: withTags({}, input.Tags ?? {}, undefined),
  }
}

function assertRoom(tx: ReadTx, { account, region, namespace }: TargetKey): void {
  const prefix = [account, region, namespace]
  if (tx.count(scalableTargets, { prefix, limit: TARGETS }) >= TARGETS)
    throw limitExceeded("scalable targets", TARGETS)
}

const suspendedOf = (
  { SuspendedState: given = {} }: Input,
  known: ScalableTarget["suspended"],
): ScalableTarget["suspended"] => ({
  in: given.DynamicScalingInSuspended ?? known.in,
  out: given.DynamicScalingOutSuspended ?? known.out,
  scheduled: given.ScheduledScalingSuspended ?? known.scheduled,
})

/** What MinCapacity and MaxCapacity may be. The second text is recorded. */
export function assertBounds(
  { least, most }: Pick<ScalableTarget, "least" | "most">,
  lowest: number,
): void {
  if (least < lowest) throw invalid(`Minimum capacity cannot be less than ${lowest}`)
  if (most < least) throw invalid("Maximum capacity cannot be less than minimum capacity")
}
