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
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, test } from "vitest"
import { sshForm, parseRsaKey } from "../../src/services/iam/ssh-key/rsa-key.ts"
import {
  LEAF_CERTIFICATE,
  LEAF_KEY,
  ROOT_CERTIFICATE,
} from "../../src/services/iam/testing/certificate.ts"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { openTerraform, type Terraform } from "./terraform-run.ts"
import { hasProgram, providerMirror } from "./tools.ts"

const mirror = hasProgram("terraform", ["version"]) ? providerMirror() : undefined

/** Concurrent: each in an account of its own, and mostly the provider waits. */
describe.skipIf(!mirror).concurrent("Terraform", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(cloud.data)
  })

  const client = <Client>(type: new (config: never) => Client, account: string): Client =>
    new type({
      endpoint: cloud.url,
      region: "us-east-1",
      credentials: { accessKeyId: account, secretAccessKey: "test" },
    } as never)

  async function withTerraform(
    name: string,
    { account, constants }: { account: string; constants: Readonly<Record<string, unknown>> },
    work: (terraform: Terraform) => Promise<void>,
  ): Promise<void> {
    const { url } = cloud
    const terraform = await openTerraform(name, { url, account, mirror: mirror ?? "", constants })
    await work(terraform).finally(() => terraform.remove())
  }

  test("CLOUD-1 creates and imports queues with policies and redrive, plans nothing more, and destroys them", async ({
    expect,
  }) => {
    const account = "111111111111"
    const sqs = client(SQSClient, account)
    // The size that the provider sets unless told otherwise, so that it has nothing to change.
    const Attributes = { MaximumMessageSize: "262144" }
    const { QueueUrl: dead_url } = await sqs.send(
      new CreateQueueCommand({ QueueName: "dead", Attributes }),
    )
    await withTerraform("sqs", { account, constants: { dead_url } }, async (terraform) => {
      expect(await terraform.apply()).toMatchObject({ code: 0 })
      expect(await terraform.output()).toEqual({ account })
      expect(await terraform.plan()).toMatchObject({ code: 0 })
      expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(3)
      expect(await terraform.destroy()).toMatchObject({ code: 0 })
      expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([])
    })
  })

  test("CLOUD-1 IAM-1 makes users, groups, roles, policies and all that belongs to them, changes them in place, and destroys them", async ({
    expect,
  }) => {
    const account = "222222222222"
    const partner = "333333333333"
    const partner_role = await makePartnerRole(client(IAMClient, partner), account)
    const constants = { ...identityInputs(), partner_role }
    await withTerraform("iam", { account, constants }, async (terraform) => {
      expect(await terraform.apply({ stage: 1 })).toMatchObject({ code: 0 })
      expect(await terraform.output()).toEqual({
        caller: `arn:aws:iam::${account}:root`,
        partner: `arn:aws:sts::${partner}:assumed-role/deployer/deployment`,
        partner_user: `arn:aws:iam::${partner}:user/guest`,
        role: `arn:aws:iam::${account}:role/jobs/worker`,
      })
      // That nothing else changes shows that the first apply left no difference.
      const { code, stdout } = await terraform.apply({ stage: 2 })
      expect([code, closing(stdout)]).toEqual([0, "0 added, 15 changed, 0 destroyed"])
      expect(await terraform.plan({ stage: 2 })).toMatchObject({ code: 0 })
      expect(await terraform.destroy({ stage: 2 })).toMatchObject({ code: 0 })
      expect(await identitiesOf(client(IAMClient, account))).toEqual([])
      expect(await identitiesOf(client(IAMClient, partner))).toEqual(["deployer"])
    })
  })
})

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
