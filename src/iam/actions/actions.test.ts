import { expect, test } from "vitest"
import {
  actionsOf,
  conditionKeyType,
  expandActions,
  findAction,
  servicePrefixes,
} from "./actions.ts"

test("every service of AWS's list is there, with its title", () => {
  expect(servicePrefixes().length).toBeGreaterThan(400)
  expect(actionsOf("STS")?.title).toBe("AWS Security Token Service")
  expect(actionsOf("none")).toBeUndefined()
  expect(actionsOf("constructor")).toBeUndefined()
})

test("an action tells its level, resources and condition keys", () => {
  expect(findAction("sqs:sendmessage")).toEqual({
    service: "sqs",
    name: "SendMessage",
    level: "Write",
    resources: [{ type: "queue", required: true, conditionKeys: [] }],
    conditionKeys: [],
  })
  expect(findAction("iam:PutRolePolicy")?.level).toBe("Permissions management")
  expect(findAction("sqs:TagQueue")?.level).toBe("Tagging")
  expect(findAction("sqs:Nothing")).toBeUndefined()
  expect(actionsOf("sqs")?.resources.get("queue")?.arn).toBe(
    "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
  )
})

test("keys that stand for one resource type only stay with it", () => {
  const use = findAction("ec2:RunInstances")?.resources.find(({ type }) => type === "volume")
  expect(use?.conditionKeys).toContain("ec2:VolumeType")
})

test.each([
  ["sqs:*Queue", ["CreateQueue", "DeleteQueue", "PurgeQueue", "TagQueue", "UntagQueue"]],
  ["SQS:createqueue", ["CreateQueue"]],
  ["sqs:Get????eAttributes", ["GetQueueAttributes"]],
  ["s?s:CreateQueue", ["CreateQueue"]],
  ["sqs", []],
])("%s means %j", (pattern, names) => {
  expect(expandActions(pattern).map(({ name }) => name)).toEqual(names)
})

test("a star alone means all actions", () => {
  expect(expandActions("*").length).toBeGreaterThan(20_000)
  expect(expandActions("*:*")).toHaveLength(expandActions("*").length)
})

test.each([
  ["aws:SourceIp", "IPAddress"],
  ["AWS:principalorgid", "String"],
  ["aws:RequestTag/team", "String"],
  ["aws:TagKeys", "ArrayOfString"],
  ["iam:PassedToService", "String"],
  ["iam:ResourceTag/team", "String"],
  ["s3:ExistingObjectTag/team", "String"],
  ["secretsmanager:ResourceTag/team", "String"],
  ["aws:RequestTag/", undefined],
  ["aws:Nothing", undefined],
  ["sqs:Nothing", undefined],
])("the condition key %s is of type %s", (key, type) => {
  expect(conditionKeyType(key)).toBe(type)
})
