import { AwsError } from "../../../protocols/aws-error.ts"
import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"

/** "Predictive scaling … only supported for Amazon ECS": no namespace has it here yet. */
export const GetPredictiveScalingForecast = op.read("GetPredictiveScalingForecast", {
  authorize: onAnything,
  run(): Out<"GetPredictiveScalingForecast"> {
    // Recorded, of DynamoDB: before it is looked whether there is such a policy.
    throw new AwsError("AccessDeniedException", "GetPredictiveScalingForecast is not supported.")
  },
})
