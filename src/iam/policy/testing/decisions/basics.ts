import { ALLOW, DENY, ELSEWHERE, QUEUE, type Case, type Said } from "../case.ts"

const on = (more: Said): Said => ({
  Effect: "Allow",
  Action: "sqs:SendMessage",
  Resource: "*",
  ...more,
})
const without = (name: string, more: Said): Said => {
  const { [name]: _gone, ...rest } = on(more)
  return rest
}
const act = (Action: unknown, action: string, expect: string): Case => ({
  title: `Action ${JSON.stringify(Action)} and ${action}`,
  identity: [on({ Action })],
  action,
  expect,
})
const notAct = (NotAction: unknown, action: string, expect: string): Case => ({
  title: `NotAction ${JSON.stringify(NotAction)} and ${action}`,
  identity: [without("Action", { NotAction })],
  action,
  expect,
})
const res = (Resource: unknown, resource: string, expect: string): Case => ({
  title: `Resource ${JSON.stringify(Resource)} and ${resource}`,
  identity: [on({ Resource })],
  resource,
  expect,
})
const notRes = (NotResource: unknown, resource: string, expect: string): Case => ({
  title: `NotResource ${JSON.stringify(NotResource)} and ${resource}`,
  identity: [without("Resource", { NotResource })],
  resource,
  expect,
})
const OBJECT = "arn:aws:s3:::photos/2024/a:b/c.jpg"

export const basics: readonly Case[] = [
  { title: "IAM-45 no policy at all", identity: [], expect: "no identity" },
  { title: "IAM-45 nothing that matches", identity: [ELSEWHERE], expect: "no identity" },
  { title: "IAM-43 an Allow", identity: [ALLOW], expect: "allow" },
  { title: "IAM-44 a Deny after an Allow", identity: [ALLOW, DENY], expect: "deny identity" },
  { title: "IAM-44 a Deny before an Allow", identity: [DENY, ALLOW], expect: "deny identity" },
  {
    title: "a Deny of something else",
    identity: [ALLOW, { ...DENY, Action: "s3:*" }],
    expect: "allow",
  },
  { title: "a Deny alone", identity: [DENY], expect: "deny identity" },
  act("sqs:SendMessage", "sqs:SendMessage", "allow"),
  act("SQS:sendmessage", "sqs:SendMessage", "allow"),
  act("sqs:SendMessage", "SQS:SENDMESSAGE", "allow"),
  act("sqs:SendMessage", "sqs:SendMessageBatch", "no identity"),
  act("sqs:Send*", "sqs:SendMessageBatch", "allow"),
  act("sqs:*Message", "sqs:SendMessage", "allow"),
  act("sqs:*Message", "sqs:SendMessages", "no identity"),
  act("sqs:S?ndMessage", "sqs:SendMessage", "allow"),
  act("sqs:SendMessage?", "sqs:SendMessage", "no identity"),
  act("sqs:*", "sns:Publish", "no identity"),
  act("s*:*", "sns:Publish", "allow"),
  act("*", "sns:Publish", "allow"),
  act("*:*", "sns:Publish", "allow"),
  act(["sns:*", "sqs:SendMessage"], "sqs:SendMessage", "allow"),
  act(["sns:*", "sqs:Get*"], "sqs:SendMessage", "no identity"),
  notAct("sqs:SendMessage", "sqs:SendMessage", "no identity"),
  notAct("sqs:SendMessage", "sqs:ReceiveMessage", "allow"),
  notAct("iam:*", "sqs:SendMessage", "allow"),
  notAct("iam:*", "iam:CreateUser", "no identity"),
  notAct(["iam:*", "sqs:Send*"], "sqs:SendMessage", "no identity"),
  {
    title: "IAM-50 a Deny with NotAction spares what it lists",
    identity: [ALLOW, { Effect: "Deny", NotAction: "sqs:*", Resource: "*" }],
    expect: "allow",
  },
  {
    title: "IAM-50 a Deny with NotAction denies the rest",
    identity: [ALLOW, { Effect: "Deny", NotAction: "iam:*", Resource: "*" }],
    expect: "deny identity",
  },
  res("*", QUEUE, "allow"),
  res("*", "*", "allow"),
  res(QUEUE, QUEUE, "allow"),
  res(QUEUE, `${QUEUE}2`, "no identity"),
  res(`${QUEUE}*`, `${QUEUE}2`, "allow"),
  res(QUEUE.toUpperCase().replace("ARN:AWS", "arn:aws"), QUEUE, "no identity"),
  res(QUEUE, "*", "no identity"),
  res("arn:aws:sqs:*:*:*", "*", "no identity"),
  res("arn:aws:sqs:*:*:*", QUEUE, "allow"),
  res("arn:aws:sqs:*:*:job?", QUEUE, "allow"),
  res("arn:aws:sqs:*:*:job??", QUEUE, "no identity"),
  res("arn:aws:sqs:us-*-1:*:jobs", QUEUE, "allow"),
  res("arn:aws:sqs:eu-*:*:jobs", QUEUE, "no identity"),
  res("arn:aws:sqs*", QUEUE, "allow"),
  res("arn:*", QUEUE, "allow"),
  res("arn:aws-cn:sqs:*:*:*", QUEUE, "no identity"),
  res("arn:*:sqs:*:*:*", QUEUE, "allow"),
  res("arn:aws:*:*jobs:*:*", QUEUE, "no identity"),
  res("arn:aws:sqs:*:222222222222:*", QUEUE, "no identity"),
  res(["arn:aws:sns:*:*:*", QUEUE], QUEUE, "allow"),
  res("arn:aws:s3:::photos/*", OBJECT, "allow"),
  res("arn:aws:s3:::*", OBJECT, "allow"),
  res("arn:aws:s3:::*.jpg", OBJECT, "allow"),
  res("arn:aws:s3:::photos", OBJECT, "no identity"),
  res("arn:aws:s3:::photos/*/c.png", OBJECT, "no identity"),
  res("arn:aws:s3:::photos/????/a:b/c.jpg", OBJECT, "allow"),
  notRes(QUEUE, QUEUE, "no identity"),
  notRes(QUEUE, `${QUEUE}2`, "allow"),
  notRes("*", QUEUE, "no identity"),
  notRes("arn:aws:s3:::*", QUEUE, "allow"),
  notRes(["arn:aws:s3:::*", "arn:aws:sqs:*:*:j*"], QUEUE, "no identity"),
  notRes(QUEUE, "*", "allow"),
]
