import {
  DecreaseReplicationFactorCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  DescribeEventsCommand,
  IncreaseReplicationFactorCommand,
  ListTagsCommand,
  RebootNodeCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateClusterCommand,
} from "@aws-sdk/client-dax"
import { expect, test } from "vitest"
import {
  ACCOUNT,
  creation,
  describe,
  newCluster,
  openDax,
  refusal,
  ROLE,
} from "../testing/open-dax.ts"

test("a cluster of three nodes comes up in three AZs", async () => {
  const opened = await openDax({ now: "2026-01-02T03:04:05Z" })
  const { client, cloud } = opened
  const { Cluster: creating } = await client.send(
    creation({
      ...{ ClusterName: "Orders", Description: "of orders", SSESpecification: { Enabled: true } },
      ...{ PreferredMaintenanceWindow: "sun:23:30-mon:00:30" },
    }),
  )
  expect(creating).toMatchObject({
    ...{ ClusterName: "orders", Status: "creating", TotalNodes: 3, ActiveNodes: 0 },
    ...{ ClusterArn: `arn:aws:dax:us-east-1:${ACCOUNT}:cache/orders`, SubnetGroup: "default" },
    ...{ NodeType: "dax.r5.large", IamRoleArn: ROLE, Description: "of orders" },
    ...{ ClusterDiscoveryEndpoint: { Port: 8111 }, SSEDescription: { Status: "ENABLED" } },
    ...{ ClusterEndpointEncryptionType: "NONE", NetworkType: "ipv4", SecurityGroups: [] },
    PreferredMaintenanceWindow: "sun:23:30-mon:00:30",
    ParameterGroup: {
      ...{ ParameterGroupName: "default.dax1.0", ParameterApplyStatus: "in-sync" },
      NodeIdsToReboot: [],
    },
  })
  expect(creating).not.toHaveProperty("Nodes")
  await cloud.advance("1m")
  const cluster = await describe(client)
  expect(cluster).toMatchObject({ Status: "available", TotalNodes: 3, ActiveNodes: 3 })
  const { Nodes = [] } = cluster
  expect(Nodes.map(({ NodeId }) => NodeId)).toEqual(["orders-a", "orders-b", "orders-c"])
  expect(new Set(Nodes.map(({ AvailabilityZone }) => AvailabilityZone)).size).toBe(3)
  expect(Nodes[0]).toMatchObject({ NodeStatus: "available", ParameterGroupStatus: "in-sync" })
  expect(Nodes[0]?.NodeCreateTime?.toISOString()).toBe("2026-01-02T03:04:05.000Z")
})

test("what cannot be created is refused", async () => {
  const { client, cloud } = await openDax()
  const INVALID = "InvalidParameterValueException"
  const asked = (input: object) => refusal(client.send(creation(input)))
  expect(await asked({ ClusterName: "-bad" })).toBe(
    `${INVALID}: Cluster ID specified is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
  )
  expect(await asked({ IamRoleArn: "role" })).toBe(`${INVALID}: ARNs must start with 'arn:': role`)
  expect(await asked({ IamRoleArn: "arn:aws" })).toBe(
    `${INVALID}: Second colon partition not found: arn:aws`,
  )
  expect(await asked({ NodeType: "dax.r5.huge" })).toMatch(INVALID)
  expect(await asked({ ReplicationFactor: 0 })).toMatch(INVALID)
  expect(await asked({ AvailabilityZones: ["us-east-1a"] })).toMatch(INVALID)
  expect(await asked({ PreferredMaintenanceWindow: "sun:05:00-sun:05:30" })).toMatch(INVALID)
  expect(await asked({ ParameterGroupName: "none" })).toMatch("ParameterGroupNotFoundFault")
  expect(await asked({ SubnetGroupName: "none" })).toMatch("SubnetGroupNotFoundFault")
  expect(await asked({ NetworkType: "ipv6" })).toMatch("NotImplemented")
  expect(await asked({})).toBeUndefined()
  expect(await asked({ ClusterName: "ORDERS" })).toMatch("ClusterAlreadyExistsFault")
  await cloud.settle()
})

test("DAX-5 a cluster has eleven nodes at most, an account fifty", async () => {
  const opened = await openDax()
  const { client } = opened
  const asked = (input: object) => refusal(client.send(creation(input)))
  expect(await asked({ ReplicationFactor: 12 })).toMatch("NodeQuotaForClusterExceededFault")
  const { Nodes = [] } = await newCluster(opened, { ReplicationFactor: 11 })
  expect(Nodes).toHaveLength(11)
  const zones = new Set(Nodes.map(({ AvailabilityZone }) => AvailabilityZone))
  expect(zones.size).toBeGreaterThanOrEqual(3)
  for (const ClusterName of ["b", "c", "d"])
    expect(await asked({ ClusterName, ReplicationFactor: 11 })).toBeUndefined()
  expect(await asked({ ClusterName: "e", ReplicationFactor: 7 })).toMatch(
    "NodeQuotaForCustomerExceededFault",
  )
  expect(await asked({ ClusterName: "e", ReplicationFactor: 6 })).toBeUndefined()
})

test("DAX-15 nodes are added and removed; a node of another size needs another cluster", async () => {
  const opened = await openDax()
  const { client, cloud } = opened
  await newCluster(opened, { ReplicationFactor: 1, AvailabilityZones: ["us-east-1b"] })
  const ClusterName = "orders"
  const { Cluster: growing } = await client.send(
    new IncreaseReplicationFactorCommand({
      ...{ ClusterName, NewReplicationFactor: 3, AvailabilityZones: ["us-east-1a", "us-east-1c"] },
    }),
  )
  expect(growing).toMatchObject({ Status: "modifying", TotalNodes: 3, ActiveNodes: 1 })
  expect(growing?.Nodes?.[1]).toEqual({
    ...{ NodeId: "orders-b", NodeStatus: "creating", ParameterGroupStatus: "in-sync" },
    AvailabilityZone: "us-east-1a",
  })
  const shrink = (input: object) =>
    client.send(
      new DecreaseReplicationFactorCommand({ ClusterName, NewReplicationFactor: 2, ...input }),
    )
  expect(await refusal(shrink({}))).toMatch("InvalidClusterStateFault")
  await cloud.advance("1m")
  expect(await describe(client)).toMatchObject({ Status: "available", ActiveNodes: 3 })
  expect(await refusal(shrink({ NodeIdsToRemove: ["orders-x"] }))).toMatch("NodeNotFoundFault")
  const { Cluster: shrinking } = await shrink({ NodeIdsToRemove: ["orders-a"] })
  expect(shrinking).toMatchObject({ Status: "modifying", NodeIdsToRemove: ["orders-a"] })
  await cloud.advance("1m")
  const { Nodes = [] } = await describe(client)
  expect(Nodes.map(({ NodeId }) => NodeId)).toEqual(["orders-b", "orders-c"])
  expect(await refusal(shrink({}))).toMatch("InvalidParameterValueException")
  // UpdateCluster has no node type: "bigger nodes" are a new cluster.
  await newCluster(opened, { ClusterName: "larger", NodeType: "dax.r5.4xlarge" })
  expect(await describe(client, "larger")).toMatchObject({ NodeType: "dax.r5.4xlarge" })
})

test("a cluster is updated, a node rebooted, a cluster deleted", async () => {
  const opened = await openDax()
  const { client, cloud } = opened
  await newCluster(opened)
  const ClusterName = "orders"
  const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:told`
  const update = (input: object) => client.send(new UpdateClusterCommand({ ClusterName, ...input }))
  expect(await refusal(update({}))).toMatch("InvalidParameterCombinationException")
  const { Cluster: updating } = await update({
    ...{ Description: "new", NotificationTopicArn: topic, SecurityGroupIds: ["sg-0123abcd"] },
  })
  expect(updating).toMatchObject({
    ...{ Status: "modifying", Description: "new" },
    NotificationConfiguration: { TopicArn: topic, TopicStatus: "active" },
    SecurityGroups: [{ SecurityGroupIdentifier: "sg-0123abcd", Status: "active" }],
  })
  await cloud.advance("1m")
  const { Cluster: rebooting } = await client.send(
    new RebootNodeCommand({ ClusterName, NodeId: "orders-b" }),
  )
  expect(rebooting).toMatchObject({ Status: "modifying", ActiveNodes: 2 })
  expect(rebooting?.Nodes?.[1]).toMatchObject({ NodeStatus: "rebooting" })
  await cloud.advance("1m")
  expect(await describe(client)).toMatchObject({ Status: "available", ActiveNodes: 3 })
  const { Cluster: deleting } = await client.send(new DeleteClusterCommand({ ClusterName }))
  expect(deleting).toMatchObject({ Status: "deleting", ActiveNodes: 0 })
  await cloud.advance("1m")
  expect(await refusal(describe(client))).toBe("ClusterNotFoundFault: Cluster orders not found.")
  const { Events = [] } = await client.send(
    new DescribeEventsCommand({ SourceName: ClusterName, SourceType: "CLUSTER" }),
  )
  expect(Events.map(({ Message }) => Message)).toEqual([
    ...["Added node orders-a.", "Added node orders-b.", "Added node orders-c."],
    ...["Cluster created.", "Rebooted node orders-b.", "Cluster deleted."],
  ])
  await cloud.advance("2d")
  expect((await client.send(new DescribeEventsCommand({}))).Events).toEqual([])
  const all = await client.send(new DescribeEventsCommand({ Duration: 3 * 24 * 60 }))
  expect(all.Events).toHaveLength(6)
})

test("clusters are listed in pages, and tagged", async () => {
  const opened = await openDax()
  const { client } = opened
  const Tags = [{ Key: "team", Value: "a" }]
  const { ClusterArn: ResourceName = "" } = await newCluster(opened, { Tags })
  for (let n = 1; n <= 20; n++)
    await client.send(creation({ ClusterName: `c${n}`, ReplicationFactor: 1 }))
  const first = await client.send(new DescribeClustersCommand({ MaxResults: 20 }))
  expect(first.Clusters).toHaveLength(20)
  const rest = await client.send(new DescribeClustersCommand({ NextToken: first.NextToken }))
  expect(rest.Clusters?.map(({ ClusterName }) => ClusterName)).toEqual(["orders"])
  const more = [{ Key: "stage", Value: "test" }]
  const tagged = await client.send(new TagResourceCommand({ ResourceName, Tags: more }))
  expect(tagged.Tags).toEqual([...Tags, ...more])
  await client.send(new UntagResourceCommand({ ResourceName, TagKeys: ["team"] }))
  expect((await client.send(new ListTagsCommand({ ResourceName }))).Tags).toEqual(more)
  const untag = new UntagResourceCommand({ ResourceName, TagKeys: ["team"] })
  expect(await refusal(client.send(untag))).toMatch("TagNotFoundFault")
  const none = new ListTagsCommand({ ResourceName: `${ResourceName}x` })
  expect(await refusal(client.send(none))).toBe("ClusterNotFoundFault: Cluster not found.")
})
