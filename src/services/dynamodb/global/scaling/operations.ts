import { DescribeTableReplicaAutoScaling } from "./describe-table-replica-auto-scaling.ts"
import { UpdateTableReplicaAutoScaling } from "./update-table-replica-auto-scaling.ts"

export const replicaScalingOperations = {
  ...{ UpdateTableReplicaAutoScaling, DescribeTableReplicaAutoScaling },
}
