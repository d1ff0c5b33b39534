import type { ActionContext } from "../../../../kernel/action.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import { metricOf } from "../../scaling/namespace.ts"
import { lookUp } from "../../tables/table.ts"
import { REPLICATION_ROLE, roleArnOf, SETTINGS_ROLE } from "../access.ts"
import { keyOf, resourceId, type Place, type Setting } from "./setting.ts"
import { targetWithPolicies } from "../../../application-autoscaling/port.ts"

/** Settings one after another, each by calls to Application Auto Scaling, which checks them. */
export async function applySettings(
  ctx: ActionContext,
  settings: readonly Setting[],
  call: Call,
): Promise<void> {
  for (const setting of settings) await apply(ctx, setting, call).catch(passedOn)
}

/** Recorded: its refusals are DynamoDB's, with its words and where they come from. */
function passedOn(error: unknown): never {
  if (!(error instanceof AwsError)) throw error
  const source = `Service: AWSApplicationAutoScaling; Status Code: 400; Error Code: ${error.code}`
  throw new AwsError("ValidationException", `${error.message} (${source})`)
}

async function apply(ctx: ActionContext, setting: Setting, call: Call): Promise<void> {
  const { place, update } = setting
  const found = await ctx.read((tx) => targetWithPolicies(tx, keyOf(place)))
  if (update.AutoScalingDisabled === true) {
    if (found) await asCaller(ctx, place, { operation: "DeregisterScalableTarget", call })
    return
  }
  const PolicyName = update.ScalingPolicyUpdate?.PolicyName ?? defaultName(place)
  // Recorded: a policy of another name takes the place of the one before.
  for (const { name } of found?.policies ?? [])
    if (name !== PolicyName) {
      const more = { PolicyName: name }
      await asCaller(ctx, place, { operation: "DeleteScalingPolicy", more, call })
    }
  await scale(ctx, setting)
}

const defaultName = (place: Place): string => `${metricOf(place.kind)}:${resourceId(place)}`

const named = (place: Place) => {
  const { namespace, resourceId: ResourceId, dimension } = keyOf(place)
  return { ServiceNamespace: namespace, ResourceId, ScalableDimension: dimension }
}

interface Asked {
  readonly operation: string
  readonly more?: object
  readonly call: Call
}

/** "DeleteScalingPolicy … DeregisterScalableTarget" are the caller's (docs: "Using IAM with global tables"). */
function asCaller(ctx: ActionContext, place: Place, asked: Asked): Promise<object> {
  const { account, region } = place.table
  const input = { ...named(place), ...asked.more }
  // In another account nothing is the caller's.
  if (account !== asked.call.account) return inRole(ctx, place, { ...asked, input })
  return ctx.call({
    ...{ service: "application-autoscaling", operation: asked.operation, account, region, input },
    ...{ as: "dynamodb.amazonaws.com", caller: asked.call.principal },
  })
}

/** Recorded: DynamoDB does so in its role for replication; between accounts it has another one. */
async function inRole(
  ctx: ActionContext,
  { table }: Place,
  { operation, input }: { readonly operation: string; readonly input: object },
): Promise<object> {
  const { account, region } = table
  const own = await ctx.read((tx) => lookUp(tx, table)?.replication)
  const role = own?.multiAccount ? SETTINGS_ROLE : REPLICATION_ROLE
  return ctx.call({
    ...{ service: "application-autoscaling", operation, account, region, input },
    ...{ as: role.service, role: roleArnOf(account, region, role) },
  })
}

/** Registers a target with a policy. */
export async function scale(ctx: ActionContext, { place, update }: Setting): Promise<void> {
  const ask = (operation: string, input: object): Promise<object> =>
    inRole(ctx, place, { operation, input: { ...named(place), ...input } })
  await ask("RegisterScalableTarget", {
    MinCapacity: update.MinimumUnits,
    MaxCapacity: update.MaximumUnits,
    RoleARN: update.AutoScalingRoleArn,
  })
  const policy = update.ScalingPolicyUpdate
  await ask("PutScalingPolicy", {
    PolicyName: policy?.PolicyName ?? defaultName(place),
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      ...policy?.TargetTrackingScalingPolicyConfiguration,
      PredefinedMetricSpecification: { PredefinedMetricType: metricOf(place.kind) },
    },
  })
}
