import { GetCallerIdentityCommand, GetFederationTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ACCOUNT, openSts, refusalOf, whoIs } from "../testing/open-sts.ts"

test("root is named by its account", async () => {
  const { client } = await openSts()
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    UserId: ACCOUNT,
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:root`,
  })
})

test("STS-7 it names the assumed-role session", async () => {
  const { assume, as } = await openSts()
  const keys = await assume({ RoleSessionName: "alice@example.com" })
  expect(await as(keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
    UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:alice@example\.com$/),
    Account: ACCOUNT,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/alice@example.com`,
  })
})

test("STS-7 it works for keys that may call nothing else of STS", async () => {
  const { client, as } = await openSts()
  const { Credentials } = await client.send(new GetFederationTokenCommand({ Name: "bob" }))
  expect(await whoIs(as(Credentials))).toBe(`arn:aws:sts::${ACCOUNT}:federated-user/bob`)
})

test("ARNs name the partition of the Region", async () => {
  const { cloud } = await openSts()
  const client = cloud.client(STSClient, { region: "cn-north-1" })
  expect(await whoIs(client)).toBe(`arn:aws-cn:iam::${ACCOUNT}:root`)
})

test("nobody is nobody", async () => {
  const { cloud } = await openSts()
  const client = cloud.client(STSClient, {
    credentials: { accessKeyId: "", secretAccessKey: "" },
    signer: { sign: async (request: unknown) => request },
  })
  expect(await refusalOf(whoIs(client))).toBe(
    "403 MissingAuthenticationToken: Request is missing Authentication Token",
  )
})
