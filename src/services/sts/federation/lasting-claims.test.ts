import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { keysOf, newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../../gateway/testing/refusal.ts"
import { openSaml, openWebIdentity } from "../testing/open-federation.ts"
import { openSts, ROLE } from "../testing/open-sts.ts"

const RoleName = "Reader"

/** A role with that trust, and one policy that says these statements. */
async function makeRole(iam: IAMClient, trust: object, ...statements: object[]): Promise<void> {
  const AssumeRolePolicyDocument = policyOf(trust)
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = policyOf(...statements)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }))
}

test("what an OpenID Connect token says of its bearer goes on to be seen in requests of the session", async () => {
  const { cloud, iam, issuer, withToken } = await openWebIdentity()
  const name = issuer.url.replace(/^https?:\/\//, "")
  const Federated = `arn:aws:iam::123456789012:oidc-provider/${name}`
  const own = {
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::homes/\${${name}:sub}/*`,
  }
  const web = {
    ...{ Action: "s3:ListBucket", Resource: "arn:aws:s3:::homes" },
    Condition: {
      StringEquals: { [`${name}:aud`]: "sts.amazonaws.com", [`${name}:email`]: "ann@example.com" },
      "ForAnyValue:StringEquals": { [`${name}:amr`]: ["mfa"] },
    },
  }
  const trust = { Principal: { Federated }, Action: "sts:AssumeRoleWithWebIdentity" }
  await makeRole(iam, trust, own, web)
  const root = cloud.client(S3Client, { forcePathStyle: true })
  await root.send(new CreateBucketCommand({ Bucket: "homes" }))
  const claims = { sub: "ann", email: "ann@example.com", amr: ["pwd", "mfa"] }
  const session = async (more: object = {}) => {
    const { Credentials } = await withToken({ ...claims, ...more })
    const credentials = keysOf(Credentials)
    return cloud.client(S3Client, { credentials, forcePathStyle: true })
  }
  const put = (client: S3Client, Key: string) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket: "homes", Key, Body: "x" })))
  const list = (client: S3Client) =>
    refusalOf(client.send(new ListObjectsV2Command({ Bucket: "homes" })))
  const ann = await session()
  expect(await put(ann, "ann/a")).toBe("no refusal")
  expect(await put(ann, "bob/a")).toMatch(/^AccessDenied/)
  expect(await list(ann)).toBe("no refusal")
  const bob = await session({ sub: "bob" })
  expect(await put(bob, "bob/a")).toBe("no refusal")
  expect(await put(bob, "ann/a")).toMatch(/^AccessDenied/)
  for (const other of [{ email: "eve@example.com" }, { amr: ["pwd"] }, { email: undefined }])
    expect(await list(await session(other))).toMatch(/^AccessDenied/)
})

test("of a SAML assertion the subject is seen in requests of the session, and its audience is not", async () => {
  const { cloud, iam, withSaml } = await openSaml()
  const Federated = "arn:aws:iam::123456789012:saml-provider/Corp"
  const trust = { Principal: { Federated }, Action: "sts:AssumeRoleWithSAML" }
  const own = { Action: "s3:PutObject", Resource: "arn:aws:s3:::homes/${saml:sub}/*" }
  const seen = {
    ...{ Action: "s3:ListBucket", Resource: "arn:aws:s3:::homes" },
    Condition: { Null: { "saml:sub_type": "false", "saml:aud": "true", "saml:iss": "true" } },
  }
  await makeRole(iam, trust, own, seen)
  const root = cloud.client(S3Client, { forcePathStyle: true })
  await root.send(new CreateBucketCommand({ Bucket: "homes" }))
  const { Credentials, Subject } = await withSaml()
  const client = cloud.client(S3Client, { credentials: keysOf(Credentials), forcePathStyle: true })
  const put = (Key: string) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket: "homes", Key, Body: "x" })))
  expect(Subject).toBeTruthy()
  expect(await put(`${Subject}/a`)).toBe("no refusal")
  expect(await put("other/a")).toMatch(/^AccessDenied/)
  expect(await refusalOf(client.send(new ListObjectsV2Command({ Bucket: "homes" })))).toBe(
    "no refusal",
  )
})

test("a session tag takes the place of the role's tag of the same name in other case", async () => {
  const { cloud } = await openSts()
  const iam = cloud.client(IAMClient)
  const ann = await newUser(iam, "ann")
  const trust = {
    Principal: { AWS: "arn:aws:iam::123456789012:user/ann" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  }
  await makeRole(iam, trust, {
    ...{ Action: "s3:ListAllMyBuckets", Resource: "*" },
    Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } },
  })
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "Team", Value: "red" }] }))
  const sts = cloud.client(STSClient, { credentials: ann.credentials })
  const lists = async (Tags: { Key: string; Value: string }[]) => {
    const asked = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "work", Tags })
    const { Credentials } = await sts.send(asked)
    const s3 = cloud.client(S3Client, { credentials: keysOf(Credentials) })
    return refusalOf(s3.send(new ListBucketsCommand({})))
  }
  expect(await lists([])).toMatch(/^AccessDenied/)
  expect(await lists([{ Key: "team", Value: "blue" }])).toBe("no refusal")
})

test("trust policies may ask for attributes of a SAML assertion that AWS knows", async () => {
  const { iam, withSaml } = await openSaml()
  const Federated = "arn:aws:iam::123456789012:saml-provider/Corp"
  const Condition = {
    StringEquals: {
      "saml:mail": "ann@example.com",
      // The same key from two attributes: the first counts, and of it the first value.
      "saml:commonName": "Ann",
    },
    "ForAnyValue:StringEquals": {
      "saml:eduPersonAffiliation": "staff",
      // It stands in an element of its own.
      "saml:edupersontargetedid": "x",
    },
    Null: { "saml:surname": "true" },
  }
  const trust = { Principal: { Federated }, Action: "sts:AssumeRoleWithSAML", Condition }
  await makeRole(iam, trust, { Action: "s3:*", Resource: "*" })
  const mail = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
  const others = {
    [mail]: ["ann@example.com"],
    "http://schemas.xmlsoap.org/claims/CommonName": ["Ann", "Eve"],
    "2.5.4.3": ["Eve"],
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["member", "staff"],
    "urn:example:surname": ["Smith"],
  }
  expect(await refusalOf(withSaml({ others }))).toBe("no refusal")
  const denied = "AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML"
  expect(await refusalOf(withSaml())).toBe(denied)
  for (const other of [
    { [mail]: ["eve@example.com", "ann@example.com"] },
    { "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["member"] },
    { "2.5.4.4": ["Smith"] },
  ])
    expect(await refusalOf(withSaml({ others: { ...others, ...other } }))).toBe(denied)
})
