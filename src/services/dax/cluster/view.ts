import { azName } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Cluster as ClusterView, Node as NodeView } from "../../../models/types/dax.ts"
import { clusterArn, type Cluster } from "./cluster.ts"
import { discoveryEndpoint, nodeEndpoint } from "./endpoint.ts"
import { nodeId, nodesOf, serves, standing, type Node } from "./node.ts"

/** What AWS tells of a cluster. */
export function viewOf(tx: ReadTx, cluster: Cluster): ClusterView {
  const all = nodesOf(tx, cluster)
  const stay = standing(all)
  const leaving = all.filter(({ status }) => status === "deleting").map(nodeId)
  const { status, topic } = cluster
  // "only cluster level information will be displayed" until it is there, and when it goes.
  const isWhole = status === "available" || status === "modifying"
  return {
    ...{ ClusterName: cluster.name, ClusterArn: clusterArn(cluster), Status: status },
    ...(cluster.description !== undefined && { Description: cluster.description }),
    ...{ TotalNodes: stay.length, NodeType: cluster.nodeType },
    ActiveNodes: stay.filter((node) => serves(tx, node)).length,
    ClusterDiscoveryEndpoint: discoveryEndpoint(tx, cluster, isWhole),
    ...(isWhole && { Nodes: stay.map((node) => nodeView(tx, cluster, node)) }),
    ...(isWhole && leaving.length > 0 && { NodeIdsToRemove: leaving }),
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    ...(topic && {
      NotificationConfiguration: {
        ...{ TopicArn: topic.arn, TopicStatus: topic.active ? "active" : "inactive" },
      },
    }),
    ...{ SubnetGroup: cluster.subnetGroup, IamRoleArn: cluster.roleArn },
    SecurityGroups: cluster.securityGroups.map((id) => ({
      ...{ SecurityGroupIdentifier: id, Status: "active" },
    })),
    ParameterGroup: {
      ...{ ParameterGroupName: cluster.parameterGroup, ParameterApplyStatus: "in-sync" },
      NodeIdsToReboot: [],
    },
    SSEDescription: { Status: cluster.isEncrypted ? "ENABLED" : "DISABLED" },
    ...{ ClusterEndpointEncryptionType: cluster.endpointEncryption, NetworkType: "ipv4" },
  }
}

function nodeView(tx: ReadTx, cluster: Cluster, node: Node): NodeView {
  const { account, region, zone, status, createdMs } = node
  return {
    ...{ NodeId: nodeId(node), NodeStatus: status, ParameterGroupStatus: "in-sync" },
    AvailabilityZone: azName(account, region, zone) ?? zone,
    // "will not be displayed until they are completely provisioned".
    ...(status !== "creating" && {
      ...{ Endpoint: nodeEndpoint(tx, cluster, node), NodeCreateTime: createdMs },
    }),
  }
}
