import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
  type TableDescription,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import type { InProcessCloud } from "../../../index.ts"
import { keys, openCloud } from "./open-table.ts"

/** Where a replica is: each in an account of its own. */
export interface Place {
  readonly account: string
  readonly region: string
}

export const OHIO: Place = { account: "111122223333", region: "us-east-2" }
export const VIRGINIA: Place = { account: "444455556666", region: "us-east-1" }
export const IRELAND: Place = { account: "123456789012", region: "eu-west-1" }

const TableName = "MusicTable"

export const arnIn = ({ account, region }: Place): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${TableName}`

const STEADY_STATE = ["ReadDataForReplication", "WriteDataForReplication", "ReplicateSettings"]

/** The policy of a replica, as AWS's tutorial has it: for all members, and for who may join. */
export const policyOf = (
  place: Place,
  members: readonly Place[],
  { joining = [], actions = STEADY_STATE }: { joining?: readonly Place[]; actions?: string[] } = {},
): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DynamoDBActionsNeededForSteadyStateReplication",
        Effect: "Allow",
        Action: actions.map((action) => `dynamodb:${action}`),
        Resource: arnIn(place),
        Principal: { Service: ["replication.dynamodb.amazonaws.com"] },
        Condition: {
          StringEquals: {
            "aws:SourceAccount": members.map(({ account }) => account),
            "aws:SourceArn": members.map(arnIn),
          },
        },
      },
      ...(joining.length > 0
        ? [
            {
              Sid: "AllowTrustedAccountsToJoinThisGlobalTable",
              Effect: "Allow",
              Action: ["dynamodb:AssociateTableReplica"],
              Resource: arnIn(place),
              Principal: { AWS: joining.map(({ account }) => account) },
            },
          ]
        : []),
    ],
  })

/** A global table between accounts, and a client for each of its places. */
export interface TestShared {
  readonly cloud: InProcessCloud
  readonly TableName: string
  at(place: Place): DynamoDBClient
  /** Makes the table that is to be the source. */
  source(place: Place, more?: Partial<CreateTableCommandInput>): Promise<unknown>
  /** Makes a replica of it. */
  replica(place: Place, more?: Partial<CreateTableCommandInput>): Promise<unknown>
  write(place: Place, v: string, pk?: string): Promise<unknown>
  read(place: Place, pk?: string): Promise<string | undefined>
  describe(place: Place): Promise<TableDescription | undefined>
  update(place: Place, input: Partial<UpdateTableCommandInput>): Promise<unknown>
  permit(place: Place, Policy: string): Promise<unknown>
}

export async function openShared(given?: InProcessCloud): Promise<TestShared> {
  const cloud = given ?? (await openCloud())
  const clients = new Map<string, DynamoDBClient>()
  const at = ({ account, region }: Place): DynamoDBClient => {
    const credentials = { accessKeyId: account, secretAccessKey: "test" }
    const known =
      clients.get(account) ?? cloud.client(DynamoDBClient, { region, credentials, maxAttempts: 1 })
    clients.set(account, known)
    return known
  }
  const create = async (place: Place, input: CreateTableCommandInput): Promise<unknown> => {
    const answer = await at(place).send(new CreateTableCommand(input))
    await cloud.settle()
    return answer
  }
  return {
    cloud,
    TableName,
    at,
    source: (place, more) =>
      create(place, {
        ...{ TableName, ...keys("pk"), BillingMode: "PAY_PER_REQUEST" },
        GlobalTableSettingsReplicationMode: "ENABLED",
        ...more,
      }),
    replica: (place, more) =>
      create(place, {
        ...{ TableName, GlobalTableSettingsReplicationMode: "ENABLED" },
        GlobalTableSourceArn: arnIn(OHIO),
        ...more,
      }),
    write: (place, v, pk = "a") =>
      at(place).send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, v: { S: v } } })),
    read: async (place, pk = "a") =>
      (await at(place).send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item?.["v"]
        ?.S,
    describe: async (place) =>
      (await at(place).send(new DescribeTableCommand({ TableName }))).Table,
    async update(place, input) {
      const answer = await at(place).send(new UpdateTableCommand({ TableName, ...input }))
      await cloud.settle()
      return answer
    },
    async permit(place, Policy) {
      await at(place).send(new PutResourcePolicyCommand({ ResourceArn: arnIn(place), Policy }))
      await cloud.settle()
    },
  }
}

/** The tutorial's: a table in Ohio with a replica of another account in Virginia. */
export async function openPair(
  more: Partial<CreateTableCommandInput> = {},
  given?: InProcessCloud,
): Promise<TestShared> {
  const shared = await openShared(given)
  const members = [OHIO, VIRGINIA]
  await shared.source(OHIO, {
    ResourcePolicy: policyOf(OHIO, members, { joining: [VIRGINIA] }),
    ...more,
  })
  await shared.replica(VIRGINIA, { ResourcePolicy: policyOf(VIRGINIA, members) })
  return shared
}
