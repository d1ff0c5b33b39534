import { expect, test } from "vitest"
import type { Item } from "../values/attribute-value.ts"
import type { GivenItem } from "../values/validation.ts"
import { compileUpdate, Substitutes } from "./expressions.ts"

type Names = Readonly<Record<string, string>>

function refusal(text: string, values?: GivenItem, names?: Names): string {
  try {
    compileUpdate(text, new Substitutes(names, values))
  } catch (error) {
    const { message } = error as Error
    expect(message).toMatch(/^Invalid UpdateExpression: /)
    return message.slice("Invalid UpdateExpression: ".length)
  }
  return "accepted"
}

const update = (text: string, item: Item | undefined, values?: GivenItem): Item | undefined =>
  compileUpdate(text, new Substitutes(undefined, values)).apply(item, { pk: { S: "k" } })

test.each([
  "whatever",
  "set a",
  "add a",
  "delete a",
  "set a=set",
  "remove a = b",
  "add a = b",
  "delete a = b",
  "delete a b",
  "delete a if_not_exist(b)",
  "add abort b",
  "add a if_not_exist(b)",
  "remove a b",
  "set a b",
  "set :a = b",
  "add :a b",
  "delete :a b",
  "remove :a",
  "set a = b / c",
  "set a = b * c",
  'set a[1] = "eight"',
  "set a[1] = 1",
  "SET a = if_not_exist(a, 100)",
  "SET if_not_exist(a, b) = a",
  "set (a = (b + c))",
  "set a = (b.c).d + e",
  "set a = (b.c)[0] + e",
  "set a = b + c + d",
  "SET c = if_not_exists(c, :v+:w)",
  "SET _123 = :v",
  "SET remove = :v",
])("syntax: %s", (text) => {
  expect(refusal(text)).toMatch(/^Syntax error; token: ".+", near: ".+"$/s)
})

test("a syntax error shows the token and its neighbours", () => {
  expect(refusal("INVALID SYNTAX HERE")).toBe(
    'Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
  )
  expect(refusal("SET _123 = :v")).toBe('Syntax error; token: "_", near: "SET _123"')
})

test.each([
  ["set a = (b + c)", "accepted"],
  ["set a = ((b.c.d)+(e))", "accepted"],
  ["set a = ((b))", "The expression has redundant parentheses;"],
  [
    " set #c = :c set abOrt = true ",
    "Attribute name is a reserved keyword; reserved keyword: abOrt",
  ],
  [" remove Absolute ", "Attribute name is a reserved keyword; reserved keyword: Absolute"],
  ["set #c = if_not_exist(:c) set c = d", "Invalid function name; function: if_not_exist"],
  ["SET a = LIST_APPEND(b, c)", "Invalid function name; function: LIST_APPEND"],
  [
    "SET a = list_append(list_append(b, c), d)",
    "The function is not allowed to be used this way in an expression; function: list_append",
  ],
  ["SET a = list_append(if_not_exists(a, b), c)", "accepted"],
  ["set a = #c set c = :d", 'The "SET" section can only be used once in an update expression;'],
  [
    "remove #d set a = b remove e",
    'The "REMOVE" section can only be used once in an update expression;',
  ],
  [
    "add #d :e set a = b add e :f",
    'The "ADD" section can only be used once in an update expression;',
  ],
  [
    "delete #d :e set a = b delete #e :f",
    'The "DELETE" section can only be used once in an update expression;',
  ],
  [
    "SET #c = if_not_exists(:c)",
    "An expression attribute name used in the document path is not defined; attribute name: #c",
  ],
  [
    "SET a = if_not_exists(:c)",
    "An expression attribute value used in expression is not defined; attribute value: :c",
  ],
  [
    "set a = if_not_exists(c)",
    "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1",
  ],
  [
    "set a = list_append(c)",
    "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1",
  ],
  [
    "set a = if_not_exists(if_not_exists(a, b), c)",
    "Operator or function requires a document path; operator or function: if_not_exists",
  ],
])("refused in AWS's order: %s", (text, reason) => {
  expect(refusal(text)).toBe(reason)
})

test.each([
  ["set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "overlap", "[c, [1], a]", "[c]"],
  ["set #c[3].#d = a, #c[3] = a", "overlap", "[c, [3], [3]]", "[c, [3]]"],
  ["set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "conflict", "[c, [3], [3]]", "[c, [3], [3]]"],
  ["remove a.#c set a[1] = #d", "conflict", "[a, c]", "[a, [1]]"],
  ["SET a = b REMOVE a", "overlap", "[a]", "[a]"],
])("paths that clash: %s", (text, how, one, two) => {
  expect(refusal(text, undefined, { "#c": "c", "#d": "[3]" })).toBe(
    `Two document paths ${how} with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`,
  )
})

test.each([
  ["set b = list_append(:a, a), c = if_not_exists(a) add a.b :a", { S: "a" }, "ADD", "STRING"],
  ["delete a.b :a", { S: "a" }, "DELETE", "STRING"],
  ["add a.b :a", { NULL: true }, "ADD", "NULL"],
  ["add a.b :a", { BOOL: false }, "ADD", "BOOLEAN"],
  ["delete a.b :a", { B: Buffer.from("a") }, "DELETE", "BINARY"],
  ["add a.b :a", { M: {} }, "ADD", "MAP"],
  ["add a.b :a", { L: [{ N: "1" }] }, "ADD", "LIST"],
  ["delete a.b :a", { N: "1" }, "DELETE", "NUMBER"],
])("types of sections: %s of %o", (text, value, section, type) => {
  expect(refusal(text, { ":a": value })).toBe(
    `Incorrect operand type for operator or function; operator: ${section}, operand type: ${type}`,
  )
})

test.each([
  ["set a = list_append(:a, a)", { S: "a" }, "list_append", "S"],
  ["set a = list_append(a, :a)", { N: "1" }, "list_append", "N"],
  ["set a = a + :a", { S: "a" }, "+", "S"],
  ["set a = :a - b", { L: [] }, "-", "L"],
  ["set a = a - :a", { NS: ["1"] }, "-", "NS"],
])("types of operands: %s of %o", (text, value, operator, type) => {
  expect(refusal(text, { ":a": value })).toBe(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  )
})

const OLD: Item = {
  pk: { S: "k" },
  n: { N: "3" },
  s: { S: "old" },
  ns: { NS: ["1", "2"] },
  m: { M: { x: { N: "1" }, y: { L: [{ S: "a" }, { S: "b" }, { S: "c" }, { S: "d" }] } } },
}

const V: GivenItem = {
  ":one": { N: "1" },
  ":s": { S: "new" },
  ":ns": { NS: ["2", "3"] },
  ":ss": { SS: ["a"] },
  ":all": { NS: ["1", "2"] },
  ":l": { L: [{ S: "z" }] },
}

test.each<[string, object]>([
  ["SET n = n + :one, dup = n", { n: { N: "4" }, dup: { N: "3" } }],
  ["SET n = :one - n", { n: { N: "-2" } }],
  ["SET fresh = if_not_exists(fresh, :s), s = if_not_exists(s, :one)", { fresh: { S: "new" } }],
  ["SET gone = if_not_exists(gone, :one) + :one", { gone: { N: "2" } }],
  [
    "SET hist = list_append(if_not_exists(hist, :l), :l)",
    { hist: { L: [{ S: "z" }, { S: "z" }] } },
  ],
  [
    "SET m.x = :s, m.z = :one",
    { m: { M: { ...(OLD.m as never as { M: object }).M, x: { S: "new" }, z: { N: "1" } } } },
  ],
  ["ADD n :one, fresh :one", { n: { N: "4" }, fresh: { N: "1" } }],
  ["ADD ns :ns", { ns: { NS: ["1", "2", "3"] } }],
  ["DELETE ns :ns", { ns: { NS: ["1"] } }],
  ["DELETE fresh :ns", {}],
  ["ADD m.sum2 :one", { m: { M: { ...(OLD.m as never as { M: object }).M, sum2: { N: "1" } } } }],
  ["SET a = s REMOVE s", { a: { S: "old" }, s: undefined }],
  ["DELETE ns :all", { ns: undefined }],
  ["REMOVE absent, m.absent, m.y[9]", {}],
  ["DELETE m.y[9] :ns", {}],
])("of an item: %s", (text, changed) => {
  const used = Object.fromEntries(
    Object.entries(V).filter(([key]) => new RegExp(`${key}\\b`).test(text)),
  )
  const made = update(text, OLD, Object.keys(used).length > 0 ? used : undefined)
  const expected = Object.fromEntries(
    Object.entries({ ...OLD, ...changed }).filter(([, value]) => value !== undefined),
  )
  expect(made).toEqual(expected)
})

test("indexes of lists are those before the update, and beyond the end is at the end", () => {
  const list = (text: string, values?: GivenItem): unknown =>
    (update(text, { pk: { S: "k" }, l: { L: [..."abc"].map((S) => ({ S })) } }, values) as Item).l
  const letters = (text: string): object => ({ L: [...text].map((S) => ({ S })) })
  const values = Object.fromEntries([..."wxyz"].map((S) => [`:${S}`, { S }]))
  expect(list("REMOVE l[1] SET l[2] = :z", { ":z": { S: "z" } })).toEqual(letters("az"))
  expect(list("SET l[84] = :w, l[37] = :x, l[17] = :y, l[50] = :z", values)).toEqual(
    letters("abcyxzw"),
  )
  expect(list("REMOVE l[0], l[1], l[2]")).toEqual({ L: [] })
})

test("an item that is not there is made, unless things are only taken away", () => {
  expect(update("SET a = :one", undefined, { ":one": { N: "1" } })).toEqual({
    pk: { S: "k" },
    a: { N: "1" },
  })
  expect(update("REMOVE a.b, c[1]", undefined)).toBeUndefined()
  expect(update("DELETE a :ns", undefined, { ":ns": { NS: ["1"] } })).toBeUndefined()
  expect(update("REMOVE b SET a = pk", undefined)).toEqual({ pk: { S: "k" }, a: { S: "k" } })
})

test.each([
  ["set a.b = :v", "The document path provided in the update expression is invalid for update"],
  ["set s.b = :v", "The document path provided in the update expression is invalid for update"],
  ["set m[1] = :v", "The document path provided in the update expression is invalid for update"],
  ["set m.y.b = :v", "The document path provided in the update expression is invalid for update"],
  [
    "remove a.b set q = :v",
    "The document path provided in the update expression is invalid for update",
  ],
  [
    "remove s[1] set q = :v",
    "The document path provided in the update expression is invalid for update",
  ],
  ["add a.b :v", "The document path provided in the update expression is invalid for update"],
  ["delete m.y.b :v", "The document path provided in the update expression is invalid for update"],
  ["delete m[1] :v", "The document path provided in the update expression is invalid for update"],
  [
    "set q = absent, r = :v",
    "The provided expression refers to an attribute that does not exist in the item",
  ],
  [
    "set q = list_append(absent, :l)",
    "The provided expression refers to an attribute that does not exist in the item",
  ],
  ["set q = n + s, r = :v", "An operand in the update expression has an incorrect data type"],
  ["set q = list_append(n, :l)", "An operand in the update expression has an incorrect data type"],
  ["add n :v", "An operand in the update expression has an incorrect data type"],
  ["add ns :v", "An operand in the update expression has an incorrect data type"],
  ["delete ns :v", "An operand in the update expression has an incorrect data type"],
  ["delete m.y :v", "An operand in the update expression has an incorrect data type"],
])("refused for what the item holds: %s", (text, message) => {
  const values: GivenItem = text.includes(":l") ? { ":l": { L: [] } } : { ":v": { SS: ["a"] } }
  expect(() => update(text, OLD, values)).toThrow(message)
})

test("what changed is shown within the maps and lists where it stands", () => {
  const compiled = compileUpdate(
    "SET m.x = :v, m.y[1] = :v, m.y[100] = :v, fresh = :v REMOVE s",
    new Substitutes(undefined, { ":v": { N: "7" } }),
  )
  const made = compiled.apply(OLD, {}) as Item
  expect(compiled.targets.of(OLD)).toEqual({
    m: { M: { x: { N: "1" }, y: { L: [{ S: "b" }] } } },
    s: { S: "old" },
  })
  // As recorded: the index beyond the end is looked for where it is not.
  expect(compiled.targets.of(made)).toEqual({
    m: { M: { x: { N: "7" }, y: { L: [{ N: "7" }] } } },
    fresh: { N: "7" },
  })
  expect(OLD.s).toEqual({ S: "old" })
})

test("numbers are exact to 38 digits", () => {
  const item: Item = { pk: { S: "k" }, n: { N: "99999999999999999999999999999999999998" } }
  expect(update("SET n = n + :one", item, { ":one": { N: "1" } })?.n).toEqual({
    N: "99999999999999999999999999999999999999",
  })
  expect(
    update("ADD n :less", item, { ":less": { N: "-99999999999999999999999999999999999997" } })?.n,
  ).toEqual({ N: "1" })
  expect(
    update("SET n = :tenth + :fifth", item, { ":tenth": { N: "0.1" }, ":fifth": { N: "0.2" } })?.n,
  ).toEqual({ N: "0.3" })
})

test("32 levels of lists and maps are too many, wherever the value is set", () => {
  const deep = (levels: number): GivenItem[string] =>
    levels === 0 ? { S: "leaf" } : { M: { n: deep(levels - 1) } }
  const set = (levels: number): unknown =>
    update("SET m.y[0] = :deep", OLD, { ":deep": deep(levels) })
  expect(set(29)).toBeDefined()
  expect(() => set(30)).toThrow(/^Nesting Levels have exceeded supported limits: /)
})
