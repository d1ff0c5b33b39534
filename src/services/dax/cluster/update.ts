import { op, type Out } from "../define.ts"
import { badCombination } from "../errors.ts"
import { CLUSTER_CHANGE_MS } from "../limits.ts"
import { parameterGroupOf } from "../parameter-group/group.ts"
import { change, findAvailable, onCluster, refOf } from "./cluster.ts"
import { assertMaintenanceWindow } from "./maintenance-window.ts"
import { progress } from "./progress.ts"
import { assertSecurityGroups, topicOf } from "./settings.ts"
import { viewOf } from "./view.ts"

export const UpdateCluster = op.write("UpdateCluster", {
  authorize: onCluster,
  run(tx, input, call): Out<"UpdateCluster"> {
    const cluster = findAvailable(tx, input, call)
    const { ParameterGroupName: group, PreferredMaintenanceWindow: window } = input
    const { ClusterName: _name, ...changes } = input
    if (Object.values(changes).every((value) => value === undefined))
      throw badCombination("No modifications were requested.")
    if (window !== undefined) assertMaintenanceWindow(window)
    assertSecurityGroups(input.SecurityGroupIds)
    const dueMs = tx.now + CLUSTER_CHANGE_MS
    const changed = change(tx, cluster, {
      ...{ status: "modifying", dueMs },
      description: input.Description ?? cluster.description,
      maintenanceWindow: window ?? cluster.maintenanceWindow,
      securityGroups: input.SecurityGroupIds ?? cluster.securityGroups,
      topic: topicOf(input, cluster.topic),
      parameterGroup:
        group === undefined ? cluster.parameterGroup : parameterGroupOf(tx, call, group).name,
    })
    tx.schedule(progress, refOf(cluster), dueMs)
    return { Cluster: viewOf(tx, changed) }
  },
})
