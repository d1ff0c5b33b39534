import {
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  GetAccountSummaryCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { openIam } from "../testing/open-iam.ts"

const summary = async (client: IAMClient): Promise<Record<string, number | undefined>> =>
  (await client.send(new GetAccountSummaryCommand({}))).SummaryMap ?? {}

test("the summary tells the quotas", async () => {
  const { client } = await openIam()
  expect(await summary(client)).toMatchObject({
    ...{ PolicySizeQuota: 6_144, VersionsPerPolicyQuota: 5, AttachedPoliciesPerUserQuota: 10 },
    ...{ UserPolicySizeQuota: 2_048, GroupPolicySizeQuota: 5_120, RolePolicySizeQuota: 10_240 },
    ...{ UsersQuota: 5_000, GroupsQuota: 300, RolesQuota: 1_000, PoliciesQuota: 1_500 },
  })
})

test("the summary counts what there is, of the account alone", async () => {
  const { client, of } = await openIam()
  const none = await summary(client)
  await client.send(new CreateUserCommand({ UserName: "alice" }))
  await client.send(new CreateGroupCommand({ GroupName: "staff" }))
  await client.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" }))
  await client.send(new CreateOpenIDConnectProviderCommand({ Url: "https://ci.example.com" }))
  const counted = { Users: 1, Groups: 1, MFADevices: 1, MFADevicesInUse: 0, Providers: 1 }
  expect(await summary(client)).toEqual({ ...none, ...counted })
  expect(await summary(of("210987654321"))).toEqual(none)
})
