import {
  CreateOpenIDConnectProviderCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam"
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { keysOf, newUser, policyOf } from "../../src/gateway/testing/identity.ts"
import { refusalOf } from "../../src/gateway/testing/refusal.ts"
import {
  ACCOUNT,
  headOf,
  openReplication,
  ROLE,
} from "../../src/services/s3/testing/open-replication.ts"

const OTHER = "222222222222"
const mayAssume = { Action: "sts:AssumeRole", Resource: ROLE }

test("IAM-26 one role is assumed by a service, a user, another account's user and whoever an identity provider names, by any number at once", async () => {
  const { cloud, put, settled, target } = await openReplication()
  const iam = cloud.client(IAMClient)
  const there = cloud.client(IAMClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const ann = await newUser(iam, "ann", mayAssume)
  const bob = await newUser(there, "bob", mayAssume)
  const issuer = await cloud.oidcIssuer("ci")
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: ["web"] }))
  const trust = (...statements: object[]) =>
    iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "replicator",
        PolicyDocument: policyOf(...statements),
      }),
    )
  const by = (Principal: object, Action = "sts:AssumeRole") => ({ Principal, Action })
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.url.replace(/^https?:\/\//, "")}`
  const statements = [
    by({ Service: "s3.amazonaws.com" }),
    by({ AWS: `arn:aws:iam::${ACCOUNT}:user/ann` }),
    by({ AWS: OTHER }),
    by({ Federated: provider }, "sts:AssumeRoleWithWebIdentity"),
  ]

  const assume = async (credentials: ReturnType<typeof keysOf>, RoleSessionName: string) => {
    const sts = cloud.client(STSClient, { credentials })
    return (await sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName }))).Credentials
  }
  const federate = async (sub: string) => {
    const asked = { RoleArn: ROLE, RoleSessionName: sub }
    const WebIdentityToken = await issuer.token({ sub, aud: "web" })
    const command = new AssumeRoleWithWebIdentityCommand({ ...asked, WebIdentityToken })
    return (await cloud.client(STSClient).send(command)).Credentials
  }
  const replicates = async (Key: string) => {
    await put(Key, "x")
    await settled()
    return (await headOf(target, Key)) !== undefined
  }
  const whoIs = async (keys: Awaited<ReturnType<typeof assume>>) => {
    const sts = cloud.client(STSClient, { credentials: keysOf(keys) })
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn
  }

  // Each of them only as long as the trust policy names them.
  await trust({ ...by({ AWS: "333333333333" }) })
  expect(await replicates("untrusted")).toBe(false)
  const refused = [
    await refusalOf(assume(ann.credentials, "ann")),
    await refusalOf(assume(bob.credentials, "bob")),
    await refusalOf(federate("visitor")),
  ]
  for (const refusal of refused) expect(refusal).toMatch(/^AccessDenied/)
  await trust(...statements)
  expect(await replicates("trusted")).toBe(true)
  const session = (name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/replicator/${name}`
  expect(await whoIs(await assume(ann.credentials, "ann"))).toBe(session("ann"))
  expect(await whoIs(await assume(bob.credentials, "bob"))).toBe(session("bob"))

  const crowd = Array.from({ length: 50 }, (_, number) => `visitor-${number}`)
  const all = await Promise.all(crowd.map(federate))
  expect(new Set(all.map((keys) => keys?.AccessKeyId)).size).toBe(crowd.length)
  expect(await Promise.all(all.map(whoIs))).toEqual(crowd.map(session))
})
