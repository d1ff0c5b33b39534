import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { createModels } from "../src/models/load.ts"
import {
  defineText,
  handlerText,
  likelyKind,
  sdkNames,
  serviceText,
  testText,
} from "./scaffold/templates.ts"

const models = createModels({
  read: (name) => readFileSync(new URL(`../src/models/data/${name}`, import.meta.url)),
})
const operation = (service: string, name: string) => models.loadModel(service).operations[name]!

test.each([
  ["sqs", "GetQueueUrl", "read"],
  ["sqs", "SendMessage", "write"],
  ["s3", "PutObject", "action"],
  ["s3", "GetObject", "action"],
  ["ec2", "DescribeVpcs", "read"],
])("%s %s is likely to be a %s", (service, name, kind) => {
  expect(likelyKind(operation(service, name))).toBe(kind)
})

test("a handler names its action, what is required and the declared errors", () => {
  const text = handlerText(models.loadModel("sqs"), operation("sqs", "GetQueueUrl"), {
    service: "sqs",
    noun: "",
  })
  expect(text).toContain(`import { op, type Out } from "../define.ts"`)
  expect(text).toContain(`export const GetQueueUrl = op.read("GetQueueUrl", {`)
  expect(text).toContain(`action: "sqs:GetQueueUrl"`)
  expect(text).toContain(`run(_tx, _input, _call): Out<"GetQueueUrl"> {`)
  expect(text).toContain("// Required: QueueName.")
  expect(text).toMatch(/Declared errors: .*QueueDoesNotExist/)
})

test("an action awaits", () => {
  const text = handlerText(models.loadModel("s3"), operation("s3", "PutObject"), {
    service: "s3",
    noun: "object",
  })
  expect(text).toContain(`from "../../define.ts"`)
  expect(text).toContain(`async run(_ctx, _input, _call): Promise<Out<"PutObject">> {`)
})

test("a test calls the operation with AWS's client and its required members", () => {
  const text = testText(models.loadModel("sqs"), operation("sqs", "SendMessageBatch"), {
    service: "sqs",
    noun: "",
  })
  expect(text).toContain(`import { SQSClient, SendMessageBatchCommand } from "@aws-sdk/client-sqs"`)
  expect(text).toContain(`import { createCloud } from "../../../index.ts"`)
  expect(text).toContain(`new SendMessageBatchCommand({ QueueUrl: "…", Entries: [] })`)
})

test("a new service gets its table of contents", () => {
  expect(serviceText(models.loadModel("secretsmanager"))).toContain(`id: "secretsmanager",`)
  expect(defineText(models.loadModel("cognito-idp"))).toContain(
    `import type { CognitoIdpModel } from "../../models/types/cognito-idp.ts"`,
  )
})

test.each([
  ["SQS", "SQSClient", "@aws-sdk/client-sqs"],
  ["Secrets Manager", "SecretsManagerClient", "@aws-sdk/client-secrets-manager"],
  [
    "Elastic Load Balancing v2",
    "ElasticLoadBalancingV2Client",
    "@aws-sdk/client-elastic-load-balancing-v2",
  ],
])("the SDK's names of %s", (serviceId, client, module) => {
  expect(sdkNames(serviceId)).toEqual({ client, module })
})
