import { expect, test } from "vitest"
import type { PolicyType } from "./issue.ts"
import { validatePolicy } from "./validate-policy.ts"

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
const statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE }
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ ...statement, ...one })),
  })
const codes = (text: string, type: PolicyType = "IDENTITY_POLICY", trust = false): string[] =>
  validatePolicy(text, type, trust).map(
    ({ findingType, issueCode }) => `${findingType} ${issueCode}`,
  )

test("a policy without faults has no findings", () => {
  expect(codes(policy({ Sid: "Send" }))).toEqual([])
  expect(codes(policy({ Principal: { AWS: "123456789012" } }), "RESOURCE_POLICY")).toEqual([])
})

const condition = (Condition: object) => policy({ Condition })

test.each<[string, string, string[]]>([
  ["no JSON", "{", ["ERROR JSON_SYNTAX_ERROR"]],
  ["no object", "[]", ["ERROR DATA_TYPE_MISMATCH"]],
  ["nothing in it", "{}", ["WARNING MISSING_VERSION", "ERROR MISSING_STATEMENT"]],
  [
    "another version",
    JSON.stringify({ Version: "2020-01-01", Statement: statement }),
    ["ERROR INVALID_VERSION"],
  ],
  ["an unknown element", policy({ Color: "red" }), ["ERROR INVALID_POLICY_ELEMENT"]],
  ["no effect", policy({ Effect: undefined }), ["ERROR MISSING_EFFECT"]],
  ["another effect", policy({ Effect: "allow" }), ["ERROR INVALID_EFFECT"]],
  ["no action", policy({ Action: undefined }), ["ERROR MISSING_ACTION"]],
  ["no resource", policy({ Resource: undefined }), ["ERROR MISSING_RESOURCE"]],
  [
    "two kinds of actions",
    policy({ NotAction: "sqs:*" }),
    ["ERROR UNSUPPORTED_ELEMENT_COMBINATION"],
  ],
  ["a principal", policy({ Principal: "*" }), ["ERROR UNSUPPORTED_PRINCIPAL"]],
  ["an unknown action", policy({ Action: "sqs:Sing" }), ["ERROR INVALID_ACTION"]],
  ["an unknown service", policy({ Action: "sing:*" }), ["ERROR INVALID_SERVICE_IN_ACTION"]],
  ["a number for a text", policy({ Action: 1 }), ["ERROR DATA_TYPE_MISMATCH"]],
  ["no actions in a list", policy({ Action: [] }), ["SUGGESTION EMPTY_ARRAY_ACTION"]],
  [
    "an action twice",
    policy({ Action: ["sqs:Send*", "sqs:SendMessage"] }),
    ["SUGGESTION REDUNDANT_ACTION"],
  ],
  ["a resource twice", policy({ Resource: [QUEUE, QUEUE] }), ["SUGGESTION REDUNDANT_RESOURCE"]],
  ["no ARN", policy({ Resource: "queue:a" }), ["ERROR INVALID_ARN_PREFIX"]],
  ["a short ARN", policy({ Resource: "arn:aws:sqs:x" }), ["ERROR MISSING_ARN_FIELD"]],
  [
    "an unknown partition",
    policy({ Resource: QUEUE.replace("aws", "moon") }),
    ["ERROR INVALID_PARTITION"],
  ],
  [
    "a short account",
    policy({ Resource: QUEUE.replace("9012", "") }),
    ["ERROR INVALID_ARN_ACCOUNT"],
  ],
  [
    "a service in capitals",
    policy({ Resource: QUEUE.replace("sqs", "SQS") }),
    ["ERROR INVALID_ARN_SERVICE_CASE"],
  ],
  [
    "a Region where there is none",
    policy({ Action: "iam:GetUser", Resource: "arn:aws:iam:us-east-1:123456789012:user/a" }),
    ["ERROR ARN_REGION_NOT_ALLOWED"],
  ],
  [
    "a resource that the service has not",
    policy({ Action: "iam:GetUser", Resource: "arn:aws:iam::123456789012:planet/a" }),
    ["ERROR INVALID_ARN_RESOURCE"],
  ],
  ["ids twice", policy({ Sid: "A" }, { Sid: "A" }), ["ERROR UNIQUE_SIDS_REQUIRED"]],
  ["an id with blanks", policy({ Sid: "A b" }), ["ERROR UNSUPPORTED_SID"]],
  ["an empty id", policy({ Sid: "" }), ["SUGGESTION EMPTY_SID_VALUE"]],
  ["no conditions", condition({}), ["SUGGESTION EMPTY_OBJECT_CONDITION"]],
  [
    "an unknown operator",
    condition({ Is: { "aws:userid": "a" } }),
    ["ERROR INVALID_CONDITION_OPERATOR"],
  ],
  [
    "Null that may be missing",
    condition({ NullIfExists: { "aws:userid": "true" } }),
    ["ERROR NULL_WITH_IF_EXISTS"],
  ],
  [
    "an unknown key",
    condition({ StringEquals: { "aws:Color": "red" } }),
    ["ERROR INVALID_GLOBAL_CONDITION_KEY"],
  ],
  [
    "an unknown key of a service",
    condition({ StringEquals: { "sqs:Color": "red" } }),
    ["ERROR INVALID_SERVICE_CONDITION_KEY"],
  ],
  [
    "a key without service",
    condition({ StringEquals: { color: "red" } }),
    ["ERROR INVALID_CONDITION_KEY_FORMAT"],
  ],
  [
    "no values",
    condition({ StringEquals: { "aws:userid": [] } }),
    ["SUGGESTION EMPTY_ARRAY_CONDITION"],
  ],
  [
    "a key twice",
    condition({ StringEquals: { "aws:userid": "a", "aws:UserId": "b" } }),
    ["ERROR DUPLICATE_KEYS_WITH_DIFFERENT_CASE"],
  ],
  ["another type", condition({ NumericEquals: { "aws:userid": "1" } }), ["WARNING TYPE_MISMATCH"]],
  [
    "many values without a qualifier",
    condition({ StringEquals: { "aws:TagKeys": "a" } }),
    ["ERROR MISSING_QUALIFIER"],
  ],
  [
    "a qualifier for one value",
    condition({ "ForAllValues:StringEquals": { "aws:userid": "a" } }),
    ["SECURITY_WARNING FORALLVALUES_WITH_SINGLE_VALUED_KEY"],
  ],
  [
    "true and false",
    condition({ Bool: { "aws:SecureTransport": ["true", "false"] } }),
    ["ERROR INVALID_CONDITION_MULTIPLE_BOOLEAN"],
  ],
  [
    "a star that is none",
    condition({ StringEquals: { "aws:userid": "a*" } }),
    ["WARNING WILDCARD_WITHOUT_LIKE_OPERATOR"],
  ],
  [
    "no address",
    condition({ IpAddress: { "aws:SourceIp": "here" } }),
    ["ERROR INVALID_IP_ADDRESS"],
  ],
  [
    "no date",
    condition({ DateLessThan: { "aws:CurrentTime": "soon" } }),
    ["WARNING INVALID_DATE_VALUE"],
  ],
  [
    "a variable in a number",
    condition({ NumericLessThan: { "aws:MultiFactorAuthAge": "${aws:userid}" } }),
    ["ERROR INVALID_VARIABLE_FOR_OPERATOR"],
  ],
  [
    "all roles to pass",
    policy({ Action: "iam:PassRole", Resource: "*" }),
    ["SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_RESOURCE"],
  ],
  [
    "everything allowed",
    policy({ Action: "*", Resource: "*" }),
    [
      "SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
      "WARNING CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    ],
  ],
  [
    "all roles to pass to one service",
    policy({
      Action: "iam:PassRole",
      Resource: "*",
      Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    }),
    [],
  ],
  ["everything denied", policy({ Effect: "Deny", Action: "*", Resource: "*" }), []],
  [
    "a long policy",
    policy({ Resource: `${QUEUE}${"x".repeat(6_200)}` }),
    ["WARNING POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"],
  ],
])("an identity policy with %s", (_what, text, found) => {
  expect(codes(text)).toEqual(found)
})

test.each<[string, object, string[]]>([
  ["no principal", {}, ["ERROR MISSING_PRINCIPAL"]],
  ["a text for a principal", { Principal: "all" }, ["ERROR INVALID_PRINCIPAL_FORMAT"]],
  ["another kind of principal", { Principal: { Cat: "a" } }, ["ERROR INVALID_PRINCIPAL_KEY"]],
  [
    "a star in a principal",
    { Principal: { AWS: "1*" } },
    ["ERROR UNSUPPORTED_WILDCARD_IN_PRINCIPAL"],
  ],
  [
    "everybody else allowed",
    { NotPrincipal: { AWS: "123456789012" } },
    ["SECURITY_WARNING ALLOW_WITH_NOT_PRINCIPAL"],
  ],
])("a resource policy with %s", (_what, more, found) => {
  expect(codes(policy(more), "RESOURCE_POLICY")).toEqual(found)
})

test("a variable of an old policy is text", () => {
  const Resource = "arn:aws:sqs:us-east-1:123456789012:${aws:username}"
  const old = { Version: "2008-10-17", Statement: { ...statement, Resource } }
  expect(codes(JSON.stringify(old))).toEqual(["ERROR VARIABLE_UNSUPPORTED_IN_VERSION"])
})

test("a trust policy needs no resource", () => {
  const trust = {
    Principal: { AWS: "123456789012" },
    Action: "sts:AssumeRole",
    Resource: undefined,
  }
  expect(codes(policy(trust), "RESOURCE_POLICY", true)).toEqual([])
  expect(codes(policy(trust), "RESOURCE_POLICY")).toEqual(["ERROR MISSING_RESOURCE"])
})

test("a finding tells its place by path, line, column and offset, and where to read more", () => {
  const text = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:Sing"], "Resource": "*" }
  ]
}`
  const offset = text.indexOf('"sqs:Sing"')
  expect(validatePolicy(text, "IDENTITY_POLICY")).toEqual([
    {
      findingDetails: "The action sqs:Sing does not exist.",
      findingType: "ERROR",
      issueCode: "INVALID_ACTION",
      learnMoreLink:
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action",
      locations: [
        {
          path: [{ value: "Statement" }, { index: 0 }, { value: "Action" }, { index: 1 }],
          span: {
            start: { line: 4, column: 55, offset },
            end: { line: 4, column: 65, offset: offset + 10 },
          },
        },
      ],
    },
  ])
})

test("an unknown element is told by its key", () => {
  const [issue] = validatePolicy(policy({ Color: "red" }), "IDENTITY_POLICY")
  expect(issue?.locations[0]?.path).toEqual([
    { value: "Statement" },
    { index: 0 },
    { key: "Color" },
  ])
})

test.each(["", "{,}", '{"a":}', '{"a" 1}', "[1,]", '"\\x"', "01", "nul", "{} {}", "[".repeat(50)])(
  "%j is no JSON",
  (text) => {
    expect(codes(text)).toEqual(["ERROR JSON_SYNTAX_ERROR"])
  },
)
