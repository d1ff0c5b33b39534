import {
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  IAMClient,
  UploadServerCertificateCommand,
  type Tag,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { metadataOf } from "../../sts/testing/idp.ts"
import { ROOT_CERTIFICATE, ROOT_KEY } from "../testing/certificate.ts"
import { ALLOW_ALL, policy, statement, TRUST_EC2 } from "../testing/documents.ts"
import { openUser, reasonOf } from "../testing/open-user.ts"

/** What makes something with tags, by the action that tags it. */
const MAKING: Readonly<
  Record<string, (client: IAMClient, Tags: Tag[] | undefined) => Promise<unknown>>
> = {
  TagUser: (client, Tags) => client.send(new CreateUserCommand({ UserName: "ann", Tags })),
  TagRole: (client, Tags) =>
    client.send(
      new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2, Tags }),
    ),
  TagPolicy: (client, Tags) =>
    client.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: ALLOW_ALL, Tags })),
  TagInstanceProfile: (client, Tags) =>
    client.send(new CreateInstanceProfileCommand({ InstanceProfileName: "app", Tags })),
  TagMFADevice: (client, Tags) =>
    client.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone", Tags })),
  TagOpenIDConnectProvider: (client, Tags) =>
    client.send(new CreateOpenIDConnectProviderCommand({ Url: "https://id.example.com", Tags })),
  TagSAMLProvider: (client, Tags) =>
    client.send(
      new CreateSAMLProviderCommand({ Name: "Corp", SAMLMetadataDocument: metadataOf(), Tags }),
    ),
  TagServerCertificate: (client, Tags) =>
    client.send(
      new UploadServerCertificateCommand({
        ServerCertificateName: "web",
        ...{ CertificateBody: ROOT_CERTIFICATE, PrivateKey: ROOT_KEY },
        Tags,
      }),
    ),
}

test("what is made with tags needs the permission to tag it, what has none does not", async () => {
  const { cloud, keys, may } = await openUser()
  await may(statement("Allow", "iam:Create*", "iam:Upload*"))
  const client = cloud.client(IAMClient, { credentials: keys })
  const Tags = [{ Key: "team", Value: "blue" }]
  for (const [action, make] of Object.entries(MAKING)) {
    const denied = `no identity-based policy allows the iam:${action} action`
    expect([action, await reasonOf(make(client, Tags))]).toEqual([action, denied])
    await may(
      policy({
        ...{ Effect: "Allow", Action: `iam:${action}`, Resource: "*" },
        Condition: { StringEquals: { "aws:RequestTag/team": "blue" } },
      }),
      "tags",
    )
    expect([action, await reasonOf(make(client, Tags))]).toEqual([action, "yes"])
  }
})

test("nothing but the permission to make it is asked for what has no tags", async () => {
  const { cloud, keys, may } = await openUser()
  await may(statement("Allow", "iam:Create*", "iam:Upload*"))
  const client = cloud.client(IAMClient, { credentials: keys })
  for (const [action, make] of Object.entries(MAKING))
    expect([action, await reasonOf(make(client, undefined))]).toEqual([action, "yes"])
})
