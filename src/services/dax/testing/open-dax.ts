import {
  CreateClusterCommand,
  DAXClient,
  DescribeClustersCommand,
  type Cluster,
  type CreateClusterCommandInput,
} from "@aws-sdk/client-dax"
import { type CloudOptions, type InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export const ACCOUNT = "111122223333"
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/dax`

/** A cloud, and the official client of the root of its account. */
export interface TestDax {
  readonly cloud: InProcessCloud
  readonly client: DAXClient
}

export async function openDax(options: CloudOptions = {}): Promise<TestDax> {
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
  return { cloud, client: cloud.client(DAXClient, { maxAttempts: 1 }) }
}

export const creation = (input: Partial<CreateClusterCommandInput> = {}) =>
  new CreateClusterCommand({
    ...{ ClusterName: "orders", NodeType: "dax.r5.large", ReplicationFactor: 3 },
    ...{ IamRoleArn: ROLE, ...input },
  })

/** A cluster that has become available. */
export async function newCluster(
  { cloud, client }: TestDax,
  input: Partial<CreateClusterCommandInput> = {},
): Promise<Cluster> {
  await client.send(creation(input))
  await cloud.advance("2m")
  return describe(client, input.ClusterName)
}

export async function describe(client: DAXClient, name = "orders"): Promise<Cluster> {
  const { Clusters = [] } = await client.send(new DescribeClustersCommand({ ClusterNames: [name] }))
  return Clusters[0] as Cluster
}

/** Its name and text; undefined when it goes well. */
export const refusal = (sent: Promise<unknown>): Promise<string | undefined> =>
  sent.then(
    () => undefined,
    ({ name, message }: Error) => `${name}: ${message}`,
  )
