import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  UpdateAccountPasswordPolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { openUser } from "../testing/open-user.ts"

const generate = async (client: IAMClient) =>
  (await client.send(new GenerateCredentialReportCommand({}))).State

async function report(client: IAMClient): Promise<readonly Record<string, string>[]> {
  const { Content, ReportFormat } = await client.send(new GetCredentialReportCommand({}))
  expect(ReportFormat).toBe("text/csv")
  const [head = "", ...rows] = Buffer.from(Content ?? [])
    .toString()
    .split("\n")
  const columns = head.split(",")
  return rows.map((row) =>
    Object.fromEntries(row.split(",").map((field, at) => [columns[at] ?? "", field])),
  )
}

test("a report is made, kept for four hours, and then has to be made again", async () => {
  const { client, cloud } = await openIam()
  expect(await refusalOf(report(client))).toMatch(/^410 ReportNotPresent/)
  expect(await generate(client)).toBe("STARTED")
  expect(await generate(client)).toBe("COMPLETE")
  await client.send(new CreateUserCommand({ UserName: "late" }))
  await cloud.advance("3h")
  expect(await generate(client)).toBe("COMPLETE")
  expect(await report(client)).toHaveLength(1)
  await cloud.advance("1h")
  expect(await refusalOf(report(client))).toMatch(/^410 ReportExpired/)
  expect(await generate(client)).toBe("STARTED")
  expect(await report(client)).toHaveLength(2)
})

test("a row tells a user's password, keys and their last use", async () => {
  const { client, cloud, listsQueues } = await openUser("bob")
  await client.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 90 }))
  await client.send(new CreateLoginProfileCommand({ UserName: "bob", Password: "Secret-123" }))
  await client.send(new CreateUserCommand({ UserName: "Alice" }))
  await client.send(new CreateAccessKeyCommand({}))
  await listsQueues()
  await generate(client)
  const [root, alice, bob, ...others] = await report(client)
  expect(others).toEqual([])
  const now = new Date(Math.floor(cloud.now().getTime() / 1_000) * 1_000)
  const text = (date: Date) => date.toISOString().replace(".000Z", "Z")
  const none = { access_key_2_active: "false", access_key_2_last_used_date: "N/A" }
  expect(root).toMatchObject({
    ...{ user: "<root_account>", arn: `arn:aws:iam::${ACCOUNT}:root`, mfa_active: "false" },
    ...{ password_enabled: "not_supported", access_key_1_active: "true" },
    ...{ ...none, access_key_1_last_used_service: "N/A", cert_1_active: "false" },
  })
  expect(alice).toMatchObject({ user: "Alice", password_enabled: "false", mfa_active: "false" })
  expect(alice).toMatchObject({ password_last_used: "N/A", access_key_1_active: "false" })
  expect(bob).toMatchObject({
    ...{ user: "bob", user_creation_time: text(now), password_enabled: "true" },
    ...{ password_last_used: "no_information", password_last_changed: text(now) },
    password_next_rotation: text(new Date(now.getTime() + 90 * 86_400_000)),
    ...{ ...none, access_key_1_active: "true", access_key_1_last_rotated: text(now) },
    ...{ access_key_1_last_used_date: text(now), access_key_1_last_used_region: "us-east-1" },
    ...{ access_key_1_last_used_service: "sqs", cert_2_last_rotated: "N/A" },
  })
  expect(Object.keys(bob ?? {})).toHaveLength(22)
})

test("accounts have reports of their own", async () => {
  const { client, of } = await openIam()
  await generate(client)
  expect(await refusalOf(report(of("210987654321")))).toMatch(/^410 ReportNotPresent/)
})
