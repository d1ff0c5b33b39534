import { expect, test } from "vitest"
import { parsePolicy, type PolicyKind } from "./document.ts"
import { ALLOW, policyText, type Said } from "./testing/case.ts"

const BUCKET = "arn:aws:s3:::photos"
const LIST: Said = { Effect: "Allow", Action: "s3:ListBucket", Resource: BUCKET }
const SYNTAX = "Syntax errors in policy."
const LEGACY = "The policy failed legacy parsing"
const PREFACE = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
const ONE_COLON = "Actions/Condition can contain only one colon."

function refusal(text: string, kind: PolicyKind = "identity"): string {
  try {
    parsePolicy(text, { kind })
    return "accepted"
  } catch (error) {
    return (error as Error).message
  }
}
const without = (name: string): Said => {
  const { [name]: _gone, ...rest } = LIST
  return rest
}
const condition = (Condition: unknown): Said => ({ ...LIST, Condition })

test.each([
  ["text", "no json", SYNTAX],
  ["a list", "[]", SYNTAX],
  ["no statement", '{"Version":"2012-10-17"}', SYNTAX],
  ["an empty list", policyText([]), SYNTAX],
  ["another version", policyText([LIST], "2013-10-17"), SYNTAX],
  ["another member", `{"Extra":1,"Statement":${JSON.stringify(LIST)}}`, SYNTAX],
  ["an id that is no text", `{"Id":{},"Statement":${JSON.stringify(LIST)}}`, SYNTAX],
  ["a member twice", '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', SYNTAX],
  ["a member twice, escaped", '{"Id":"a","I\\u0064":"a","Statement":[]}', SYNTAX],
  ["deep nesting", "[".repeat(100_000), SYNTAX],
  ["a name of Object", `{"__proto__":{},"Statement":${JSON.stringify(LIST)}}`, SYNTAX],
])("%s is refused", (_what, text, reason) => expect(refusal(text)).toBe(reason))

// Recorded by moto's tests of CreatePolicy.
test.each<[Said, string]>([
  [{ ...LIST, Extra: 1 }, SYNTAX],
  [{ ...LIST, Effect: "Perhaps" }, SYNTAX],
  [{ ...LIST, Effect: "allow" }, LEGACY],
  [{ ...LIST, Sid: {} }, SYNTAX],
  [{ ...LIST, NotAction: "s3:*" }, SYNTAX],
  [{ ...LIST, NotResource: "*" }, SYNTAX],
  [{ ...LIST, Action: {} }, SYNTAX],
  [{ ...LIST, Action: [[]] }, SYNTAX],
  [without("Effect"), SYNTAX],
  [without("Action"), "Policy statement must contain actions."],
  [{ ...LIST, Action: [] }, "Policy statement must contain actions."],
  [without("Resource"), "Policy statement must contain resources."],
  [{ ...LIST, Resource: [] }, "Policy statement must contain resources."],
  [{ ...LIST, Action: "invalid" }, PREFACE],
  [{ ...LIST, Action: "a a:ListBucket" }, "Vendor a a is not valid"],
  [{ ...LIST, Action: "s3:List:Bucket" }, ONE_COLON],
  [{ ...LIST, Resource: "photos" }, 'Resource photos must be in ARN format or "*".'],
  [{ ...LIST, Resource: "" }, 'Resource  must be in ARN format or "*".'],
  [
    { ...LIST, Action: "s:3:List", Resource: "photos" },
    'Resource photos must be in ARN format or "*".',
  ],
  [{ ...LIST, Resource: "a:b:c" }, 'Partition "b" is not valid for resource "arn:b:c:*:*:*".'],
  [
    { ...LIST, Resource: "aws:s3:::photos" },
    'Partition "s3" is not valid for resource "arn:s3:::photos:*".',
  ],
  [
    { ...LIST, Resource: "arn:aws" },
    "Resource vendor must be fully qualified and cannot contain regexes.",
  ],
  [{ ...LIST, Resource: "arn:aws:s3::photos" }, LEGACY],
  [{ ...without("Action"), Resource: "arn:aws:s3::photos" }, LEGACY],
  [{ ...LIST, Resource: "arn:aws::::photos" }, LEGACY],
  [{ ...LIST, Resource: "arn:aws::photos" }, LEGACY],
  [
    { ...LIST, Resource: "arn:aws:iam:us-east-1::user/a" },
    "IAM resource arn:aws:iam:us-east-1::user/a cannot contain region information.",
  ],
  [
    { ...LIST, Resource: "arn:aws:s3:us-east-1::photos" },
    "Resource arn:aws:s3:us-east-1::photos can not contain region information.",
  ],
  [condition([]), SYNTAX],
  [condition("a"), SYNTAX],
  [condition({ a: "b" }), SYNTAX],
  [condition({ x: { a: "1" } }), SYNTAX],
  [condition({ constructor: { a: "1" } }), SYNTAX],
  [condition({ "ForAnyValue::StringEquals": { a: "1" } }), SYNTAX],
  [condition({ NullIfExists: { a: "true" } }), SYNTAX],
  [condition({ DateGreaterThan: { a: {} } }), SYNTAX],
  [condition({ DateGreaterThan: { a: "soon" } }), LEGACY],
  [condition({ DateLessThan: { a: "9223372036854775808" } }), LEGACY],
  [condition({ DateLessThanEquals: { a: "234-13" } }), LEGACY],
  [{ ...LIST, Principal: "*" }, "Policy document should not specify a principal."],
])("%j is refused", (said, reason) => expect(refusal(policyText([said]))).toBe(reason))

test.each<Said>([
  { ...LIST, Action: "iam: with blanks " },
  { ...LIST, Action: "s3.s:ListBucket" },
  { ...LIST, Action: "nothing-like-it:ListBucket" },
  { ...LIST, Resource: "arn:aws:iam:::user/a" },
  { ...LIST, Resource: "arn:aws:fdsasf" },
  { ...LIST, Resource: "arn:aws:nothing-like-it:us-east-1::x" },
  condition({}),
  condition({ a: {}, b: {} }),
  condition({ DateGreaterThan: { a: [] } }),
  condition({ DateGreaterThan: { a: "01T" } }),
  condition({ DateLessThanEquals: { a: "2016-12-13t2:00:00.593194+23" } }),
  condition({ DateLessThan: { a: "-292275054" } }),
  condition({ "ForAnyValue:StringEqualsIfExists": { a: "x" } }),
])("%j is accepted", (said) => expect(refusal(policyText([said]))).toBe("accepted"))

test("statement ids are unique, and told before what else is wrong", () => {
  const twice = [
    { ...LIST, Sid: "a" },
    { Sid: "a", Effect: "Allow" },
  ]
  expect(refusal(policyText(twice))).toBe("Statement IDs (SID) in a single policy must be unique.")
  // Recorded by moto's tests of CreatePolicy.
  expect(refusal(policyText(twice.map(() => ({ ...LIST, Sid: "" }))))).toBe("accepted")
})

test.each<[PolicyKind, Said, string]>([
  ["resource", LIST, "Missing required field Principal"],
  ["resource", { ...LIST, Principal: { AWS: "bob" } }, 'Invalid principal in policy: "AWS":"bob"'],
  [
    "resource",
    { ...LIST, Principal: { AWS: "arn:aws:iam::111111111111:group/all" } },
    'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:group/all"',
  ],
  [
    "resource",
    { ...LIST, Principal: { AWS: "arn:aws:iam::111111111111:user/*" } },
    'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/*"',
  ],
  ["resource", { ...LIST, Principal: { Nobody: "x" } }, SYNTAX],
  ["resource", { ...LIST, Principal: { AWS: ["111111111111", "*"] } }, "accepted"],
  ["resource", { ...LIST, NotPrincipal: { Service: "sns.amazonaws.com" } }, "accepted"],
  ["trust", { ...LIST, Principal: "*" }, "Has prohibited field Resource"],
  [
    "trust",
    {
      ...{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity" },
      Principal: { Federated: "arn:aws:iam::aws:oidc-provider/" },
    },
    "Federated principals must be valid domain names or SAML metadata ARNs",
  ],
  [
    "trust",
    { Effect: "Deny", NotPrincipal: { AWS: "123456789012" }, Action: "sts:AssumeRole" },
    "Has prohibited field NotPrincipal",
  ],
  [
    "trust",
    { Effect: "Allow", Action: "s3:*", Principal: "*" },
    "AssumeRole policy may only specify STS AssumeRole actions.",
  ],
  ["trust", { Effect: "Allow", Principal: "*" }, "Missing required field Action"],
  ["trust", { Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" }, "accepted"],
  ["rcp", { ...LIST, Principal: { AWS: "111111111111" } }, SYNTAX],
  ["rcp", { ...LIST, Principal: "*" }, "accepted"],
  ["endpoint", { ...LIST, Principal: "*" }, "accepted"],
  ["scp", { ...LIST, Principal: "*" }, "Policy document should not specify a principal."],
])("a %s policy with %j", (kind, said, reason) =>
  expect(refusal(policyText([said]), kind)).toBe(reason),
)

test("size counts without blanks; managed policies need the latest version", () => {
  const text = policyText([ALLOW])
  const parse = (given: string, maxCharacters: number) => () =>
    parsePolicy(given, { kind: "identity", maxCharacters })
  expect(parse(` ${text}\n `, text.length)).not.toThrow()
  expect(parse(text, text.length - 1)).toThrow("Maximum policy size of")
  const old = policyText([ALLOW], "2008-10-17")
  expect(refusal(old)).toBe("accepted")
  expect(() => parsePolicy(old, { kind: "identity", latestVersion: true })).toThrow(
    "Policy document must be version 2012-10-17 or greater.",
  )
})
