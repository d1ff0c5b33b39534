import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { arn } from "../../registry/arn.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { keyAsked, lookUp, targetArn, type Named, type ScalableTarget } from "./target/target.ts"

/** For lists: AWS's actions for them are about no resource. */
export const onAnything = (_tx: ReadTx, _input: object, call: Call): AccessRequest => ({
  action: `application-autoscaling:${call.operation}`,
  resource: "*",
  owner: call.account,
})

/** On the target that a request names; one that is not registered yet has an ARN without an id. */
export function onTarget(tx: ReadTx, input: Named, call: Call): AccessRequest {
  const target = lookUp(tx, keyAsked(input, call))
  return {
    ...accessTo(target, call),
    context: {
      ...requestTagKeys(input),
      "application-autoscaling:service-namespace": input.ServiceNamespace,
      "application-autoscaling:scalable-dimension": input.ScalableDimension,
      ...resourceTagKeys(target?.tags),
    },
  }
}

function accessTo(
  target: ScalableTarget | undefined,
  { account, region, operation }: Call,
): AccessRequest {
  return {
    action: `application-autoscaling:${operation}`,
    resource: target
      ? targetArn(target)
      : arn("application-autoscaling", region, account, "scalable-target/*"),
    owner: account,
  }
}
