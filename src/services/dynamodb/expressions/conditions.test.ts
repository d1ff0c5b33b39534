import { expect, test } from "vitest"
import type { GivenItem } from "../values/validation.ts"
import { compileCondition, compileExpressions, holds, Substitutes } from "./expressions.ts"

/** The message with which a filter is refused, without its beginning. */
function refusal(
  text: string,
  values?: GivenItem,
  names?: Readonly<Record<string, string>>,
): string {
  try {
    compileCondition("FilterExpression", text, new Substitutes(names, values))
  } catch (error) {
    const { message } = error as Error
    expect(message).toMatch(/^Invalid FilterExpression: /)
    return message.slice("Invalid FilterExpression: ".length)
  }
  return "accepted"
}

const accepts = (text: string, item: GivenItem, values?: GivenItem): boolean =>
  holds(
    compileCondition("FilterExpression", text, new Substitutes(undefined, values)),
    item as never,
  )

test.each([
  ["a", "<EOF>", "a"],
  [":v", "<EOF>", ":v"],
  ["things are not gonna be ok", "are", "things are not"],
  ["a > 4", "4", "> 4"],
  ["attribute_exists(Pictures-RearView)", "-", "Pictures-RearView"],
  ['attribute_exists("Pictures.RearView")', '"', '("Pictures'],
  ["attribute_exists(Pictures..RearView)", ".", "..RearView"],
  ["attribute_exists(Pi#ctures.RearView)", "#ctures", "Pi#ctures."],
  ["attribute_exists(asdf[a])", "a", "[a]"],
  ["a in b, c", "b", "in b,"],
  ["a > between", "between", "> between"],
  ["a in (b,c,)", ")", ",)"],
  ["a in ()", ")", "()"],
  ["(a)between(b.(c.d))and(c)", "(", ".(c"],
  ["#$.b > a", "#", "#$"],
  ["a > :things.stuff", ".", ":things.stuff"],
  ["b[:a] > a", ":a", "[:a]"],
  ["b[#_] > a", "#_", "[#_]"],
  ["ü > a", "ü", "ü >"],
  ["(a)between(b.c[4.5].#d)and(:a)", ".", "4.5"],
  ["size(a).b > a", ".", ").b"],
  ["(size(a)).b > a", ".", ").b"],
  ["size(a)[0] > a", "[", ")[0"],
  [
    "#articleId attribute_not_exists :ckpst",
    "attribute_not_exists",
    "#articleId attribute_not_exists :ckpst",
  ],
  ["NOT a", "<EOF>", "a"],
  ["a AND b = c", "AND", "a AND b"],
  ["a = b OR NOT :v", "<EOF>", ":v"],
  ["contains(a, :v", "<EOF>", ":v"],
])("syntax: %s", (text, token, near) => {
  expect(refusal(text)).toBe(`Syntax error; token: "${token}", near: "${near}"`)
})

test.each([
  "a=a and a > ((views))",
  "(a)between(((b.c)).d)and(c)",
  "a > whatever((:things), ((a)))",
  "a=a AND ((a=a AND a=a)) AND a=a",
  "a=a OR ((a=a OR a=a)) OR a=a",
  "a=a AND ((a=a AND (a=a AND a=a)))",
  "((p <> :p))",
])("needless parentheses: %s", (text) => {
  expect(refusal(text)).toBe("The expression has redundant parentheses;")
})

test.each([
  "((p <> :p) and p <> :p)",
  "(p <> :p)",
  "(NOT (p = :p))",
  "(size(p)) > :p",
  "(p) BETWEEN (:p) AND (q)",
  "(a.b)[1] = :p",
  "NOT NOT NOT NOT a = :p",
])("parentheses of use: %s", (text) => {
  expect(refusal(text, { ":p": { S: "x" } })).toBe("accepted")
})

test.each([
  ["a=a and whatever((:things)) > a", "whatever"],
  ["attRIbute_exIsts((views), #a)", "attRIbute_exIsts"],
])("unknown function: %s", (text, name) => {
  expect(refusal(text)).toBe(`Invalid function name; function: ${name}`)
})

test.each([
  ["a=a and attribute_exists((views), (#a)) > b", "attribute_exists"],
  ["attribute_not_exists(things) > b", "attribute_not_exists"],
  ["attribute_type(things, :a) > b", "attribute_type"],
  ["begins_with(things, a) > b", "begins_with"],
  ["contains(:things, c) > b", "contains"],
  ["size(contains(a, b)) > a", "contains"],
  ["size(things)", "size"],
  ["a between b and attribute_exists(things)", "attribute_exists"],
  ["a in (b, attribute_exists(things))", "attribute_exists"],
  ["a = if_not_exists(a, :a)", "if_not_exists"],
  ["list_append(a, :a) = b", "list_append"],
])("function in the wrong place: %s", (text, name) => {
  expect(refusal(text)).toBe(
    `The function is not allowed to be used this way in an expression; function: ${name}`,
  )
})

test.each([
  ["attribute_exists(views, #a)", "views"],
  [":a < abOrT", "abOrT"],
])("reserved word: %s", (text, word) => {
  expect(refusal(text)).toBe(`Attribute name is a reserved keyword; reserved keyword: ${word}`)
})

test.each([
  ["attribute_exists(#Pictures.RearView, :a) and a=a", "#Pictures"],
  ["begins_with(Pictures.#RearView)", "#RearView"],
  ["(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", "#P"],
  ["#4g > a", "#4g"],
  ["#_ > a", "#_"],
  ["(a)between(b.c[45].#d)and(:a)", "#d"],
])("name that is not defined: %s", (text, name) => {
  expect(refusal(text)).toBe(
    `An expression attribute name used in the document path is not defined; attribute name: ${name}`,
  )
})

test.each([
  ["begins_with(:hello, #a, #b)", ":hello"],
  [":a < :b", ":a"],
  [":_ > a", ":_"],
])("value that is not defined: %s", (text, name) => {
  expect(refusal(text)).toBe(
    `An expression attribute value used in expression is not defined; attribute value: ${name}`,
  )
})

test.each([
  ["attribute_exists(things, a) and a=a", "attribute_exists", 2],
  ["attribute_not_exists(things, b)", "attribute_not_exists", 2],
  ["attribute_type(things)", "attribute_type", 1],
  ["begins_with(things)", "begins_with", 1],
  ["begins_with(things, size(a), b)", "begins_with", 3],
  ["contains(things)", "contains", 1],
  ["size(things, a) > b", "size", 2],
])("number of operands: %s", (text, name, count) => {
  expect(refusal(text)).toBe(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  )
})

const EACH_TYPE: GivenItem = {
  S: { S: "a" },
  N: { N: "1" },
  B: { B: Buffer.from("a") },
  BOOL: { BOOL: true },
  NULL: { NULL: true },
  L: { L: [] },
  M: { M: {} },
  SS: { SS: ["1"] },
  NS: { NS: ["1"] },
  BS: { BS: [Buffer.from("a")] },
}

const operandTypes: readonly (readonly [text: string, operator: string, types: string])[] = [
  ["attribute_type(a, :a)", "attribute_type", "N B BOOL NULL L M SS NS BS"],
  ["begins_with(a, :a)", "begins_with", "N BOOL NULL L M SS NS BS"],
  ["begins_with(:a, a)", "begins_with", "N BOOL NULL L M SS NS BS"],
  ["size(:a) > a", "size", "N BOOL NULL"],
  ["size(size(a)) > :a", "size", "N"],
  ["attribute_not_exists(size(:a))", "size", "N"],
  ["begins_with(a, size(a)) and a=:a", "begins_with", "N"],
  ["attribute_type(a, size(a)) and a=a and a=:a", "attribute_type", "N"],
  ["a < :a", "<", "BOOL NULL L M SS NS BS"],
  [":a >= a", ">=", "BOOL NULL L M SS NS BS"],
  ["a BETWEEN b AND :a", "BETWEEN", "BOOL NULL L M SS NS BS"],
]

test.each(
  operandTypes.flatMap(([text, operator, types]) =>
    types.split(" ").map((type) => [text, operator, type] as const),
  ),
)("type of operand: %s: %s of %s", (text, operator, type) => {
  expect(refusal(text, { ":a": EACH_TYPE[type] as GivenItem[string] })).toBe(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  )
})

test("the second operand of attribute_type is the name of a type", () => {
  expect(refusal("attribute_type(a, :a)", { ":a": { S: "DOG" } })).toBe(
    "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
  )
  expect(refusal("attribute_type(a, b)")).toMatch(/attribute_type, operand type: \{/)
})

test.each([
  ["attribute_exists(:a) and a=a", "attribute_exists"],
  ["attribute_not_exists(size(:a))", "attribute_not_exists"],
])("a document path is required: %s", (text, name) => {
  expect(refusal(text, { ":a": { S: "1" } })).toBe(
    `Operator or function requires a document path; operator or function: ${name}`,
  )
})

test.each([
  ["a = a AND #a = b AND :views > a", "=", "[a]"],
  ["#a <> a", "<>", "[a]"],
  ["a > #a", ">", "[a]"],
  ["((a=a) OR (a=a))", "=", "[a]"],
  ["contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"],
  ["attribute_type(ab.bc[1].#a, ab.bc[1].a)", "attribute_type", "[ab, bc, [1], a]"],
  ["begins_with(ab.bc[1].a, ab.bc[1].#a)", "begins_with", "[ab, bc, [1], a]"],
])("operands are distinct: %s", (text, operator, path) => {
  expect(refusal(text, undefined, { "#a": "a" })).toBe(
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`,
  )
})

test("limits: 4 KB, 300 operators, 100 operands of IN, 32 levels, indexes", () => {
  const long = (bytes: number): string => `a = b${" ".repeat(bytes - 5)}`
  expect(refusal(long(4096))).toBe("accepted")
  expect(refusal(long(4097))).toBe(
    "Expression size has exceeded the maximum allowed size; expression size: 4097",
  )
  expect(refusal(`${"a<b or ".repeat(150)}a<b`)).toMatch(/too many operators; operator count: 301$/)
  expect(refusal(`a<b ${"or (a<b ".repeat(149)}${")".repeat(149)}`)).toBe("accepted")
  expect(refusal(`${"not ".repeat(1000)}a<b`)).toMatch(/operator count: 301$/)
  const list = (length: number): string => `a IN (${Array(length).fill("b").join()})`
  expect(refusal(list(100))).toBe("accepted")
  expect(refusal(list(101))).toBe(
    "The IN operator is provided with too many operands; number of operands: 101",
  )
  expect(refusal(`a${".b".repeat(31)} = c`)).toBe("accepted")
  expect(refusal(`a${".b".repeat(32)} = c`)).toBe(
    "The document path has too many nesting levels; nesting levels: 33",
  )
  expect(refusal("a[99999999999999] = c")).toBe(
    "List index is not within the allowable range; index: [99999999999999]",
  )
})

test("what nests too deep is refused, and does not end the stack", () => {
  expect(refusal("(".repeat(4096))).not.toBe("accepted")
  expect(refusal(`${"(".repeat(2046)}a<b${")".repeat(2046)}`)).toMatch(/redundant parentheses/)
  expect(refusal(`a < ${"f(".repeat(1355)}b${")".repeat(1355)}`)).toBe(
    "Invalid function name; function: f",
  )
  expect(refusal(`a < ${"size(".repeat(680)}b${")".repeat(680)}`)).not.toBe("accepted")
})

test("substitutes: their keys, their values, and that all are of use", () => {
  const all = (names: object | undefined, values: object | undefined): string => {
    try {
      compileExpressions({
        FilterExpression: "a = :b",
        ExpressionAttributeNames: names as never,
        ExpressionAttributeValues: values as never,
      })
    } catch (error) {
      return (error as Error).message
    }
    return "accepted"
  }
  const b = { ":b": { S: "x" } }
  expect(all({}, b)).toBe("ExpressionAttributeNames must not be empty")
  expect(all({ a: "a" }, b)).toBe(
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
  )
  expect(all(undefined, {})).toBe("ExpressionAttributeValues must not be empty")
  expect(all(undefined, { b: { S: "x" } })).toBe(
    'ExpressionAttributeValues contains invalid key: Syntax error; key: "b"',
  )
  expect(all(undefined, { ":b": { N: "x" } })).toBe(
    "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :b",
  )
  expect(all({ "#a": "a", "#b": "b" }, b)).toBe(
    "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}",
  )
  expect(all(undefined, { ...b, ":c": { S: "x" } })).toBe(
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {:c}",
  )
  expect(all(undefined, b)).toBe("accepted")
})

const ITEM: GivenItem = {
  txt: { S: "hello" },
  num: { N: "12" },
  byt: { B: Buffer.from([1, 128, 255]) },
  nset: { NS: ["1", "2.5"] },
  lst: { L: [{ S: "x" }, { M: { deep: { BOOL: true } } }] },
  nul: { NULL: true },
}

test.each([
  ["txt = :text", true],
  ["absent = :text", false],
  ["absent <> :text", true],
  ["absent <> nowhere", true],
  ["absent = nowhere", false],
  ["absent < :number", false],
  ["num < :text", false],
  ["num <> :text", true],
  ["num > :nine", true],
  ["num BETWEEN :nine AND :twelve", true],
  ["num BETWEEN absent AND :twelve", false],
  ["num IN (:text, :twelve)", true],
  ["absent IN (:text)", false],
  ["byt > :bytes", true],
  ["begins_with(byt, :bytes)", false],
  ["begins_with(txt, :he)", true],
  ["begins_with(:text, txt)", true],
  ["begins_with(num, :he)", false],
  ["contains(txt, :ll)", true],
  ["contains(nset, :half)", true],
  ["contains(nset, :text)", false],
  ["contains(lst, :x)", true],
  ["contains(lst, :map)", true],
  ["size(txt) = :five", true],
  ["size(lst) < size(txt)", true],
  ["size(num) = :five", false],
  ["size(num) <> :five", true],
  ["attribute_type(nul, :nullType)", true],
  ["attribute_type(:five, :numberType)", true],
  ["attribute_exists(lst[1].deep)", true],
  ["attribute_exists(lst[2])", false],
  ["attribute_exists(txt.deep)", false],
  ["attribute_not_exists(absent)", true],
  ["lst[1].deep = :yes", true],
  ["nset = :sameSet", true],
  ["absent = :text OR txt = :text AND num = :twelve", true],
  ["(absent = :text OR txt = :text) AND num = :five", false],
  ["NOT absent = :text AND txt = :text", true],
  ["nOt txt = :text aNd txt <> :text Or num beTWeen :nine AND :twelve", true],
])("of an item: %s is %s", (text, expected) => {
  const values: GivenItem = {
    ":text": { S: "hello" },
    ":he": { S: "he" },
    ":ll": { S: "ll" },
    ":x": { S: "x" },
    ":map": { M: { deep: { BOOL: true } } },
    ":number": { N: "1" },
    ":five": { N: "5" },
    ":nine": { N: "9" },
    ":twelve": { N: "12.0" },
    ":half": { N: "25e-1" },
    ":bytes": { B: Buffer.from([1, 127]) },
    ":sameSet": { NS: ["2.50", "1"] },
    ":nullType": { S: "NULL" },
    ":numberType": { S: "N" },
    ":yes": { BOOL: true },
  }
  const used = Object.entries(values).filter(([key]) => new RegExp(`${key}\\b`).test(text))
  const given = used.length > 0 ? Object.fromEntries(used) : undefined
  expect(accepts(text, ITEM, given)).toBe(expected)
})

test("names that JavaScript knows are names like others", () => {
  const exists = (name: string, item: GivenItem): boolean =>
    holds(
      compileCondition("FilterExpression", "attribute_exists(#n)", new Substitutes({ "#n": name })),
      item as never,
    )
  expect(exists("constructor", {})).toBe(false)
  expect(exists("__proto__", {})).toBe(false)
  expect(exists("toString", { toString: { S: "x" } })).toBe(true)
})
