import { ExecuteStatementCommand, type AttributeValue } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"

/** Statements that AWS refuses; the texts are recorded. */

const MALFORMED = "Statement wasn't well formed, can't be processed: "
const LEFTOVER = `${MALFORMED}Unexpected token after expression`
const KEYS = "Where clause does not contain a mandatory equality on all key attributes"
const TYPE = "An operand in the update expression has an incorrect data type"

async function refusal(Statement: string, Parameters?: AttributeValue[]): Promise<string> {
  const { client, put } = await openTable({ TableName: "Tab", ...keys("pk") })
  await put({ pk: { S: "x" }, ss: { SS: ["a"] }, s: { S: "str" }, val: { S: "v" } })
  return refusalOf(client.send(new ExecuteStatementCommand({ Statement, Parameters })))
}

/** Where the token stands, as messages tell it. */
const at = (statement: string, token: string, from = 0): string =>
  `1:${statement.indexOf(token, from) + 1}:${token.length}`

test.each([
  ["SELECTT * FROMM Tab", `${MALFORMED}Expected data manipulation`],
  ["UPDATE Payment-x SET a = 1 WHERE pk = 'x'", `${MALFORMED}Expected data manipulation`],
  ["SELECT * FROM Tab WHERE pk = 1 foo", LEFTOVER],
  ["SELECT * FROM Tab WHERE pk = 1 e5", LEFTOVER],
  ["INSERT INTO Tab VALUE {'pk': 'y'} foo", LEFTOVER],
  ["UPDATE Tab SET a = 9 WHERE pk = 'x' foo", LEFTOVER],
  ["DELETE FROM Tab WHERE pk = 'x' foo", LEFTOVER],
  ["SELECT * FROM Tab WHERE pk = 'x')", LEFTOVER],
  ["DELETE FROM Tab WHERE pk = 'x' ORDER BY pk", LEFTOVER],
  ["SELECT * FROM Tab ORDER BY pk WHERE pk = 'x'", LEFTOVER],
  ["INSERT INTO Tab t VALUE {'pk': 'x'}", LEFTOVER],
  ["FROM Tab SET c = 1 WHERE pk = 'x'", LEFTOVER],
  ["SELECT * FROM Tab WHERE pk = 1e2147483648", MALFORMED],
  ["SELECT * FROM Tab WHERE pk = 1.5e-2147483647", MALFORMED],
  ["SELECT * FROM Tab WHERE pk = 1 # note", MALFORMED],
  ["SELECT * FROM Tab WHERE pk = 1 /* note", MALFORMED],
  ["SELECT * FROM Tab t WHERE pk = 'x'", "Aliasing is not supported"],
  ["SELECT * FROM Tab AS t WHERE pk = 'x'", "Aliasing is not supported"],
  ["UPDATE Tab t SET a = 3 WHERE pk = 'x'", "Aliasing is not supported"],
  ["DELETE FROM Tab t WHERE pk = 'x'", "Aliasing is not supported"],
  ["SELECT * FROM Tab WHERE", `${MALFORMED}Unexpected term`],
  ["SELECT * FROM Tab WHERE;", `${MALFORMED}Unexpected term`],
  ["UPDATE Tab SET a = 1 WHERE", `${MALFORMED}Unexpected term`],
  ["DELETE FROM Tab WHERE", `${MALFORMED}Unexpected term`],
  ["SELECT * FROM Tab WHERE NOT", `${MALFORMED}Unexpected term`],
  ["SELECT * FROM Tab WHERE (", `${MALFORMED}Unexpected term`],
  ["SELECT * FROM", `${MALFORMED}Unexpected term`],
  [
    "SELECT * FROM Tab WHERE pk = 'x' AND",
    `${MALFORMED}Missing right-hand side expression of infix operator`,
  ],
  [
    "SELECT * FROM Tab WHERE pk = 'x' OR",
    `${MALFORMED}Missing right-hand side expression of infix operator`,
  ],
  ["SELECT * FROM Tab WHERE ORDER BY pk", `${MALFORMED}Unexpected keyword`],
  ["INSERT INTO Tab (pk) VALUES ('x')", LEFTOVER],
  ["SELECT * FROM Tab WHERE pk = 'a' AND x IS FOO", `${MALFORMED}Expected type name`],
  ["SELECT * FROM Tab WHERE IS NULL", `${MALFORMED}Unexpected operator`],
  ["SELECT * FROM Tab WHERE pk = LIKE", `${MALFORMED}Unexpected operator`],
  ["DELETE FROM", `${MALFORMED}Expected identifier for simple path`],
  ["DELETE FROM;", `${MALFORMED}Expected identifier for simple path`],
  ["DELETE FROM WHERE pk = 'a'", `${MALFORMED}Expected identifier for simple path`],
  ["FROM Tab SET c = 1", KEYS],
  ["FROM Tab REMOVE a", KEYS],
  ["FROM Tab WHERE a = 1 SET c = 1", KEYS],
  ["DELETE FROM Tab WHERE s = 'x'", KEYS],
  ["SELECT * FROM Tab WHERE attribute_exists(m.inner)", `${MALFORMED}Invalid path dot component`],
  ["UPDATE Tab SET ss = set_add(ss, <<>>) WHERE pk = 'x'", "Empty bags are not supported"],
  ["UPDATE Tab SET ss = set_add(ss, <<1>>) WHERE pk = 'x'", TYPE],
  ["UPDATE Tab SET s = set_add(s, <<'x'>>) WHERE pk = 'x'", TYPE],
  [
    "UPDATE Tab SET ss = set_add(ss, <<'x', 'x'>>) WHERE pk = 'x'",
    "One or more parameter values were invalid: Input collection [x, x] contains duplicates.",
  ],
  [
    "SELECT * FROM Tab WHERE pk = 'x' AND attribute_exists('ss')",
    "Operator or function requires a document path; operator or function: attribute_exists",
  ],
  [
    "SELECT * FROM Tab WHERE pk = 'x' AND attribute_exists()",
    "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 0",
  ],
  [
    "SELECT * FROM Tab WHERE pk = 'x' AND val < true",
    "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
  ],
  [
    "INSERT INTO Tab VALUE {'pk': 'y', 'm': {'x': 1e126}}",
    "Number overflow. Attempting to store a number with magnitude larger than supported range under root.x",
  ],
  [
    "INSERT INTO Tab VALUE {'pk': 'y', 'l': [1, 1e126]}",
    "Number overflow. Attempting to store a number with magnitude larger than supported range under root[1]",
  ],
  [
    "UPDATE Tab SET a = 1e-131 WHERE pk = 'x'",
    "Number underflow. Attempting to store a number with magnitude smaller than supported range under root",
  ],
])("%s", async (statement, message) => {
  expect(await refusal(statement)).toBe(`ValidationException: ${message}`)
})

const where = (condition: string): string => `SELECT * FROM Tab WHERE pk = 'x' AND ${condition}`
const update = (set: string): string => `UPDATE Tab SET ${set} WHERE pk = 'x'`

test.each([
  [where("EXISTS(ss)"), "Unrecognized function: exists at ", "EXISTS"],
  [where("set_add(ss, <<'x'>>) = ss"), "Unrecognized function: set_add at ", "set_add"],
  [
    "SELECT attribute_exists(ss) FROM Tab WHERE pk = 'x'",
    "Unexpected path component at ",
    "attribute_exists",
  ],
  [
    update("t = set_add(ss, <<'x'>>)"),
    "The first argument to SET_ADD must equal the assignment value at ",
    "set_add",
  ],
  [
    update("t = set_delete(ss, <<'a'>>)"),
    "The first argument to SET_DELETE must equal the assignment value at ",
    "set_delete",
  ],
  [update("ss = set_add(ss)"), "SET_ADD must have exactly two arguments at ", "set_add"],
  [
    "INSERT INTO Tab VALUE {'pk': 'y', 'ss': set_add(<<'a'>>, <<'b'>>)}",
    "Unsupported data type: set_add under key root at ",
    "set_add",
  ],
])("%s tells the place", async (statement, message, token) => {
  expect(await refusal(statement)).toBe(`ValidationException: ${message}${at(statement, token)}`)
})

test("the place of a value that is no set is that of the first argument", async () => {
  const statement = update("ss = set_add(ss, 'x')")
  const place = at(statement, "ss", statement.indexOf("set_add("))
  expect(await refusal(statement)).toBe(
    `ValidationException: The second argument to SET_ADD must be a value with type SET at ${place}`,
  )
})

test("a table that is not there is not found", async () => {
  expect(await refusal("SELECT * FROM Nowhere WHERE pk = 'x'")).toBe(
    "ResourceNotFoundException: Requested resource not found",
  )
  expect(await refusal("SELECT * FROM Nowhere WHERE")).toBe(
    `ValidationException: ${MALFORMED}Unexpected term`,
  )
})

test("ORDER BY is by keys of a partition", async () => {
  expect(await refusal("SELECT * FROM Tab ORDER BY pk")).toMatch(/Must have WHERE clause/)
  expect(await refusal("SELECT * FROM Tab WHERE s = 'x' ORDER BY pk")).toMatch(/hash key condition/)
  expect(await refusal("SELECT * FROM Tab WHERE pk = 'x' ORDER BY s")).toMatch(
    /Variable reference s in ORDER BY clause/,
  )
})
