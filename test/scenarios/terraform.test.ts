import { generateKeyPairSync } from "node:crypto"
import {
  CreateRoleCommand,
  IAMClient,
  ListGroupsCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { DecryptCommand, KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms"
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { describe, test } from "vitest"
import { sshForm, parseRsaKey } from "../../src/services/iam/ssh-key/rsa-key.ts"
import {
  LEAF_CERTIFICATE,
  LEAF_KEY,
  ROOT_CERTIFICATE,
} from "../../src/services/iam/testing/certificate.ts"
import { cli } from "./command-line.ts"
import { hasTerraform, openScenario } from "./terraform-run.ts"

/** Concurrent: the provider mostly waits. */
describe.skipIf(!hasTerraform).concurrent("Terraform", { timeout: 900_000 }, () => {
  test("CLOUD-1 creates and imports queues with policies and redrive, plans nothing more, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const account = "111111111111"
    const { client, terraform } = await openScenario(account, onTestFinished)
    const sqs = client(SQSClient)
    // The size that the provider sets unless told otherwise, so that it has nothing to change.
    const Attributes = { MaximumMessageSize: "262144" }
    const dead = await sqs.send(new CreateQueueCommand({ QueueName: "dead", Attributes }))
    const { apply, output, plan, destroy } = await terraform("sqs", { dead_url: dead.QueueUrl })
    expect(await apply()).toMatchObject({ code: 0 })
    const zones = ["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`)
    expect(await output()).toEqual({ account, sydney: true, zones })
    expect(await plan()).toMatchObject({ code: 0 })
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(3)
    expect(await destroy()).toMatchObject({ code: 0 })
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([])
  })

  test("CLOUD-1 makes users, groups, roles, policies and all that belongs to them, changes them in place, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const account = "222222222222"
    const partner = "333333333333"
    const { client, terraform } = await openScenario(account, onTestFinished)
    const partners = client(IAMClient, { accessKeyId: partner })
    const partner_role = await makePartnerRole(partners, account)
    const constants = { ...identityInputs(), partner_role }
    const { apply, output, plan, destroy } = await terraform("iam", constants)
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    expect(await output()).toEqual({
      caller: `arn:aws:iam::${account}:root`,
      partner: `arn:aws:sts::${partner}:assumed-role/deployer/deployment`,
      partner_user: `arn:aws:iam::${partner}:user/guest`,
      role: `arn:aws:iam::${account}:role/jobs/worker`,
    })
    // That nothing else changes shows that the first apply left no difference.
    const { code, stdout } = await apply({ stage: 2 })
    expect([code, closing(stdout)]).toEqual([0, "0 added, 15 changed, 0 destroyed"])
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await identitiesOf(client(IAMClient))).toEqual([])
    expect(await identitiesOf(partners)).toEqual(["deployer"])
  })

  test("ORG-2 ORG-12 SCP-11 makes an organization with units, an account and policies that hold, changes them in place, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const account = "444444444444"
    const { cloud, client, terraform } = await openScenario(account, onTestFinished)
    const { apply, output, plan, destroy } = await terraform("organizations")
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    const { member, units } = await output()
    expect([member, units]).toEqual([expect.stringMatching(/^\d{12}$/), ["workloads-1"]])
    const sts = client(STSClient)
    const keys = await administratorOf(sts, String(member))
    const newQueue = (region: string): Promise<unknown> =>
      client(SQSClient, { ...keys, region }).send(new CreateQueueCommand({ QueueName: "q" }))
    await newQueue("eu-west-1")
    await expect(newQueue("us-east-1")).rejects.toThrow("explicit deny in a service control policy")
    const { code, stdout } = await apply({ stage: 2 })
    expect([code, closing(stdout)]).toEqual([0, "0 added, 5 changed, 0 destroyed"])
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    // An account that an organization made stays in it for some days.
    const clock = ["clock", "advance", "8d", "--port", String(cloud.port)]
    expect(await cli(clock)).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
  })

  test("KMS-19 makes keys, aliases, grants, imported and multi-Region keys, changes them in place, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const account = "555555555555"
    const { client, terraform } = await openScenario(account, onTestFinished)
    const kms = client(KMSClient)
    const material = Buffer.alloc(32, 7).toString("base64")
    const { apply, output, plan, destroy } = await terraform("kms", { material })
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    const { alias_target, secret } = await output()
    expect(alias_target).toBe(true)
    const CiphertextBlob = Buffer.from(String(secret), "base64")
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(Plaintext ?? []).toString()).toBe("secret")
    expect(await plan({ stage: 1 })).toMatchObject({ code: 0 })
    const { code, stdout } = await apply({ stage: 2 })
    expect([code, closing(stdout)]).toEqual([0, "0 added, 3 changed, 0 destroyed"])
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([])
  })
})

/** Keys of the role that the organization put into the account that it made. */
async function administratorOf(management: STSClient, member: string) {
  const { Credentials } = await management.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "visit",
    }),
  )
  return {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  }
}

const closing = (stdout: string): string | undefined =>
  /Resources: (.* destroyed)\./.exec(stdout)?.[1]

/** A role that another account may assume with an external id, for work on users alone. */
async function makePartnerRole(partner: IAMClient, account: string): Promise<string> {
  const policy = (...Statement: readonly object[]): string =>
    JSON.stringify({ Version: "2012-10-17", Statement })
  const { Role } = await partner.send(
    new CreateRoleCommand({
      RoleName: "deployer",
      AssumeRolePolicyDocument: policy({
        Effect: "Allow",
        Principal: { AWS: account },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": "shared-secret" } },
      }),
    }),
  )
  await partner.send(
    new PutRolePolicyCommand({
      RoleName: "deployer",
      PolicyName: "users",
      PolicyDocument: policy({ Effect: "Allow", Action: "iam:*User*", Resource: "*" }),
    }),
  )
  return Role?.Arn ?? ""
}

const PEM_LINES = /-----.*-----/g

function identityInputs(): Readonly<Record<string, unknown>> {
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  })
  return {
    certificate: { body: LEAF_CERTIFICATE, chain: ROOT_CERTIFICATE, key: LEAF_KEY },
    ssh_key: sshForm(parseRsaKey(publicKey) as Buffer),
    saml_metadata: `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/STAGE">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:X509Data><ds:X509Certificate>${ROOT_CERTIFICATE.replace(PEM_LINES, "")}</ds:X509Certificate></ds:X509Data>
    </ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>${" ".repeat(500)}`,
  }
}

/** The names of all users, groups, roles and policies that the account made itself. */
async function identitiesOf(iam: IAMClient): Promise<string[]> {
  const [users, groups, roles, policies] = await Promise.all([
    iam.send(new ListUsersCommand({})),
    iam.send(new ListGroupsCommand({})),
    iam.send(new ListRolesCommand({})),
    iam.send(new ListPoliciesCommand({ Scope: "Local" })),
  ])
  return [
    ...(users.Users ?? []).map(({ UserName = "" }) => UserName),
    ...(groups.Groups ?? []).map(({ GroupName = "" }) => GroupName),
    ...(roles.Roles ?? []).map(({ RoleName = "" }) => RoleName),
    ...(policies.Policies ?? []).map(({ PolicyName = "" }) => PolicyName),
  ]
}
