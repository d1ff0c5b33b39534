import {
  ApplyArchiveRuleCommand,
  CreateArchiveRuleCommand,
  DeleteArchiveRuleCommand,
  GetArchiveRuleCommand,
  ListArchiveRulesCommand,
  UpdateArchiveRuleCommand,
} from "@aws-sdk/client-accessanalyzer"
import { expect, test } from "vitest"
import { ANALYZER, openAnalyzer, OTHER, TO_ANYONE, TO_OTHER } from "../testing/open-analyzer.ts"

const analyzerName = "watch"
const filter = { "principal.AWS": { eq: [OTHER] } }
const statuses = (found: readonly { status?: string | undefined }[]) =>
  found.map(({ status }) => status).toSorted((a = "", b = "") => (a < b ? -1 : 1))

test("ACA-3: new findings that meet a rule are archived", async () => {
  const { queue, scan, list } = await openAnalyzer([{ ruleName: "partner", filter }])
  await scan(await queue("jobs", TO_OTHER))
  await scan(await queue("open", TO_ANYONE))
  expect(statuses(await list())).toEqual(["ACTIVE", "ARCHIVED"])
})

test("a rule acts on earlier findings when it is applied", async () => {
  const { client, queue, scan, list } = await openAnalyzer()
  await scan(await queue("jobs", TO_OTHER))
  const rule = { analyzerName, ruleName: "partner" }
  await client.send(new CreateArchiveRuleCommand({ ...rule, filter }))
  expect(statuses(await list())).toEqual(["ACTIVE"])
  await client.send(new ApplyArchiveRuleCommand({ analyzerArn: ANALYZER, ruleName: "partner" }))
  expect(statuses(await list())).toEqual(["ARCHIVED"])
})

test("rules are told, listed, changed and deleted", async () => {
  const { cloud, client } = await openAnalyzer()
  const rule = { analyzerName, ruleName: "partner" }
  await client.send(new CreateArchiveRuleCommand({ ...rule, filter }))
  const createdAt = cloud.now()
  await expect(
    client.send(new CreateArchiveRuleCommand({ ...rule, filter })),
  ).rejects.toMatchObject({
    name: "ConflictException",
    resourceType: "ArchiveRule",
  })
  await cloud.advance("1m")
  const changed = { isPublic: { eq: ["true"] } }
  await client.send(new UpdateArchiveRuleCommand({ ...rule, filter: changed }))
  const { archiveRule } = await client.send(new GetArchiveRuleCommand(rule))
  expect(archiveRule).toEqual({
    ruleName: "partner",
    filter: changed,
    createdAt,
    updatedAt: cloud.now(),
  })
  const listed = await client.send(new ListArchiveRulesCommand({ analyzerName }))
  expect(listed.archiveRules).toEqual([archiveRule])
  await client.send(new DeleteArchiveRuleCommand(rule))
  await expect(client.send(new GetArchiveRuleCommand(rule))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  })
})
