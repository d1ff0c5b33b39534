import { onTarget } from "../access.ts"
import { op, type Out } from "../define.ts"
import { policyMissing } from "../errors.ts"
import { keyAsked, keyOf } from "../target/target.ts"
import { policies } from "./policy.ts"
import { removePolicy } from "./removal.ts"

export const DeleteScalingPolicy = op.write("DeleteScalingPolicy", {
  authorize: onTarget,
  run(tx, input, call): Out<"DeleteScalingPolicy"> {
    const key = keyAsked(input, call)
    const policy = tx.get(policies, [...keyOf(key), input.PolicyName])
    if (!policy) throw policyMissing(key, input.PolicyName)
    removePolicy(tx, policy)
    return {}
  },
})
