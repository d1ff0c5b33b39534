import { expect, test } from "vitest"
import { AI_OPT_OUT_POLICY } from "./ai-opt-out.ts"
import { BACKUP_POLICY } from "./backup-policy.ts"
import { readPolicy } from "./document.ts"
import { contentOf, inherit } from "./inherit.ts"
import { any, type Shape } from "./shape.ts"
import { TAG_POLICY, tagPolicyContent } from "./tag-policy.ts"

const effective = (levels: readonly (readonly object[])[], shape: Shape) =>
  inherit(levels.map((level) => level.map((one) => readPolicy(JSON.stringify(one), shape))))

/** Levels of one setting, and what is in force of it in the account. */
const setting = (...levels: readonly (readonly object[])[]) =>
  contentOf(
    effective(
      levels.map((level) => level.map((x) => ({ x }))),
      any,
    ),
  )

const tagPolicy = (...levels: readonly (readonly object[])[]) =>
  tagPolicyContent(
    effective(
      levels.map((level) => level.map((tags) => ({ tags }))),
      TAG_POLICY,
    ),
  )

const CONTROL = "@@operators_allowed_for_child_policies"
const COST_CENTER = { tag_key: { "@@assign": "CostCenter" } }

test("example 1 of the documentation: a child policy overwrites tag values", () => {
  const root = {
    costcenter: { ...COST_CENTER, tag_value: { "@@assign": ["Development", "Support"] } },
  }
  const unit = {
    costcenter: {
      ...COST_CENTER,
      tag_value: { "@@assign": ["Sandbox"] },
      enforced_for: { "@@assign": ["redshift:*", "dynamodb:table"] },
    },
  }
  expect(tagPolicy([root], [unit], [])).toEqual({
    tags: {
      costcenter: {
        tag_key: "CostCenter",
        tag_value: ["Sandbox"],
        enforced_for: ["redshift:*", "dynamodb:table"],
      },
    },
  })
})

test("examples 2 and 3 of the documentation: values are appended and removed", () => {
  const root = {
    costcenter: { ...COST_CENTER, tag_value: { "@@assign": ["Development", "Support"] } },
  }
  const append = { costcenter: { tag_value: { "@@append": ["Marketing"] } } }
  const remove = { costcenter: { tag_value: { "@@remove": ["Development", "Marketing"] } } }
  expect(tagPolicy([root], [append])).toMatchObject({
    tags: { costcenter: { tag_value: ["Development", "Support", "Marketing"] } },
  })
  expect(tagPolicy([root], [append], [remove])).toMatchObject({
    tags: { costcenter: { tag_value: ["Support"] } },
  })
})

test("example 4 of the documentation: a child policy may not change what is locked", () => {
  const lock = { [CONTROL]: ["@@none"] }
  const root = {
    project: {
      tag_key: { ...lock, "@@assign": "PROJECT" },
      tag_value: { ...lock, "@@assign": ["Maintenance", "Escalations"] },
    },
  }
  const account = {
    project: { tag_key: { "@@assign": "project" }, tag_value: { "@@assign": ["Other"] } },
  }
  expect(tagPolicy([root], [account])).toEqual({
    tags: { project: { tag_key: "PROJECT", tag_value: ["Maintenance", "Escalations"] } },
  })
})

test("example 5 of the documentation: of policies at one place the strictest control holds", () => {
  const first = { "@@assign": ["a"], [CONTROL]: ["@@append"] }
  const second = { [CONTROL]: ["@@remove"] }
  expect(setting([first, second], [{ "@@append": ["b"] }])).toEqual({ x: ["a"] })
})

/** As recorded: the root's policies in the order of their attachment, then the account's. */
test.each<[string, object[], object[], unknown]>([
  ["replaced", [{ "@@assign": ["red", "blue"] }], [{ "@@assign": ["green"] }], ["green"]],
  [
    "appended once",
    [{ "@@assign": ["red", "blue"] }],
    [{ "@@append": ["blue", "green"] }],
    ["red", "blue", "green"],
  ],
  ["removed", [{ "@@assign": ["red", "blue"] }], [{ "@@remove": ["red", "missing"] }], ["blue"]],
  ["all removed", [{ "@@assign": ["red"] }], [{ "@@remove": ["red"] }], []],
  [
    "locked",
    [{ "@@assign": ["red"], [CONTROL]: ["@@none"] }],
    [{ "@@assign": ["green"] }],
    ["red"],
  ],
  [
    "open to appending",
    [{ "@@assign": ["red"], [CONTROL]: ["@@append"] }],
    [{ "@@append": ["green"] }],
    ["red", "green"],
  ],
  [
    "not to be unlocked",
    [{ "@@assign": ["red"], [CONTROL]: ["@@append"] }],
    [{ "@@assign": ["green"], [CONTROL]: ["@@all"] }],
    ["red"],
  ],
  [
    "assigned twice: the first",
    [{ "@@assign": ["red", "blue"] }, { "@@assign": ["blue", "green"] }],
    [],
    ["red", "blue"],
  ],
  [
    "appended, then assigned",
    [{ "@@append": ["red"] }, { "@@assign": ["blue"] }],
    [],
    ["blue", "red"],
  ],
  ["removed, then appended", [{ "@@remove": ["red"] }, { "@@append": ["red"] }], [], []],
  [
    "all operators at once",
    [{ "@@assign": ["red"], "@@append": ["blue"], "@@remove": ["red"] }],
    [],
    ["blue"],
  ],
  [
    "numbers are texts",
    [{ "@@assign": [12, true, null] }],
    [{ "@@append": ["12", 13] }],
    ["12", "true", "null", "13"],
  ],
])("values are %s", (_how, root, account, wanted) => {
  expect(setting(root, account)).toEqual({ x: wanted })
})

test("what is removed where nothing was is nothing", () => {
  expect(setting([], [{ "@@remove": ["red"] }])).toBeUndefined()
})

test("TPOL-1 a tag's key without spelling is in lower case, and without values takes all", () => {
  expect(tagPolicy([{ Team: {} }])).toEqual({
    tags: { team: { tag_key: "team", tag_value: ["*"] } },
  })
  // Keys of policies are the same in any case.
  const values = tagPolicy(
    [{ Team: { tag_value: { "@@assign": ["red"] } } }],
    [{ team: { tag_value: { "@@append": ["blue"] } } }],
  )
  expect(values).toEqual({ tags: { team: { tag_key: "team", tag_value: ["red", "blue"] } } })
  expect(tagPolicy([])).toEqual({})
})

test("a closed container takes nothing new, and what it has can be changed", () => {
  const root = {
    [CONTROL]: ["@@none"],
    team: { [CONTROL]: ["@@none"], tag_value: { "@@assign": ["red"] } },
  }
  const account = { team: { tag_value: { "@@assign": ["blue"] } }, other: {} }
  expect(tagPolicy([root], [account])).toEqual({
    tags: { team: { tag_key: "team", tag_value: ["blue"] } },
  })
})

const optOut = (service: string, value: string, control: object = {}) => ({
  services: { [service]: { opt_out_policy: { "@@assign": value, ...control } } },
})

test("AIOPT-3 an account's effective policy is what it inherits, merged with its own", () => {
  const content = contentOf(
    effective(
      [[optOut("default", "optOut")], [optOut("rekognition", "optIn")], [optOut("lex", "optIn")]],
      AI_OPT_OUT_POLICY,
    ),
  )
  expect(content).toEqual({
    services: {
      default: { opt_out_policy: "optOut" },
      rekognition: { opt_out_policy: "optIn" },
      lex: { opt_out_policy: "optIn" },
    },
  })
})

test("AIOPT-1 an opt-out that is locked at the root cannot be taken back below", () => {
  const locked = optOut("default", "optOut", { [CONTROL]: ["@@none"] })
  const levels = [[locked], [optOut("default", "optIn")]]
  expect(contentOf(effective(levels, AI_OPT_OUT_POLICY))).toEqual({
    services: { default: { opt_out_policy: "optOut" } },
  })
})

test("BPOL-1 plans of the root and of a unit are merged for its accounts", () => {
  const plan = (vault: string, regions: string[]) => ({
    regions: { "@@append": regions },
    rules: { Hourly: { target_backup_vault_name: { "@@assign": vault } } },
    selections: { tags: { pii: { tag_value: { "@@assign": ["PII"] } } } },
  })
  const root = { plans: { Main: plan("FortKnox", ["us-east-1"]) } }
  const unit = {
    plans: {
      Main: { regions: { "@@append": ["eu-north-1"] } },
      Monthly: plan("Default", ["us-east-1"]),
    },
  }
  expect(contentOf(effective([[root], [unit], []], BACKUP_POLICY))).toEqual({
    plans: {
      main: {
        regions: ["us-east-1", "eu-north-1"],
        rules: { hourly: { target_backup_vault_name: "FortKnox" } },
        selections: { tags: { pii: { tag_value: ["PII"] } } },
      },
      monthly: {
        regions: ["us-east-1"],
        rules: { hourly: { target_backup_vault_name: "Default" } },
        selections: { tags: { pii: { tag_value: ["PII"] } } },
      },
    },
  })
})
