import { DaxDocument } from "@amazon-dax-sdk/lib-dax"
import type { Cluster, CreateClusterCommandInput } from "@aws-sdk/client-dax"
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import { onTestFinished } from "vitest"
import type { CloudOptions } from "../../../index.ts"
import { newCluster, openDax, ROLE, type TestDax } from "./open-dax.ts"

/** A cluster that serves on ports of this machine, and a table behind it. */
export interface TestNodes extends TestDax {
  readonly cluster: Cluster
  readonly dynamodb: DynamoDBClient
  /** AWS's own client of DAX, for whoever has the credentials. */
  connect(options?: ConnectOptions): DaxDocument
}

export interface ConnectOptions {
  readonly endpoint?: string | undefined
  readonly credentials?: object
}

export const ROLE_POLICY = { Action: "dynamodb:*", Resource: "*" }

const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] })

export async function openNodes(
  input: Partial<CreateClusterCommandInput> = {},
  policy: object = ROLE_POLICY,
  options: CloudOptions = { sockets: true },
): Promise<TestNodes> {
  const opened = await openDax(options)
  const { cloud } = opened
  const iam = cloud.client(IAMClient)
  const trust = { Action: "sts:AssumeRole", Principal: { Service: "dax.amazonaws.com" } }
  await iam.send(
    new CreateRoleCommand({ RoleName: "dax", AssumeRolePolicyDocument: document(trust) }),
  )
  await allow(opened, policy)
  const dynamodb = cloud.client(DynamoDBClient, { maxAttempts: 1 })
  await dynamodb.send(
    new CreateTableCommand({
      ...{ TableName: "orders", BillingMode: "PAY_PER_REQUEST" },
      KeySchema: [
        { AttributeName: "customer", KeyType: "HASH" },
        { AttributeName: "number", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "customer", AttributeType: "S" },
        { AttributeName: "number", AttributeType: "N" },
      ],
    }),
  )
  const cluster = await newCluster(opened, input)
  const connect = ({ endpoint, credentials }: ConnectOptions = {}): DaxDocument => {
    const client = new DaxDocument({
      endpoint: endpoint ?? cluster.ClusterDiscoveryEndpoint?.URL ?? "",
      region: "us-east-1",
      credentials: credentials ?? { accessKeyId: "111122223333", secretAccessKey: "test" },
    } as never)
    // Its type says that it has a way to end; it is its cluster that has one.
    onTestFinished(() => (client as unknown as { _cluster: { close(): void } })._cluster.close())
    return client
  }
  return { ...opened, cluster, dynamodb, connect }
}

/** What the cluster's role may do in DynamoDB. */
export async function allow({ cloud }: TestDax, statement: object): Promise<void> {
  await cloud.client(IAMClient).send(
    new PutRolePolicyCommand({
      ...{ RoleName: ROLE.split("/")[1], PolicyName: "p", PolicyDocument: document(statement) },
    }),
  )
}
