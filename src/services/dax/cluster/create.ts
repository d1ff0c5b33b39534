import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { passRole } from "../../../registry/pass-role.ts"
import { DAX, op, type In, type Out } from "../define.ts"
import { badValue, clusterExists } from "../errors.ts"
import { NODE_CREATION_MS } from "../limits.ts"
import { DEFAULT_GROUP, parameterGroupOf } from "../parameter-group/group.ts"
import { assertSubnetGroup, DEFAULT_SUBNETS } from "../subnet-group/group.ts"
import { clusterRef, clusters, keyOf, onCluster, refOf, type Cluster } from "./cluster.ts"
import { scheduleDoors } from "./door.ts"
import { assertMaintenanceWindow, someMaintenanceWindow } from "./maintenance-window.ts"
import { assertClusterName, assertNodeType, assertRoleArn } from "./names.ts"
import { addNodes, assertRoom, placesFor } from "./node.ts"
import { progress } from "./progress.ts"
import { assertSecurityGroups, topicOf } from "./settings.ts"
import { withTags } from "./tags.ts"
import { viewOf } from "./view.ts"

type Input = In<"CreateCluster">

/** "At runtime, DAX will assume this role": who creates the cluster must be allowed to pass it. */
const creating = (tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] => [
  onCluster(tx, input, call),
  ...passRole(input.IamRoleArn, DAX),
]

export const CreateCluster = op.write("CreateCluster", {
  authorize: creating,
  run(tx, input, call): Out<"CreateCluster"> {
    assertClusterName(input.ClusterName)
    assertNodeType(input.NodeType)
    assertRoleArn(input.IamRoleArn)
    const ref = clusterRef(call, input.ClusterName)
    if (tx.get(clusters, keyOf(ref))) throw clusterExists(ref.name)
    const factor = input.ReplicationFactor
    if (factor < 1) throw badValue("ReplicationFactor must be 1 at least.")
    assertRoom(tx, ref, { factor, added: factor })
    const wanted = { count: factor, zones: input.AvailabilityZones, taken: [] }
    const zones = placesFor(tx, ref, wanted)
    const cluster = newCluster(tx, input, call)
    tx.put(clusters, cluster)
    addNodes(tx, cluster, zones)
    scheduleDoors(tx, cluster)
    tx.schedule(progress, refOf(cluster), tx.now + NODE_CREATION_MS)
    return { Cluster: viewOf(tx, cluster) }
  },
})

/** Throws InvalidParameterValueException. */
function encryptionOf({ ClusterEndpointEncryptionType: type = "NONE" }: Input): "NONE" | "TLS" {
  if (type === "NONE" || type === "TLS") return type
  throw badValue(`Invalid ClusterEndpointEncryptionType: ${type}.`)
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

/** Throws what its settings are refused for. */
function newCluster(tx: WriteTx, input: Input, call: Call): Cluster {
  const { ParameterGroupName = DEFAULT_GROUP, SubnetGroupName = DEFAULT_SUBNETS } = input
  const { PreferredMaintenanceWindow: window, NetworkType = "ipv4" } = input
  if (NetworkType !== "ipv4") throw notImplemented(`DAX clusters of network type ${NetworkType}`)
  const { name: parameterGroup } = parameterGroupOf(tx, call, ParameterGroupName)
  const subnetGroup = assertSubnetGroup(tx, call, SubnetGroupName)
  if (window !== undefined) assertMaintenanceWindow(window)
  assertSecurityGroups(input.SecurityGroupIds)
  const random = tx.random("dax/cluster-id")
  return {
    ...clusterRef(call, input.ClusterName),
    id: random.string(6, LETTERS),
    description: input.Description,
    ...{ nodeType: input.NodeType, roleArn: input.IamRoleArn, subnetGroup, parameterGroup },
    securityGroups: input.SecurityGroupIds ?? [],
    maintenanceWindow: window ?? someMaintenanceWindow((below) => random.integer(below)),
    topic: topicOf(input, undefined),
    isEncrypted: input.SSESpecification?.Enabled ?? false,
    endpointEncryption: encryptionOf(input),
    status: "creating",
    tags: withTags({}, input.Tags),
    primary: 0,
    host: new URL(call.endpoint).hostname,
  }
}
