import { IAMClient } from "@aws-sdk/client-iam"
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { DAXClient } from "@aws-sdk/client-dax"
import { expect, test } from "vitest"
import { keysOf, newUser, type Keys } from "../../../gateway/testing/identity.ts"
import { ACCOUNT, creation, refusal, ROLE } from "../testing/open-dax.ts"
import { openNodes, ROLE_POLICY, type TestNodes } from "../testing/open-nodes.ts"
import { rawNode, type RawCredentials } from "../testing/raw-node.ts"

const TableName = "orders"
const Key = { customer: "ann", number: 1 }
const CLUSTER = `arn:aws:dax:us-east-1:${ACCOUNT}:cache/orders`

/** The keys of a user who may do what the statements say. */
async function userKeys({ cloud }: TestNodes, ...statements: readonly object[]): Promise<Keys> {
  return (await newUser(cloud.client(IAMClient), "eve", ...statements)).credentials
}

test("a caller needs rights on the cluster, and none in DynamoDB", async () => {
  const opened = await openNodes()
  const credentials = await userKeys(opened, {
    ...{ Action: ["dax:GetItem", "dax:PutItem"], Resource: CLUSTER },
    Condition: { StringNotLike: { "dax:EnclosingOperation": "Transact*" } },
  })
  const client = opened.connect({ credentials })
  await client.put({ TableName, Item: { ...Key, total: 1 } })
  expect((await client.get({ TableName, Key })).Item).toEqual({ ...Key, total: 1 })
  const denied = (action: string) => ({
    code: "AccessDeniedException",
    message: expect.stringContaining(
      `User: arn:aws:iam::${ACCOUNT}:user/eve is not authorized to perform: dax:${action} on resource: ${CLUSTER}`,
    ) as string,
  })
  await expect(client.delete({ TableName, Key })).rejects.toMatchObject(denied("DeleteItem"))
  await expect(client.scan({ TableName })).rejects.toMatchObject(denied("Scan"))
  // What the cache has is as closed as the table.
  const batch = client.batchGet({ RequestItems: { orders: { Keys: [Key] } } })
  await expect(batch).rejects.toMatchObject(denied("BatchGetItem"))
  const gets = client.transactGet({ TransactItems: [{ Get: { TableName, Key } }] })
  await expect(gets).rejects.toMatchObject(denied("GetItem"))
})

test("signatures are verified, with the tokens of sessions", async () => {
  const opened = await openNodes({}, ROLE_POLICY, {})
  const port = opened.cluster.ClusterDiscoveryEndpoint?.Port ?? 0
  const user = await userKeys(opened, { Action: "dax:*", Resource: "*" })
  const sts = opened.cloud.client(STSClient, { credentials: user })
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
  const session = keysOf(Credentials)
  const get = async (credentials: RawCredentials) => {
    const node = await rawNode(opened.cloud, port, credentials)
    return refusal(node.total(1))
  }
  expect(await get(session)).toBeUndefined()
  expect(await get(user)).toBeUndefined()
  expect(await get({ ...user, secretAccessKey: "wrong" })).toMatch("InvalidSignatureException")
  expect(await get({ ...session, sessionToken: "wrong" })).toMatch("UnrecognizedClientException")
  expect(await get({ ...session, sessionToken: undefined })).toMatch("UnrecognizedClientException")
})

test("who creates a cluster must be allowed to pass its role", async () => {
  const opened = await openNodes()
  const credentials = await userKeys(
    opened,
    { Action: "dax:CreateCluster", Resource: "*" },
    {
      ...{ Action: "iam:PassRole", Resource: ROLE },
      Condition: { StringEquals: { "iam:PassedToService": "dax.amazonaws.com" } },
    },
  )
  const client = opened.cloud.client(DAXClient, { credentials, maxAttempts: 1 })
  const create = (IamRoleArn: string) =>
    refusal(client.send(creation({ ClusterName: "other", IamRoleArn })))
  const other = `${ROLE}-of-others`
  expect(await create(other)).toMatch(
    `is not authorized to perform: iam:PassRole on resource: ${other}`,
  )
  expect(await create("arn:aws:iam:us-east-1:me:role/mine")).toMatch(
    "is not the ARN of an IAM role",
  )
  expect(await create(ROLE)).toBeUndefined()
})
