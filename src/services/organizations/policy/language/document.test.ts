import { expect, test } from "vitest"
import { AI_OPT_OUT_POLICY } from "./ai-opt-out.ts"
import { MalformedPolicy, readPolicy } from "./document.ts"
import type { Shape } from "./shape.ts"
import { assertTagKeys, TAG_POLICY } from "./tag-policy.ts"

function takes(content: string, shape: Shape): boolean {
  try {
    const node = readPolicy(content, shape)
    if (shape === TAG_POLICY) assertTagKeys(node)
    return true
  } catch (error) {
    if (error instanceof MalformedPolicy) return false
    throw error
  }
}

const CONTROL = "@@operators_allowed_for_child_policies"
const rule = (key: object) => ({ tags: { key } })

/** All as recorded. */
test.each<[boolean, string, object]>([
  [true, "no tags", { tags: {} }],
  [true, "an empty rule", rule({})],
  [true, "values of all kinds", rule({ tag_value: { "@@assign": [12, true, null] } })],
  [true, "a control in a container", { tags: { [CONTROL]: ["@@none"], key: {} } }],
  [true, "several operators", rule({ tag_value: { "@@assign": ["a"], "@@append": ["b"] } })],
  [true, "all of a service", rule({ enforced_for: { "@@assign": ["ecs:ALL_SUPPORTED"] } })],
  [false, "nothing", {}],
  [false, "another root", { wrong: {} }],
  [false, "keys that differ only in case", { tags: { Key: {}, key: {} } }],
  [false, "an empty key", { tags: { "": {} } }],
  [false, "another spelling than the key's", rule({ tag_key: { "@@assign": "other" } })],
  [false, "a number for the key", rule({ tag_key: { "@@assign": 12 } })],
  [false, "a key that is appended", rule({ tag_key: { "@@append": ["key"] } })],
  [false, "a value without operator", rule({ tag_key: "key" })],
  [false, "an object for a value", rule({ tag_value: { "@@assign": [{ x: "y" }] } })],
  [false, "two wildcards", rule({ tag_value: { "@@assign": ["a*b*"] } })],
  [false, "an unknown setting", rule({ unknown: { "@@assign": "key" } })],
  [false, "an unknown control", rule({ tag_key: { [CONTROL]: ["@@wrong"] } })],
  [false, "none and more", rule({ tag_key: { [CONTROL]: ["@@none", "@@assign"] } })],
  [false, "a control twice", rule({ tag_key: { [CONTROL]: ["@@assign", "@@assign"] } })],
])("a tag policy: %s for %s", (wanted, _what, content) => {
  expect(takes(JSON.stringify(content), TAG_POLICY)).toBe(wanted)
})

test("a name twice, and what is no JSON, are no policy", () => {
  expect(takes('{"tags":{"a":{},"a":{}}}', TAG_POLICY)).toBe(false)
  expect(takes("{", TAG_POLICY)).toBe(false)
  expect(takes("[]", TAG_POLICY)).toBe(false)
})

test.each<[boolean, string, string]>([
  [true, "default", "optOut"],
  [true, "connecthealth::training", "optIn"],
  [false, "s3", "optOut"],
  [false, "LEX", "optOut"],
  [false, "*", "optOut"],
  [false, "lex", "optout"],
  [false, "lex", "optOut "],
])("an AI services opt-out policy: %s for %s, %s", (wanted, service, value) => {
  const content = { services: { [service]: { opt_out_policy: { "@@assign": value } } } }
  expect(takes(JSON.stringify(content), AI_OPT_OUT_POLICY)).toBe(wanted)
})
