import { IAMClient } from "@aws-sdk/client-iam"
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager"
import {
  DeleteResourcePolicyCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  GetResourcePoliciesCommand,
  PutParameterCommand,
  PutResourcePolicyCommand,
  SSMClient,
} from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { newUser } from "../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../index.ts"
import { openParameters, refusalOf, STRANGER } from "./testing/open-parameters.ts"

const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter"

/** A client of a user who may do what the statement says, and a way to change that. */
async function openReader(cloud: InProcessCloud, statement: object) {
  const { credentials, may } = await newUser(cloud.client(IAMClient), "reader", statement)
  return { reader: cloud.client(SSMClient, { credentials }), may }
}

const allow = (Action: string | string[], Resource: string | string[]) => ({
  ...{ Effect: "Allow", Action, Resource },
})

test("SSM-2 a SecureString is ciphertext unless it is decrypted, in both tiers", async () => {
  const { put, value } = await openParameters()
  const Type = "SecureString"
  await put("x", "hidden", { Type })
  await put("y", "hidden too", { Type, Tier: "Advanced" })
  for (const [name, plain] of [
    ["x", "hidden"],
    ["y", "hidden too"],
  ] as const) {
    expect(await value(name)).not.toContain("hidden")
    expect(await value(name, true)).toBe(plain)
  }
})

test("SSM-2 decrypting needs the right to the key", async () => {
  const { cloud, client } = await openParameters()
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const key = KeyMetadata?.Arn ?? ""
  const input = { Name: "x", Value: "hidden", Type: "SecureString" as const, KeyId: key }
  await client.send(new PutParameterCommand(input))
  const get = allow("ssm:GetParameter", `${ARN}/x`)
  const { reader, may } = await openReader(cloud, get)
  const read = (client: SSMClient, WithDecryption: boolean) =>
    client.send(new GetParameterCommand({ Name: "x", WithDecryption }))
  expect((await read(reader, false)).Parameter?.Value).not.toBe("hidden")
  expect(await refusalOf(read(reader, true))).toMatch(
    /^AccessDeniedException: User: .*user\/reader is not authorized to perform: kms:Decrypt/,
  )
  const Condition = { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": `${ARN}/x` } }
  await may(get, { ...allow("kms:Decrypt", key), Condition })
  expect((await read(reader, true)).Parameter?.Value).toBe("hidden")
  await kms.send(new DisableKeyCommand({ KeyId: key }))
  expect(await refusalOf(read(client, true))).toContain(
    `InvalidKeyId: ${key} is disabled. (Service: AWSKMS; Status Code: 400; Error Code: DisabledException;`,
  )
  const missing = { ...input, Name: "y", KeyId: "alias/none" }
  expect(await refusalOf(client.send(new PutParameterCommand(missing)))).toMatch(/^InvalidKeyId/)
})

test("SSM-5 access is by name and by path", async () => {
  const { cloud, put } = await openParameters()
  for (const name of ["/app/a", "/app/b", "/other/c"]) await put(name, name)
  const actions = ["ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameter"]
  const { reader } = await openReader(cloud, allow(actions, [`${ARN}/app`, `${ARN}/app/*`]))
  const byPath = (Path: string) => reader.send(new GetParametersByPathCommand({ Path }))
  expect((await byPath("/app")).Parameters).toHaveLength(2)
  expect(await refusalOf(byPath("/other"))).toMatch(
    /^AccessDeniedException: .* perform: ssm:GetParametersByPath on resource: arn:aws:ssm:us-east-1:000000000000:parameter\/other /,
  )
  const get = (...Names: string[]) => reader.send(new GetParametersCommand({ Names }))
  expect((await get("/app/a", "/app/none")).InvalidParameters).toEqual(["/app/none"])
  expect(await refusalOf(get("/app/a", "/other/c"))).toMatch(/^AccessDeniedException/)
})

test("SSM-11 a secret is read by reference, with the caller's rights to it", async () => {
  const { cloud, client, value } = await openParameters()
  const secrets = cloud.client(SecretsManagerClient)
  const made = await secrets.send(new CreateSecretCommand({ Name: "db/pw", SecretString: "s1" }))
  const name = "/aws/reference/secretsmanager/db/pw"
  const { Parameter } = await client.send(
    new GetParameterCommand({ Name: name, WithDecryption: true }),
  )
  expect(Parameter).toMatchObject({ Name: name, Type: "SecureString", Value: "s1" })
  expect(JSON.parse(Parameter?.SourceResult ?? "")).toMatchObject({ ARN: made.ARN, name: "db/pw" })
  expect(await refusalOf(value(name))).toBe(
    "ValidationException: WithDecryption flag must be True for retrieving a Secret Manager secret.",
  )
  await secrets.send(new PutSecretValueCommand({ SecretId: "db/pw", SecretString: "s2" }))
  expect(await value(name, true)).toBe("s2")
  expect(await value(`${name}:AWSPREVIOUS`, true)).toBe("s1")
  expect(await value(`${name}:${made.VersionId}`, true)).toBe("s1")
  expect(await refusalOf(value(`${name}x`, true))).toMatch(
    /^ParameterNotFound: .*Secret \/aws\/reference\/secretsmanager\/db\/pwx not found\.$/,
  )
  const get = allow("ssm:GetParameter", `${ARN}/aws/reference/secretsmanager/*`)
  const { reader } = await openReader(cloud, get)
  const read = reader.send(new GetParameterCommand({ Name: name, WithDecryption: true }))
  expect(await refusalOf(read)).toMatch(
    /^AccessDeniedException: .*user\/reader is not authorized to perform: secretsmanager:GetSecretValue/,
  )
})

test("SSM-6 AWS's own parameters are there in every Region", async () => {
  const { cloud, client, value } = await openParameters()
  const ami = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
  const here = await value(ami)
  expect(here).toMatch(/^ami-0[0-9a-f]{16}$/)
  const there = cloud.client(SSMClient, { region: "eu-west-1" })
  const other = await there.send(new GetParameterCommand({ Name: ami }))
  expect(other.Parameter?.Value).toMatch(/^ami-0[0-9a-f]{16}$/)
  expect(other.Parameter?.Value).not.toBe(here)
  expect(other.Parameter?.ARN).toBe(`arn:aws:ssm:eu-west-1::parameter${ami}`)
  const regions = "/aws/service/global-infrastructure/regions"
  expect(await value(`${regions}/eu-central-1/longName`)).toBe("Europe (Frankfurt)")
  const found: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new GetParametersByPathCommand({ Path: regions, NextToken }))
    found.push(...(page.Parameters ?? []).map(({ Value }) => Value))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(found).toContain("us-east-1")
  expect(found).not.toContain("cn-north-1")
  expect(await refusalOf(value("/aws/service/none"))).toMatch(/^ParameterNotFound/)
})

test("an advanced parameter is shared by a policy", async () => {
  const { cloud, client, put } = await openParameters()
  await put("x", "shared", { Tier: "Advanced" })
  await put("y", "not", {})
  const stranger = cloud.client(SSMClient, {
    credentials: { accessKeyId: STRANGER, secretAccessKey: "test" },
  })
  const read = () => stranger.send(new GetParameterCommand({ Name: `${ARN}/x` }))
  expect(await refusalOf(read())).toMatch(/^AccessDeniedException/)
  const Statement = [{ ...allow("ssm:GetParameter", `${ARN}/x`), Principal: { AWS: STRANGER } }]
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  const share = (ResourceArn: string, more: object = {}) =>
    client.send(new PutResourcePolicyCommand({ ResourceArn, Policy, ...more }))
  expect(await refusalOf(share(`${ARN}/y`))).toMatch(/^ResourcePolicyInvalidParameterException/)
  const { PolicyId, PolicyHash } = await share(`${ARN}/x`)
  expect((await read()).Parameter?.Value).toBe("shared")
  const of = { ResourceArn: `${ARN}/x` }
  const { Policies } = await client.send(new GetResourcePoliciesCommand(of))
  expect(Policies).toEqual([{ PolicyId, PolicyHash, Policy }])
  const wrong = share(`${ARN}/x`, { PolicyId, PolicyHash: "0" })
  expect(await refusalOf(wrong)).toMatch(/^ResourcePolicyConflictException/)
  await client.send(new DeleteResourcePolicyCommand({ ...of, PolicyId, PolicyHash }))
  expect(await refusalOf(read())).toMatch(/^AccessDeniedException/)
})
