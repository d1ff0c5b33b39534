import {
  ListAccountsWithInvalidEffectivePolicyCommand,
  ListEffectivePolicyValidationErrorsCommand,
  type EffectivePolicyType,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../testing/open-organization.ts"
import { openPolicies } from "../testing/open-policies.ts"

async function openMember() {
  const policies = await openPolicies()
  await inviteAccount(policies, OTHER)
  const { client } = policies
  return {
    ...policies,
    async invalid(PolicyType: EffectivePolicyType) {
      const listing = new ListAccountsWithInvalidEffectivePolicyCommand({ PolicyType })
      return (await client.send(listing)).Accounts?.map(({ Id }) => Id)
    },
    errors: (
      PolicyType: EffectivePolicyType,
      more: { MaxResults?: number; NextToken?: string } = {},
    ) =>
      client.send(
        new ListEffectivePolicyValidationErrorsCommand({ AccountId: OTHER, PolicyType, ...more }),
      ),
  }
}

const rulesOf = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, { target_backup_vault_name: { "@@assign": "vault" } }]),
  )
const selections = {
  tags: {
    pii: {
      iam_role_arn: { "@@assign": "arn:aws:iam::$account:role/Backup" },
      tag_key: { "@@assign": "pii" },
      tag_value: { "@@assign": ["yes"] },
    },
  },
}
const plan = (parts: object) => ({ plans: { Main: parts } })
const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

test("eleven rules from two policies make an account's effective backup policy invalid", async () => {
  const { enable, impose, detach, root, organization, invalid, errors } = await openMember()
  await enable("BACKUP_POLICY")
  const regions = { "@@append": ["us-east-1"] }
  const nine = plan({ regions, selections, rules: rulesOf(names(9, "a")) })
  const above = await impose(root, nine, "BACKUP_POLICY")
  expect(await invalid("BACKUP_POLICY")).toEqual([])
  const own = await impose(OTHER, plan({ rules: rulesOf(names(2, "b")) }), "BACKUP_POLICY")
  expect(await invalid("BACKUP_POLICY")).toEqual([OTHER])
  expect(await errors("BACKUP_POLICY")).toMatchObject({
    ...{
      AccountId: OTHER,
      PolicyType: "BACKUP_POLICY",
      Path: `${organization.Id}/${root}/${OTHER}/`,
    },
    EffectivePolicyValidationErrors: [
      {
        ErrorCode: "ELEMENTS_TOO_MANY",
        ErrorMessage: "'rules' exceeds the allowed maximum limit 10",
        PathToError: "plans/main/rules",
        ContributingPolicies: [above, own],
      },
    ],
  })
  await detach(own, OTHER)
  expect(await invalid("BACKUP_POLICY")).toEqual([])
  expect((await errors("BACKUP_POLICY")).EffectivePolicyValidationErrors).toEqual([])
})

test("what a plan lacks, and what was removed from it, is told page by page", async () => {
  const { enable, impose, root, invalid, errors } = await openMember()
  await enable("BACKUP_POLICY")
  const regions = { "@@assign": ["us-east-1"] }
  await impose(root, plan({ regions, selections: { tags: { pii: {} } } }), "BACKUP_POLICY")
  const removed = { regions: { "@@remove": ["us-east-1"] } }
  const own = await impose(OTHER, plan(removed), "BACKUP_POLICY")
  const all = await errors("BACKUP_POLICY")
  expect(
    all.EffectivePolicyValidationErrors?.map(
      ({ ErrorCode, ErrorMessage, PathToError }) => `${ErrorCode} ${ErrorMessage} ${PathToError}`,
    ),
  ).toEqual([
    "KEY_REQUIRED 'rules' is missing plans/main",
    "KEY_REQUIRED 'selections' is missing plans/main",
    "ELEMENTS_TOO_FEW 'regions' is less than the allowed minimum limit 1 plans/main/regions",
  ])
  expect(all.EffectivePolicyValidationErrors?.[2]?.ContributingPolicies).toContain(own)
  const first = await errors("BACKUP_POLICY", { MaxResults: 2 })
  const { NextToken } = first
  const second = await errors("BACKUP_POLICY", { NextToken: NextToken ?? "" })
  expect([first, second].map((one) => one.EffectivePolicyValidationErrors?.length)).toEqual([2, 1])
  expect(await invalid("BACKUP_POLICY")).toEqual([MANAGEMENT, OTHER])
})

test("more than fifty tags are not required of one type of resource", async () => {
  const { enable, impose, root, invalid, errors } = await openMember()
  await enable("TAG_POLICY")
  const requiring = (keys: readonly string[]) => ({
    tags: Object.fromEntries(
      keys.map((key) => [key, { report_required_tag_for: { "@@assign": ["sqs:queue"] } }]),
    ),
  })
  await impose(root, requiring(names(50, "k")), "TAG_POLICY")
  expect(await invalid("TAG_POLICY")).toEqual([])
  await impose(OTHER, requiring(["other"]), "TAG_POLICY")
  expect(await invalid("TAG_POLICY")).toEqual([OTHER])
  const { EffectivePolicyValidationErrors } = await errors("TAG_POLICY")
  expect(EffectivePolicyValidationErrors).toMatchObject([
    { ErrorCode: "ELEMENTS_TOO_MANY", PathToError: "tags" },
  ])
})

test("only who governs the organization asks, of accounts in it and types in force", async () => {
  const { enable, errors, invalid, of, client } = await openMember()
  await expect(invalid("TAG_POLICY")).rejects.toMatchObject({
    name: "EffectivePolicyNotFoundException",
  })
  await enable("TAG_POLICY")
  const asking = { PolicyType: "TAG_POLICY", AccountId: OTHER } as const
  const listing = new ListEffectivePolicyValidationErrorsCommand(asking)
  await expect(of(OTHER).send(listing)).rejects.toMatchObject({ name: "AccessDeniedException" })
  const stranger = { ...asking, AccountId: "999999999999" }
  await expect(
    client.send(new ListEffectivePolicyValidationErrorsCommand(stranger)),
  ).rejects.toMatchObject({ name: "AccountNotFoundException" })
  expect((await errors("TAG_POLICY")).EffectivePolicyValidationErrors).toEqual([])
})
