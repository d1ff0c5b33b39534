import type { ContextValue } from "../../context.ts"
import type { Case } from "../case.ts"

const NO = "no identity"
const YES = "allow"
type Value = ContextValue | undefined

/** One condition on the key `x:key`: operator, values of the policy, value of the request. */
const when = (operator: string, wanted: unknown, given: Value, expect: string): Case => ({
  title: `${operator} ${JSON.stringify(wanted)} of ${JSON.stringify(given) ?? "nothing"}: ${expect}`,
  identity: [
    { Effect: "Allow", Action: "*", Resource: "*", Condition: { [operator]: { "x:key": wanted } } },
  ],
  context: given === undefined ? {} : { "X:Key": given },
  expect,
})
const ROLE = "arn:aws:iam::111111111111:role/team/worker"

const texts: readonly Case[] = [
  when("StringEquals", "a", "a", YES),
  when("StringEquals", "a", "A", NO),
  when("StringEquals", "a*", "ab", NO),
  when("StringEquals", ["a", "b"], "b", YES),
  when("StringEquals", [], "b", NO),
  when("StringEquals", "a", undefined, NO),
  when("StringEquals", "true", "true", YES),
  when("StringEquals", true, "true", YES),
  when("StringEquals", 5, "5", YES),
  when("stringequals", "a", "a", YES),
  when("StringEqualsIfExists", "a", undefined, YES),
  when("StringEqualsIfExists", "a", "b", NO),
  when("StringNotEquals", "a", "b", YES),
  when("StringNotEquals", "a", "a", NO),
  when("StringNotEquals", ["a", "b"], "b", NO),
  when("StringNotEquals", "a", undefined, YES),
  when("StringNotEqualsIfExists", "a", "a", NO),
  when("StringEqualsIgnoreCase", "AbC", "aBc", YES),
  when("StringEqualsIgnoreCase", "a", "b", NO),
  when("StringNotEqualsIgnoreCase", "AbC", "aBc", NO),
  when("StringNotEqualsIgnoreCase", "a", undefined, YES),
  when("StringLike", "a*", "abc", YES),
  when("StringLike", "*b*", "abc", YES),
  when("StringLike", "a?c", "abc", YES),
  when("StringLike", "a?c", "ac", NO),
  when("StringLike", "A*", "abc", NO),
  when("StringLike", "", "", YES),
  when("StringLike", "*", "", YES),
  when("StringLike", "*", undefined, NO),
  when("StringLikeIfExists", "*", undefined, YES),
  when("StringNotLike", "a*", "abc", NO),
  when("StringNotLike", "a*", "xbc", YES),
  when("StringNotLike", "a*", undefined, YES),
  when("Bool", "true", "true", YES),
  when("Bool", true, "TRUE", YES),
  when("Bool", "false", "true", NO),
  when("Bool", "false", undefined, NO),
  when("BoolIfExists", "false", undefined, YES),
  when("BinaryEquals", "QmluYXJ5", "QmluYXJ5", YES),
  when("BinaryEquals", "QmluYXJ5", "qmluYXJ5", NO),
]

const numbers: readonly Case[] = [
  when("NumericEquals", "10", "10.0", YES),
  when("NumericEquals", 10, "10", YES),
  when("NumericEquals", "10", "11", NO),
  when("NumericEquals", "ten", "10", NO),
  when("NumericNotEquals", "10", "11", YES),
  when("NumericNotEquals", "10", undefined, YES),
  when("NumericLessThan", "10", "9", YES),
  when("NumericLessThan", "10", "10", NO),
  when("NumericLessThanEquals", "10", "10", YES),
  when("NumericGreaterThan", "10", "10", NO),
  when("NumericGreaterThan", "10", "100", YES),
  when("NumericGreaterThanEquals", "10", "10", YES),
  when("NumericGreaterThan", "10", "x", NO),
  when("NumericGreaterThan", "10", undefined, NO),
  when("NumericGreaterThanIfExists", "10", undefined, YES),
]

const NOON = "2026-03-01T12:00:00Z"
const dates: readonly Case[] = [
  when("DateEquals", NOON, "2026-03-01T13:00:00+01:00", YES),
  when("DateEquals", "1772366400", NOON, YES),
  when("DateNotEquals", NOON, NOON, NO),
  when("DateNotEquals", NOON, undefined, YES),
  when("DateLessThan", NOON, "2026-03-01T11:59:59Z", YES),
  when("DateLessThan", NOON, NOON, NO),
  when("DateLessThanEquals", NOON, NOON, YES),
  when("DateGreaterThan", "2026-03-01", NOON, YES),
  when("DateGreaterThan", "2026", NOON, YES),
  when("DateGreaterThan", "2027-01", NOON, NO),
  when("DateGreaterThanEquals", NOON, "1772366400", YES),
  when("DateLessThan", NOON, "soon", NO),
  when("DateLessThan", NOON, undefined, NO),
]

const addresses: readonly Case[] = [
  when("IpAddress", "203.0.113.0/24", "203.0.113.77", YES),
  when("IpAddress", "203.0.113.0/24", "203.0.114.1", NO),
  when("IpAddress", "203.0.113.7", "203.0.113.7", YES),
  when("IpAddress", "203.0.113.7", "203.0.113.8", NO),
  when("IpAddress", "203.0.113.128/25", "203.0.113.127", NO),
  when("IpAddress", "0.0.0.0/0", "198.51.100.1", YES),
  when("IpAddress", "0.0.0.0/0", "2001:db8::1", NO),
  when("IpAddress", ["10.0.0.0/8", "::1"], "::1", YES),
  when("IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678:9::1", YES),
  when("IpAddress", "2001:db8::/33", "2001:db8:8000::", NO),
  when("IpAddress", "127.0.0.1", "::ffff:127.0.0.1", YES),
  when("IpAddress", "10.0.0.0/99", "10.0.0.1", NO),
  when("IpAddress", "10.0.0.0/8", "ten", NO),
  when("IpAddress", "10.0.0.0/8", undefined, NO),
  when("NotIpAddress", "10.0.0.0/8", "10.1.2.3", NO),
  when("NotIpAddress", "10.0.0.0/8", "11.1.2.3", YES),
  when("NotIpAddress", "10.0.0.0/8", undefined, YES),
]

const arns: readonly Case[] = [
  when("ArnEquals", ROLE, ROLE, YES),
  when("ArnEquals", "arn:aws:iam::*:role/*", ROLE, YES),
  when("ArnLike", "arn:aws:iam::111111111111:role/*", ROLE, YES),
  when("ArnLike", "arn:aws:iam::222222222222:role/*", ROLE, NO),
  when("ArnLike", "arn:aws:*:role/*", ROLE, NO),
  when("ArnLike", "arn:*:iam::*:*worker", ROLE, YES),
  when("ArnLike", ROLE, "worker", NO),
  when("ArnLike", ROLE, undefined, NO),
  when("ArnNotLike", "arn:aws:iam::*:role/*", ROLE, NO),
  when("ArnNotEquals", "arn:aws:iam::*:user/*", ROLE, YES),
  when("ArnNotEquals", ROLE, undefined, YES),
  when("ArnLikeIfExists", ROLE, undefined, YES),
]

const sets: readonly Case[] = [
  when("Null", "true", undefined, YES),
  when("Null", "true", "x", NO),
  when("Null", "false", "x", YES),
  when("Null", false, undefined, NO),
  when("Null", "true", [], YES),
  when("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], YES),
  when("ForAllValues:StringEquals", ["a", "b"], ["a"], YES),
  when("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], NO),
  when("ForAllValues:StringEquals", "a", undefined, YES),
  when("ForAllValues:StringEquals", "a", [], YES),
  when("ForAllValues:StringEquals", "a", "", YES),
  when("ForAllValues:StringLike", "a*", ["ab", "ac"], YES),
  when("ForAllValues:StringNotEquals", "a", ["b", "c"], YES),
  when("ForAllValues:StringNotEquals", "a", ["a", "c"], NO),
  when("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], YES),
  when("ForAnyValue:StringEquals", "a", ["b"], NO),
  when("ForAnyValue:StringEquals", "a", undefined, NO),
  when("ForAnyValue:StringEquals", "a", [], NO),
  when("ForAnyValue:StringEqualsIfExists", "a", undefined, NO),
  when("ForAnyValue:StringNotEquals", "a", ["a", "b"], YES),
  when("ForAnyValue:StringNotEquals", "a", ["a"], NO),
  when("ForAnyValue:StringNotEquals", "a", undefined, NO),
  when("ForAnyValue:StringLike", "a?", ["x", "ab"], YES),
  when("ForAllValues:ArnLike", "arn:aws:iam::*:role/*", [ROLE], YES),
  when("StringEquals", "a", ["a", "b"], YES),
  when("StringNotEquals", "a", ["a", "b"], NO),
  when("StringEquals", "a", [], NO),
]

const HOME = "arn:aws:s3:::home"
const at = (
  Resource: string,
  resource: string,
  expect: string,
  more: Partial<Case> = {},
): Case => ({
  title: `${Resource} and ${resource}${more.version ? ` (${more.version})` : ""}`,
  identity: [{ Effect: "Allow", Action: "*", Resource }],
  context: { "aws:username": "ann", "aws:PrincipalTag/Team": "blue", "x:many": ["a", "b"] },
  resource,
  expect,
  ...more,
})
const like = (operator: string, wanted: string, given: string, expect: string): Case => ({
  ...when(operator, wanted, given, expect),
  context: { "x:key": given, "aws:username": "ann", "x:star": "*" },
})

const variables: readonly Case[] = [
  at(`${HOME}/\${aws:username}/*`, `${HOME}/ann/x`, YES),
  at(`${HOME}/\${aws:username}/*`, `${HOME}/bob/x`, NO),
  at(`${HOME}/\${AWS:UserName}`, `${HOME}/ann`, YES),
  at(`${HOME}/\${aws:PrincipalTag/team}`, `${HOME}/blue`, YES),
  at(`${HOME}/\${aws:userid}`, `${HOME}/`, NO),
  at(`${HOME}/\${aws:userid, 'none'}`, `${HOME}/none`, YES),
  at(`${HOME}/\${aws:username, 'none'}`, `${HOME}/none`, NO),
  at(`${HOME}/\${x:many}`, `${HOME}/a`, NO),
  at(`${HOME}/\${*}`, `${HOME}/*`, YES),
  at(`${HOME}/\${*}`, `${HOME}/x`, NO),
  at(`${HOME}/\${?}\${$}`, `${HOME}/?$`, YES),
  at(`${HOME}/\${aws:username`, `${HOME}/\${aws:username`, YES),
  at("arn:aws:s3:::${aws:username}-${aws:PrincipalTag/team}*", "arn:aws:s3:::ann-blue7", YES),
  at(`${HOME}/\${aws:username}`, `${HOME}/ann`, NO, { version: "2008-10-17" }),
  at(`${HOME}/\${aws:username}`, `${HOME}/\${aws:username}`, YES, { version: "2008-10-17" }),
  like("StringEquals", "${aws:username}", "ann", YES),
  like("StringEquals", "${aws:username}", "bob", NO),
  like("StringEquals", "${aws:nothing}", "", NO),
  like("StringNotEquals", "${aws:nothing}", "x", YES),
  like("StringEqualsIgnoreCase", "X-${aws:UserName}", "x-ANN", YES),
  like("StringLike", "${aws:username}/*", "ann/x", YES),
  like("StringLike", "${x:star}", "anything", NO),
  like("StringLike", "${x:star}", "*", YES),
  like("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/ann", YES),
  like("NumericEquals", "${aws:username}", "ann", NO),
]

const several = (Condition: unknown, expect: string): Case => ({
  title: `conditions ${JSON.stringify(Condition)}`,
  identity: [{ Effect: "Allow", Action: "*", Resource: "*", Condition }],
  context: { "x:a": "1", "x:b": "2" },
  expect,
})

const together: readonly Case[] = [
  several({}, YES),
  several({ StringEquals: {} }, YES),
  several({ StringEquals: { "x:a": "1", "x:b": "2" } }, YES),
  several({ StringEquals: { "x:a": "1", "x:b": "3" } }, NO),
  several({ StringEquals: { "x:a": "1" }, NumericLessThan: { "x:b": "3" } }, YES),
  several({ StringEquals: { "x:a": "1" }, NumericLessThan: { "x:b": "2" } }, NO),
  several({ StringEquals: { ["__proto__"]: "1" } }, NO),
  several({ StringEquals: { constructor: "1" } }, NO),
]

const DENIED = "deny identity"
const guard = (
  Condition: unknown,
  context: Record<string, ContextValue>,
  expect: string,
): Case => ({
  title: `a Deny under ${JSON.stringify(Condition)} of ${JSON.stringify(context)}`,
  identity: [
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "*", Resource: "*", Condition },
  ],
  context,
  expect,
})

const guards: readonly Case[] = [
  guard({ Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "false" }, DENIED),
  guard({ Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "true" }, YES),
  guard(
    { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1"] } },
    { "aws:RequestedRegion": "us-east-1" },
    DENIED,
  ),
  guard(
    { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1"] } },
    { "aws:RequestedRegion": "eu-west-1" },
    YES,
  ),
  guard({ Null: { "aws:RequestTag/cost": "true" } }, {}, DENIED),
  guard({ Null: { "aws:RequestTag/cost": "true" } }, { "aws:RequestTag/Cost": "7" }, YES),
  guard({ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, {}, DENIED),
  guard({ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, { "aws:SourceVpce": "vpce-1" }, YES),
  guard({ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } }, {}, DENIED),
  guard({ Bool: { "aws:MultiFactorAuthPresent": "false" } }, {}, YES),
  guard(
    { "ForAnyValue:StringEquals": { "aws:TagKeys": ["secret"] } },
    { "aws:TagKeys": ["a", "secret"] },
    DENIED,
  ),
  guard(
    { "ForAllValues:StringNotEquals": { "aws:TagKeys": ["secret"] } },
    { "aws:TagKeys": ["a", "secret"] },
    YES,
  ),
]

export const conditions: readonly Case[] = [
  ...texts,
  ...numbers,
  ...dates,
  ...addresses,
  ...arns,
  ...sets,
  ...variables,
  ...together,
  ...guards,
]
