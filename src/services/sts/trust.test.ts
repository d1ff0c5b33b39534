import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { keysOf, newUser, policyOf } from "../../gateway/testing/identity.ts"
import { resourcePolicyDecider } from "../../iam/resource-policy-decider.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { callBy, ROOT } from "./testing/call.ts"
import { PROVIDER } from "./testing/identity-tokens.ts"
import { openSaml, openWebIdentity } from "./testing/open-federation.ts"
import { ACCOUNT, openSts, refusalOf, secondsLeft } from "./testing/open-sts.ts"
import { assumeRequests } from "./trust.ts"

const RoleName = "Worker"
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`
const USER = `arn:aws:iam::${ACCOUNT}:user/bob`
const OTHER = "210987654321"

const trusting = (AWS: string, Condition: object = {}): string =>
  policyOf({ Action: "sts:AssumeRole", Principal: { AWS }, Condition })

/** A user in an account, and a role with that trust policy. */
async function openRole(trust: string, account = ACCOUNT) {
  const opened = await openSts()
  const { cloud } = opened
  const iam = cloud.client(IAMClient)
  const root = { credentials: { accessKeyId: account, secretAccessKey: "test" } }
  const there = cloud.client(IAMClient, root)
  const { credentials, may } = await newUser(there, "bob")
  await newUser(there, "carol")
  const input = { RoleName, AssumeRolePolicyDocument: trust, MaxSessionDuration: 7200 }
  await iam.send(new CreateRoleCommand(input))
  const sts = cloud.client(STSClient, { credentials })
  const PolicyName = "p"
  return {
    ...opened,
    iam,
    mayAssume: () => may({ Action: "sts:AssumeRole", Resource: RoleArn }),
    roleMay: (Action: string) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName,
          PolicyDocument: policyOf({ Action, Resource: "*" }),
        }),
      ),
    bob: async (more: Partial<AssumeRoleCommandInput> = {}) => {
      const request = { RoleArn, RoleSessionName: "work", ...more }
      return (await sts.send(new AssumeRoleCommand(request))).Credentials
    },
    lists: (keys: Awaited<ReturnType<typeof opened.assume>> | undefined) =>
      refusalOf(
        cloud.client(SQSClient, { credentials: keysOf(keys) }).send(new ListQueuesCommand({})),
      ),
  }
}

test("IAM-27 the trust policy says who may assume a role", async () => {
  const named = await openRole(trusting(USER))
  expect(await refusalOf(named.bob())).toBe("no refusal")
  const stranger = await openRole(trusting(`arn:aws:iam::${ACCOUNT}:user/carol`))
  await stranger.mayAssume()
  expect(await refusalOf(stranger.bob())).toMatch(
    new RegExp(`^403 AccessDenied: User: ${USER} is not authorized to perform: sts:AssumeRole on`),
  )
})

test("a role that trusts its account leaves it to the caller's own policies", async () => {
  const { bob, mayAssume } = await openRole(trusting(ACCOUNT))
  expect(await refusalOf(bob())).toMatch(/^403 AccessDenied: /)
  await mayAssume()
  expect(await refusalOf(bob())).toBe("no refusal")
})

test("STS-4 between accounts both the trust policy and the caller's policies must allow", async () => {
  const trusted = await openRole(trusting(`arn:aws:iam::${OTHER}:user/bob`), OTHER)
  expect(await refusalOf(trusted.bob())).toMatch(/^403 AccessDenied: /)
  await trusted.mayAssume()
  expect(await refusalOf(trusted.bob())).toBe("no refusal")
  const untrusted = await openRole(trusting(ACCOUNT), OTHER)
  await untrusted.mayAssume()
  expect(await refusalOf(untrusted.bob())).toMatch(/^403 AccessDenied: /)
})

test("a role's tags say who may assume it", async () => {
  for (const key of ["aws:ResourceTag/team", "iam:ResourceTag/team"]) {
    const { bob, iam } = await openRole(trusting(USER, { StringEquals: { [key]: "blue" } }))
    expect(await refusalOf(bob())).toMatch(/^403 AccessDenied: /)
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "team", Value: "blue" }] }))
    expect(await refusalOf(bob())).toBe("no refusal")
  }
})

test("STS-6 a role that demands an external id is not assumed without it", async () => {
  const { bob } = await openRole(trusting(USER, { StringEquals: { "sts:ExternalId": "partner" } }))
  expect(await refusalOf(bob())).toMatch(/^403 AccessDenied: /)
  expect(await refusalOf(bob({ ExternalId: "other" }))).toMatch(/^403 AccessDenied: /)
  expect(await refusalOf(bob({ ExternalId: "partner" }))).toBe("no refusal")
})

test("STS-3 a session has the role's permissions and none of the caller's", async () => {
  const { bob, lists, roleMay, iam } = await openRole(trusting(USER))
  const keys = await bob()
  expect(await lists(keys)).toBe(
    `403 AccessDenied: User: arn:aws:sts::${ACCOUNT}:assumed-role/Worker/work is not authorized to perform: sqs:listqueues because no identity-based policy allows the sqs:listqueues action`,
  )
  await roleMay("sqs:*")
  expect(await lists(keys)).toBe("no refusal")
  const limited = await bob({ Policy: policyOf({ Action: "iam:*", Resource: "*" }) })
  expect(await lists(limited)).toMatch(/no session policy allows/)
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "p" }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
  expect(await lists(keys)).toMatch(/^403 AccessDenied: /)
})

test("STS-5 a session lasts at most as long as the role says", async () => {
  const { bob, cloud } = await openRole(trusting(USER))
  expect(secondsLeft(cloud, await bob({ DurationSeconds: 7200 }))).toBe(7200)
  expect(await refusalOf(bob({ DurationSeconds: 7201 }))).toBe(
    "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  )
})

test("a role that trusts a provider asks for what the provider's token claims", async () => {
  const { iam, withToken, issuer } = await openWebIdentity()
  const name = issuer.url.slice("https://".length)
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/${name}`
  const trust = policyOf({
    ...{ Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated } },
    Condition: {
      StringEquals: { [`${name}:sub`]: "repo:octo/app", [`${name}:aud`]: "sts.amazonaws.com" },
      "ForAnyValue:StringEquals": { [`${name}:amr`]: "pwd" },
    },
  })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  const assume = (claims: Record<string, unknown>) =>
    refusalOf(withToken({ amr: ["pwd"], ...claims }, { RoleArn }))
  const refused = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
  expect(await assume({})).toBe("no refusal")
  expect(await assume({ sub: "repo:octo/other" })).toBe(refused)
  expect(await assume({ amr: ["sms"] })).toBe(refused)
  // Session tags need a right of their own, as source identities do.
  const tags = { "https://aws.amazon.com/tags": { principal_tags: { Team: ["Blue"] } } }
  expect(await assume(tags)).toBe("403 AccessDenied: Not authorized to perform sts:TagSession")
  expect(await assume({ "https://aws.amazon.com/source_identity": "alice" })).toBe(
    "403 AccessDenied: Not authorized to perform sts:SetSourceIdentity",
  )
})

test("IAM-32 a role that trusts a SAML provider asks for what its response says", async () => {
  const { iam, withSaml } = await openSaml()
  const trust = (subject: string): string =>
    policyOf({
      ...{ Action: "sts:AssumeRoleWithSAML", Principal: { Federated: PROVIDER } },
      Condition: {
        StringEquals: {
          "saml:aud": "https://signin.aws.amazon.com/saml",
          "saml:sub": subject,
          "saml:doc": `${ACCOUNT}/Corp`,
        },
      },
    })
  const AssumeRolePolicyDocument = trust("alice@example.com")
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const assume = (subject: string) => refusalOf(withSaml({ subject, role: RoleArn }, { RoleArn }))
  expect(await assume("alice@example.com")).toBe("no refusal")
  expect(await assume("bob@example.com")).toBe(
    "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML",
  )
})

test("IAM-33 a role is assumed by other accounts and federated identities, if it trusts them", async () => {
  const { iam, issuer, withToken, client, cloud } = await openWebIdentity()
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.url.slice(8)}`
  const Statement = [
    { Action: "sts:AssumeRole", Principal: { AWS: OTHER } },
    { Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
    { Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated } },
  ].map((one) => ({ Effect: "Allow", ...one }))
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  expect(await refusalOf(withToken({}, { RoleArn }))).toBe("no refusal")
  const there = { credentials: { accessKeyId: OTHER, secretAccessKey: "test" } }
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "work" })
  expect(await refusalOf(cloud.client(STSClient, there).send(command))).toBe("no refusal")
  // The account of the role itself is not among them, nor are other accounts.
  expect(await refusalOf(client.send(command))).toMatch(/^403 AccessDenied: /)
})

test("IAM-29 IAM-30 a session may do what the role's policies say, until it expires", async () => {
  const { bob, lists, roleMay, cloud } = await openRole(trusting(USER))
  const keys = await bob({ DurationSeconds: 900 })
  await roleMay("iam:*")
  expect(await lists(keys)).toMatch(/^403 AccessDenied: /)
  await roleMay("sqs:*")
  expect(await lists(keys)).toBe("no refusal")
  await cloud.advance("15m")
  expect(await lists(keys)).toMatch(/^400 ExpiredToken: /)
  expect(await lists(await bob())).toBe("no refusal")
})

test("sessions are revoked by the time at which they were made", async () => {
  const { bob, lists, roleMay, iam, cloud } = await openRole(trusting(USER))
  await roleMay("sqs:*")
  const before = await bob()
  await cloud.advance("1m")
  // What the console calls AWSRevokeOlderSessions.
  const revoke = {
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Deny", Action: ["*"], Resource: ["*"] },
      Condition: { DateLessThan: { "aws:TokenIssueTime": cloud.now().toISOString() } },
    },
  }
  await iam.send(
    new PutRolePolicyCommand({
      ...{ RoleName, PolicyName: "AWSRevokeOlderSessions" },
      PolicyDocument: JSON.stringify(revoke),
    }),
  )
  expect(await lists(before)).toMatch(/with an explicit deny in an identity-based policy/)
  await cloud.advance("1s")
  expect(await lists(await bob())).toBe("no refusal")
})

test("session tags and the source identity are for policies to look at, through chains", async () => {
  const { bob, iam, as, assume } = await openRole(trusting(USER))
  // A role can trust itself once it is there.
  const trust = policyOf({
    ...{ Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"] },
    Principal: { AWS: [USER, RoleArn] },
  })
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }))
  const Condition = {
    StringEquals: { "aws:PrincipalTag/Team": "Blue", "aws:SourceIdentity": "alice" },
  }
  const PolicyDocument = policyOf({ Action: "sts:*", Resource: "*", Condition })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "chain", PolicyDocument }))
  const strange = `arn:aws:iam::${OTHER}:role/Next`
  const chain = async (more: Partial<AssumeRoleCommandInput>) => {
    const first = as(await bob(more))
    return refusalOf(assume({ RoleArn: strange }, first))
  }
  const Tags = [{ Key: "Team", Value: "Blue" }]
  const full = { Tags, TransitiveTagKeys: ["Team"], SourceIdentity: "alice" }
  expect(await chain(full)).toBe("no refusal")
  expect(await chain({ Tags })).toMatch(/^403 AccessDenied: /)
  expect(await chain({ SourceIdentity: "alice" })).toMatch(/^403 AccessDenied: /)
  expect(await chain({ ...full, Tags: [{ Key: "Team", Value: "Red" }] })).toMatch(/^403 /)
  // Transitive tags go on to the next session and count there as its own.
  const first = as(await bob(full))
  const second = as(await assume({ RoleArn }, first))
  expect(await refusalOf(assume({ RoleArn: strange }, second))).toBe("no refusal")
  const plain = as(await bob({ ...full, TransitiveTagKeys: [] }))
  const tagless = as(await assume({ RoleArn }, plain))
  expect(await refusalOf(assume({ RoleArn: strange }, tagless))).toMatch(/^403 AccessDenied: /)
})

test("tags and a source identity need rights of their own", async () => {
  const { bob } = await openRole(trusting(USER))
  const Tags = [{ Key: "Team", Value: "Blue" }]
  expect(await refusalOf(bob({ Tags }))).toMatch(/not authorized to perform: sts:TagSession on/)
  expect(await refusalOf(bob({ SourceIdentity: "alice" }))).toMatch(
    /not authorized to perform: sts:SetSourceIdentity on/,
  )
})

test("a role that is not there trusts nobody in a strict cloud, and everybody in an open one", () => {
  const noRoles = { now: 0, get: () => undefined } as unknown as ReadTx
  const input = { RoleArn, RoleSessionName: "work" }
  const allowed = (strict: boolean): boolean[] =>
    assumeRequests(noRoles, input, { ...callBy(ROOT, "AssumeRole"), strict }).map((request) => {
      const where = { region: "us-east-1", sourceIp: "127.0.0.1", secure: false }
      return resourcePolicyDecider()(noRoles, { principal: ROOT, request, ...where }).allowed
    })
  expect(allowed(true)).toEqual([false])
  expect(allowed(false)).toEqual([true])
})
