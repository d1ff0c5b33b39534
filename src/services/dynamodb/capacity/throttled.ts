import { AwsError } from "../../../protocols/aws-error.ts"
import type { Mode } from "./traffic.ts"

/** As AWS tells it since August 2025. */
export interface ThrottlingReason {
  /** `TableReadProvisionedThroughputExceeded` and so on. */
  readonly reason: string
  /** ARN of the table or index. */
  readonly resource: string
}

const TABLE_EXCEEDED =
  "The level of configured provisioned throughput for the table was exceeded. " +
  "Consider increasing your provisioning level with the UpdateTable API."
const INDEX_EXCEEDED =
  "The level of configured provisioned throughput for one or more global secondary indexes of the " +
  "table was exceeded. Consider increasing your provisioning level for the under-provisioned global " +
  "secondary indexes with the UpdateTable API"
const ON_DEMAND_EXCEEDED =
  "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling " +
  "your table or index so please try again shortly. If exceptions persist, check if you have a hot key: " +
  "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
/** Not verified. */
const MAXIMUM_EXCEEDED =
  "Throughput exceeds the maximum OnDemandThroughput configured on table or index."

/** The words are those that users quote, but for the last; members as in the model. */
export function throttled(mode: Mode, reasons: readonly ThrottlingReason[]): AwsError {
  const [first] = reasons
  if (mode === "PROVISIONED") {
    const message = first?.reason.startsWith("Index") ? INDEX_EXCEEDED : TABLE_EXCEEDED
    return new AwsError("ProvisionedThroughputExceededException", message, {
      members: { ThrottlingReasons: reasons },
    })
  }
  const isMaximum = first?.reason.endsWith("MaxOnDemandThroughputExceeded")
  return new AwsError(
    "ThrottlingException",
    isMaximum === true ? MAXIMUM_EXCEEDED : ON_DEMAND_EXCEEDED,
    { members: { throttlingReasons: reasons } },
  )
}
