import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { createModels } from "../models/load.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { members, smallModel } from "./testing/models.ts"
import { createValidator, unreadablePatterns } from "./validation.ts"

const MODELS = createModels({
  read: (name) => readFileSync(new URL(`../models/data/${name}`, import.meta.url)),
})

/** `Code: text` of the refusal, or "valid". */
function validate(service: string, operation: string, input: Values): string {
  const model = MODELS.loadModel(service)
  const call = { model, operation: model.operations[operation]!, protocol: model.protocols[0]! }
  try {
    createValidator()(call, input)
    return "valid"
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`
    throw error
  }
}

const long = (length: number) => "a".repeat(length)
const one = "1 validation error detected: "

const RETURN_VALUES =
  "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
const WRITE = {
  ...{ TableName: "abc", ReturnValues: "b" },
  ...{ ReturnConsumedCapacity: "a", ReturnItemCollectionMetrics: "c" },
}

// Every text is one that AWS answered, taken from public recordings (LocalStack's snapshots and
// the tests of dynalite, kinesalite and dynamodb-conformance, which ran against AWS), with shorter
// values.
test.each<[string, string, Values, string]>([
  [
    "sts",
    "AssumeRole",
    { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "Session1:2" },
    `ValidationException: ${one}Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  ],
  [
    "kinesis",
    "CreateStream",
    { StreamName: "", ShardCount: 1 },
    "ValidationException: 2 validation errors detected: Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    "kinesis",
    "AddTagsToStream",
    { StreamName: "a", Tags: { [long(129)]: "3", a: "1" } },
    `ValidationException: ${one}Value '{${long(129)}=3, a=1}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
  ],
  [
    "kinesis",
    "AddTagsToStream",
    { StreamName: "a", Tags: { a: long(257) } },
    `ValidationException: ${one}Value '{a=${long(257)}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`,
  ],
  [
    "dynamodb",
    "GetItem",
    {},
    "ValidationException: 2 validation errors detected: Value null at 'key' failed to satisfy constraint: Member must not be null; Value null at 'tableName' failed to satisfy constraint: Member must not be null",
  ],
  [
    "dynamodb",
    "PutItem",
    { TableName: "", Item: {}, ReturnValues: "hi" },
    `ValidationException: ${one}Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    "dynamodb",
    "PutItem",
    { TableName: "", ReturnValues: "hi" },
    `ValidationException: 3 validation errors detected: Value 'hi' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value null at 'item' failed to satisfy constraint: Member must not be null; Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    "dynamodb",
    "PutItem",
    { ...WRITE, Item: {} },
    `ValidationException: 3 validation errors detected: Value 'a' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; ${RETURN_VALUES}; Value 'c' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]`,
  ],
  [
    "dynamodb",
    "DeleteItem",
    { ...WRITE, Key: {} },
    `ValidationException: 2 validation errors detected: Value 'a' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; ${RETURN_VALUES}`,
  ],
  ["dynamodb", "UpdateItem", { ...WRITE, Key: {} }, `ValidationException: ${one}${RETURN_VALUES}`],
  [
    "dynamodb",
    "UpdateItem",
    { TableName: "abc", Key: {}, ConditionalOperator: "AN" },
    `ValidationException: ${one}Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]`,
  ],
  [
    "dynamodb",
    "Query",
    { TableName: "abc", ConditionalOperator: "AN", ReturnConsumedCapacity: "hi" },
    "ValidationException: Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]",
  ],
  [
    "dynamodb",
    "UpdateKinesisStreamingDestination",
    {
      TableName: "t",
      StreamArn: long(40),
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: "SECOND" },
    },
    `ValidationException: ${one}Value 'SECOND' at 'updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision' failed to satisfy constraint: Member must satisfy enum value set: [MILLISECOND, MICROSECOND]`,
  ],
  [
    "dynamodb",
    "ExecuteStatement",
    { Statement: "SELECT", Parameters: [] },
    `ValidationException: ${one}Value '[]' at 'parameters' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    "events",
    "CreateConnection",
    { Name: `${long(60)} with blanks`, AuthorizationType: "INVALID", AuthParameters: {} },
    `ValidationException: 3 validation errors detected: Value '${long(60)} with blanks' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value '${long(60)} with blanks' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64; Value 'INVALID' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]`,
  ],
  [
    "events",
    "PutTargets",
    { Rule: "r", Targets: [{ Id: "!@#$@!#$", Arn: "arn:aws:sqs" }] },
    `ValidationException: ${one}Value '!@#$@!#$' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
  ],
  [
    "kms",
    "TagResource",
    { KeyId: "k", Tags: [{ TagKey: long(129), TagValue: "" }] },
    `ValidationException: ${one}Value '${long(129)}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128`,
  ],
  [
    "kms",
    "Encrypt",
    { KeyId: "k", Plaintext: Buffer.alloc(4097) },
    `ValidationException: ${one}Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096`,
  ],
  [
    "lambda",
    "CreateFunction",
    {
      FunctionName: "f",
      Role: "arn:aws:iam::123456789012:role/r",
      Code: {},
      Architectures: ["X86_64"],
    },
    `ValidationException: ${one}Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]`,
  ],
  [
    "lambda",
    "CreateFunction",
    {
      FunctionName: "f",
      Role: "r1",
      Code: {},
    },
    `ValidationException: ${one}Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
  ],
  [
    "lambda",
    "UpdateAlias",
    {
      FunctionName: "f",
      Name: "a",
      RoutingConfig: { AdditionalVersionWeights: { 2: 2 } },
    },
    `ValidationException: ${one}Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]`,
  ],
  [
    "logs",
    "FilterLogEvents",
    { logGroupName: "g", limit: 10001 },
    `InvalidParameterException: ${one}Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000`,
  ],
  [
    "iam",
    "UpdateServiceSpecificCredential",
    { ServiceSpecificCredentialId: long(20), Status: "Invalid" },
    `ValidationException: ${one}Value at 'status' failed to satisfy constraint: Member must satisfy enum value set`,
  ],
  [
    "cloudformation",
    "DescribeStackEvents",
    { StackName: "*@da591fa3_$" },
    "valid", // Its pattern is not in the model.
  ],
  [
    "sns",
    "Publish",
    { Message: "m", MessageAttributes: { attr1: { StringValue: "v" } } },
    `ValidationException: ${one}Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null`,
  ],
  [
    "sns",
    "PublishBatch",
    {
      TopicArn: "t",
      PublishBatchRequestEntries: [{ Id: "1", Message: "m", MessageAttributes: { attr1: {} } }],
    },
    `ValidationException: ${one}Value null at 'publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null`,
  ],
  [
    "cloudwatch",
    "SetAlarmState",
    { AlarmName: "a", StateValue: "INVALID", StateReason: "test" },
    `ValidationException: ${one}Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
  ],
  [
    "apigateway",
    "UpdateMethodResponse",
    {
      restApiId: "r",
      resourceId: "s",
      httpMethod: "GET",
      statusCode: "wrong",
      patchOperations: [{ op: "wrong_op" }],
    },
    "ValidationException: 2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
  ],
  [
    "athena",
    "GetQueryResults",
    { QueryExecutionId: "q", NextToken: "", MaxResults: 0 },
    "InvalidRequestException: 2 validation errors detected: Value at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  ["sqs", "SendMessage", { MessageBody: "m" }, missing("QueueUrl.")],
  ["sqs", "SendMessage", { QueueUrl: "q" }, missing("MessageBody.")],
  ["sqs", "CreateQueue", {}, "valid"],
  ["sqs", "SendMessageBatch", { QueueUrl: "q" }, "valid"],
  ["ec2", "CreateImage", { Name: "n" }, missing("InstanceId")],
  ["s3", "CreateBucket", {}, "valid"],
  ["sts", "GetCallerIdentity", {}, "valid"],
])("%s %s %#", (service, operation, input, answer) => {
  expect(validate(service, operation, input)).toBe(answer)
})

function missing(parameter: string): string {
  return `MissingParameter: The request must contain the parameter ${parameter}`
}

test("no message tells more than ten errors", () => {
  const Records = Array.from({ length: 20 }, () => ({ Data: Buffer.alloc(0), PartitionKey: "" }))
  const answer = validate("kinesis", "PutRecords", { StreamName: "s", Records })
  expect(answer).toContain("10 validation errors detected: Value '' at 'records.1.member.part")
  expect(answer.split("; ")).toHaveLength(10)
})

test("structures, blobs, doubles and times are shown as Java shows them", () => {
  const model = smallModel({
    Thing: { type: "structure", members: { Items: { shape: "Items" } } },
    Items: { type: "list", member: { shape: "Item" }, max: 1 },
    Item: {
      type: "structure",
      members: members({
        Name: "String",
        Secret: "Secret",
        Ratio: "Double",
        Data: "Blob",
        At: "Timestamp",
      }),
    },
    Secret: { type: "string", sensitive: true },
  })
  const call = { model, operation: model.operations["Do"]!, protocol: "json" as const }
  const item = { Secret: "s3cret", Ratio: 1e10, Data: Buffer.from("abc"), At: 1398796238000 }
  expect(() => createValidator()(call, { Items: [item, {}] })).toThrow(
    "Value '[Item(name=null, secret=***, ratio=1.0E10, data=java.nio.HeapByteBuffer[pos=0 lim=3 cap=3], at=Tue Apr 29 18:30:38 UTC 2014), Item(name=null, secret=null, ratio=null, data=null, at=null)]' at 'items' failed to satisfy constraint: Member must have length less than or equal to 1",
  )
})

test("a shape that contains itself is checked at every depth", () => {
  const model = smallModel({
    Thing: {
      type: "structure",
      members: { Inner: { shape: "Thing" }, List: { shape: "List" }, Text: { shape: "Short" } },
    },
    List: { type: "list", member: { shape: "Thing" } },
    Short: { type: "string", max: 1 },
  })
  const call = { model, operation: model.operations["Do"]!, protocol: "json" as const }
  const check = createValidator()
  expect(() => check(call, { Inner: { List: [{}, { Inner: { Text: "ab" } }] } })).toThrow(
    "Value 'ab' at 'inner.list.2.member.inner.text'",
  )
  expect(() => check(call, { Inner: { List: [{ Inner: { Text: "a" } }] } })).not.toThrow()
})

test("every pattern of every service can be checked", () => {
  const unreadable = MODELS.serviceIndex().services.flatMap((service) =>
    unreadablePatterns(MODELS.loadModel(service.id)).map((pattern) => `${service.id} ${pattern}`),
  )
  expect(unreadable).toEqual([])
})
