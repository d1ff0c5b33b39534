import { expect, test } from "vitest"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { CsvReader } from "../input/csv.ts"
import { JsonLinesReader } from "../input/json.ts"
import { writeRecord, type OutputForm } from "../output.ts"
import { Query } from "./query.ts"

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0, 5)

const PEOPLE = "Name,Age,City\nAda,36,London\nAlan,41,Wilmslow\nGrace,85,Arlington\n"

/** Lines of an answer to a statement over lines of JSON. */
function json(expression: string, ...lines: string[]): string[] {
  const query = new Query(expression, NOW)
  const reader = new JsonLinesReader()
  const out: string[] = []
  const form = { format: "JSON", recordDelimiter: "" } as const
  for (const record of [...reader.push(lines.join("\n")), ...reader.end()])
    for (const answer of query.take(record)) out.push(writeRecord(answer, form))
  const last = query.finish()
  return last ? [...out, writeRecord(last, form)] : out
}

function csv(expression: string, text = PEOPLE, header: "USE" | "NONE" = "USE"): string[] {
  const query = new Query(expression, NOW)
  const reader = new CsvReader({
    ...{ header, recordDelimiter: "\n", fieldDelimiter: ",", quote: '"', quoteEscape: '"' },
    ...{ comment: "#", quotedDelimiters: true },
  })
  const out: string[] = []
  const form: OutputForm = {
    format: "CSV",
    ...{ recordDelimiter: "\n", fieldDelimiter: ",", quote: '"', quoteEscape: '"' },
    always: false,
  }
  for (const record of [...reader.push(text), ...reader.end()])
    for (const answer of query.take(record)) out.push(writeRecord(answer, form).slice(0, -1))
  const last = query.finish()
  return last ? [...out, writeRecord(last, form).slice(0, -1)] : out
}

/** What one expression comes to, as JSON. */
const value = (expression: string): string =>
  json(`SELECT ${expression} AS v FROM S3Object`, "{}")[0]!.slice('{"v":'.length, -1)

const refusal = (work: () => unknown): string => {
  try {
    work()
    return "none"
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return error.code
  }
}

test("columns, aliases, WHERE and LIMIT over CSV", () => {
  expect(csv("SELECT * FROM S3Object")).toEqual([
    "Ada,36,London",
    "Alan,41,Wilmslow",
    "Grace,85,Arlington",
  ])
  expect(csv("select s.name, S.City from s3object s where cast(s.age as int) > 40")).toEqual([
    "Alan,Wilmslow",
    "Grace,Arlington",
  ])
  expect(csv("SELECT s._1 FROM S3Object s LIMIT 2", PEOPLE, "NONE")).toEqual(["Name", "Ada"])
  expect(csv(`SELECT s."Name" FROM S3Object[*] AS s WHERE s."City" = 'London'`)).toEqual(["Ada"])
  expect(csv("SELECT * FROM S3Object LIMIT 0")).toEqual([])
  expect(csv("SELECT s.* FROM S3Object s LIMIT 1")).toEqual(["Ada,36,London"])
  expect(refusal(() => csv(`SELECT s."name" FROM S3Object s`))).toBe("MissingHeaders")
  expect(refusal(() => csv("SELECT a FROM S3Object", "a,A\n1,2\n"))).toBe("none")
  expect(refusal(() => csv("SELECT aB FROM S3Object", "ab,AB\n1,2\n"))).toBe("AmbiguousFieldName")
})

test("aggregates", () => {
  expect(
    csv(
      "SELECT COUNT(*), SUM(CAST(age AS INT)), AVG(CAST(age AS INT)), MIN(age), MAX(age) FROM S3Object",
    ),
  ).toEqual(["3,162,54,36,85"])
  expect(csv("SELECT COUNT(*) + 1 FROM S3Object WHERE age = 41")).toEqual(["2"])
  expect(csv("SELECT SUM(age), COUNT(*) FROM S3Object WHERE age > 100")).toEqual([",0"])
  expect(
    json("SELECT SUM(x), AVG(x) a FROM S3Object", '{"x":0.1}', '{"x":0.2}', '{"y":1}'),
  ).toEqual(['{"_1":0.3,"a":0.15}'])
  expect(refusal(() => csv("SELECT SUM(name) FROM S3Object"))).toBe("InvalidDataType")
  expect(refusal(() => new Query("SELECT COUNT(*), s.a FROM S3Object s", NOW))).toBe(
    "UnsupportedSqlStructure",
  )
})

test("paths into JSON, in FROM too", () => {
  const line = '{"a":{"b":[{"c":1},{"c":2.50}]},"n":12345678901234567890,"t":["x","y"]}'
  expect(json("SELECT s.a.b[1].c, s.a['b'][0].c AS first FROM S3Object s", line)).toEqual([
    '{"c":2.50,"first":1}',
  ])
  expect(json("SELECT * FROM S3Object[*].a.b[*]", line)).toEqual(['{"c":1}', '{"c":2.50}'])
  expect(json("SELECT r.c FROM S3Object[*].a.b[*] r WHERE r.c > 2", line)).toEqual(['{"c":2.50}'])
  expect(json("SELECT * FROM S3Object[*].t[*]", line)).toEqual(['{"_1":"x"}', '{"_1":"y"}'])
  expect(json("SELECT s.n, s.none FROM S3Object s", line)).toEqual(['{"n":12345678901234567890}'])
  expect(json("SELECT s.n FROM S3Object s WHERE 'y' IN s.t[*]", line)).toHaveLength(1)
  expect(
    json("SELECT s.t FROM S3Object s WHERE s.none IS MISSING AND s.none IS NULL", line),
  ).toEqual(['{"t":["x","y"]}'])
  expect(json("SELECT s.t FROM S3Object s WHERE s.t IS MISSING", line)).toEqual([])
})

test("a path in FROM that leads nowhere makes an empty record", () => {
  const lines = [
    '{"Rules":[{"id":"1"},{"expr":"y > x"},{"id":"2","expr":"z"}],"e":[]}',
    '{"created":"June 27","o":{"a":1,"b":2}}',
  ]
  // The first two examples of "SELECT command".
  const path = "SELECT id FROM S3Object[*].Rules[*].id"
  expect(json(path, ...lines)).toEqual(['{"id":"1"}', "{}", '{"id":"2"}', "{}"])
  expect(json(`${path} WHERE id IS NOT MISSING`, ...lines)).toEqual(['{"id":"1"}', '{"id":"2"}'])
  expect(json("SELECT * FROM S3Object[*].Rules.none", ...lines)).toEqual(["{}", "{}"])
  expect(json("SELECT * FROM S3Object[*].Rules[1].expr", ...lines)).toEqual([
    '{"_1":"y > x"}',
    "{}",
  ])
  expect(json("SELECT * FROM S3Object[*].Rules[9].expr", ...lines)).toEqual(["{}", "{}"])
  expect(json("SELECT * FROM S3Object[*].e[*]", ...lines)).toEqual(["{}", "{}"])
  expect(json("SELECT COUNT(e) FROM S3Object[*].e", ...lines)).toEqual(['{"_1":1}'])
  expect(json("SELECT * FROM S3Object[*].o.*", ...lines)).toEqual(["{}", '{"_1":1}', '{"_1":2}'])
  // Recorded.
  expect(json("SELECT * FROM S3Object[*].staff[*] s", '[{"staff":[{"name":"J"}]}]')).toEqual(["{}"])
  expect(json("SELECT * FROM S3Object s", '[{"a":1}]')).toEqual(['{"_1":[{"a":1}]}'])
  expect(refusal(() => json("SELECT * FROM S3Object.Rules", ...lines))).toBe("InvalidKeyPath")
})

test("a row without an alias is meant by the end of its path, or as _1", () => {
  const line = '{"books":[{"price":3,"n":"a"},{"price":4}],"_2":0}'
  expect(json("SELECT price FROM S3Object[*].books[*].price", line)).toHaveLength(2)
  expect(json("SELECT _1.price FROM S3Object[*].books[*] WHERE _1.n IS MISSING", line)).toEqual([
    '{"price":4}',
  ])
  expect(json("SELECT b.price FROM S3Object[*].books[*] b", line)).toHaveLength(2)
  expect(json("SELECT _1.books[0].n, _2 FROM S3Object[*]", line)).toEqual(['{"n":"a","_2":0}'])
  expect(json("SELECT _1 FROM S3Object", '{"_1":"own"}')).toEqual(['{"_1":"own"}'])
})

test("operators and their order", () => {
  expect(value("1 + 2 * 3 - -4")).toBe("11")
  expect(value("(1 + 2) * 3 % 5")).toBe("4")
  expect(value("7 / 2")).toBe("3")
  expect(value("7.0 / 2")).toBe("3.5")
  expect(value("0.1 + 0.2")).toBe("0.3")
  expect(value("1e3 + 1")).toBe("1001")
  expect(value("'a' || 'b' = 'ab' AND NOT 1 > 2 OR FALSE")).toBe("true")
  expect(value("5 BETWEEN 1 AND 5")).toBe("true")
  expect(value("5 NOT BETWEEN 1 AND 4")).toBe("true")
  expect(value("3 IN (1, 2, 3)")).toBe("true")
  expect(value("3 NOT IN (1, NULL)")).toBe("null")
  expect(value("NULL = NULL")).toBe("null")
  expect(value("NULL IS NOT NULL")).toBe("false")
  expect(value("TRUE OR NULL")).toBe("true")
  expect(value("1 <> 2")).toBe("true")
  expect(refusal(() => value("9223372036854775807 + 1"))).toBe("IntegerOverflow")
  expect(refusal(() => value("'x' + 1"))).toBe("InvalidDataType")
})

test("LIKE with its wildcards and ESCAPE", () => {
  expect(value("'abcde' LIKE 'a%e'")).toBe("true")
  expect(value("'abcde' LIKE 'a%c_e%'")).toBe("true")
  expect(value("'abcde' LIKE 'b%'")).toBe("false")
  expect(value("'aa' LIKE 'a%aa'")).toBe("false")
  expect(value("'50%' LIKE '%\\%' ESCAPE '\\'")).toBe("true")
  expect(value("'505' LIKE '50\\%' ESCAPE '\\'")).toBe("false")
  expect(value("'x' NOT LIKE '_y'")).toBe("true")
  expect(refusal(() => value("'x' LIKE 'x' ESCAPE 'ab'"))).toBe("LikeInvalidInputs")
  // Exponential in the number of wildcards for what goes back and tries again.
  expect(value(`'${"a".repeat(5_000)}' LIKE '${"%a".repeat(500)}b'`)).toBe("false")
})

test("conditional, conversion and string functions", () => {
  expect(value("CASE WHEN 1 > 2 THEN 'a' WHEN 2 > 1 THEN 'b' ELSE 'c' END")).toBe('"b"')
  expect(value("CASE 3 WHEN 3 THEN 'three' END")).toBe('"three"')
  expect(value("CASE 4 WHEN 3 THEN 'three' END")).toBe("null")
  expect(value("COALESCE(NULL, MISSING, 1, 2)")).toBe("1")
  expect(value("NULLIF(1, 1)")).toBe("null")
  expect(value("NULLIF(1, 2)")).toBe("1")
  expect(value("CAST('12' AS INT) + CAST(0.456 AS FLOAT)")).toBe("12.456")
  expect(value("CAST('2.50' AS DECIMAL(10, 2)) * 2")).toBe("5.00")
  expect(value("CAST(1 AS STRING) || CAST('true' AS BOOL)")).toBe('"1true"')
  expect(value("CAST(NULL AS INT)")).toBe("null")
  expect(refusal(() => value("CAST('x' AS INT)"))).toBe("CastFailed")
  expect(refusal(() => value("CAST('2012-13T' AS TIMESTAMP)"))).toBe("CastFailed")
  expect(value("CHAR_LENGTH('héllo') + CHARACTER_LENGTH('')")).toBe("5")
  expect(value("LOWER('AbC') || UPPER('dEf')")).toBe('"abcDEF"')
  expect(value("SUBSTRING('123456789', 2, 3)")).toBe('"234"')
  expect(value("SUBSTRING('123456789' FROM 8)")).toBe('"89"')
  expect(value("SUBSTRING('123456789', -4)")).toBe('"123456789"')
  expect(value("TRIM('  x ')")).toBe('"x"')
  expect(value("TRIM(LEADING FROM '  x ')")).toBe('"x "')
  expect(value("TRIM(BOTH '12' FROM '1112211foobar22211122')")).toBe('"foobar"')
  expect(value("TRIM(TRAILING '2' FROM '122')")).toBe('"1"')
})

test("date functions, by the cloud's clock", () => {
  expect(value("UTCNOW()")).toBe('"2026-11-21T13:00:00.005Z"')
  expect(value("DATE_ADD(year, 5, `2010-01-01T`)")).toBe('"2015-01-01"')
  expect(value("DATE_ADD(month, 1, `2010T`)")).toBe('"2010-02T"')
  expect(value("DATE_ADD(month, 13, `2010T`)")).toBe('"2011-02T"')
  expect(value("DATE_ADD(day, -1, `2017-01-10T`)")).toBe('"2017-01-09"')
  expect(value("DATE_ADD(hour, 1, `2017T`)")).toBe('"2017-01-01T01:00Z"')
  expect(value("DATE_ADD(month, 1, `2016-01-31T`)")).toBe('"2016-02-29"')
  expect(value("DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)")).toBe("1")
  expect(value("DATE_DIFF(year, `2010T`, `2010-05T`)")).toBe("0")
  expect(value("DATE_DIFF(month, `2010T`, `2011T`)")).toBe("12")
  expect(value("DATE_DIFF(month, `2011T`, `2010T`)")).toBe("-12")
  expect(value("DATE_DIFF(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)")).toBe("0")
  expect(
    value(
      "EXTRACT(YEAR FROM `2010-01-01T`) + EXTRACT(timezone_hour FROM `2017-01-02T03:04:05+07:08`)",
    ),
  ).toBe("2017")
  expect(value("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y')")).toBe('"July 20, 1969"')
  expect(value("TO_STRING(`1969-07-20T20:18Z`, 'MMM d yyyy h:m a')")).toBe('"Jul 20 1969 8:18 PM"')
  expect(value("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssX')")).toBe(
    '"1969-07-20T20:18:00+08"',
  )
  expect(value("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:mXXXX')")).toBe(
    '"1969-07-20T20:18+0800"',
  )
  expect(value("TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')")).toBe(
    '"2007-02-23T12:14:33.079-08:00"',
  )
  expect(value("TO_TIMESTAMP('12/31/2025', 'MM/dd/yyyy')")).toBe('"2025-12-31"')
  expect(value("CAST('2010-01-01T01:00Z' AS TIMESTAMP) < `2010-01-01T02:00Z`")).toBe("true")
  expect(refusal(() => value("TO_TIMESTAMP('soon')"))).toBe("ValueParseFailure")
})

const REFUSED: readonly (readonly [statement: string, code: string])[] = [
  ["", "ParseExpectedKeyword"],
  ["SELECT", "ParseUnexpectedToken"],
  ["SELECT FROM S3Object", "ParseEmptySelect"],
  ["SELECT *", "ParseSelectMissingFrom"],
  ["SELECT *, a FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"],
  ["SELECT * FROM elsewhere", "InvalidDataSource"],
  ["SELECT a AS FROM S3Object", "ParseExpectedIdentForAlias"],
  ["SELECT a b c FROM S3Object", "ParseUnexpectedToken"],
  ["SELECT * FROM S3Object a, S3Object b", "ParseMalformedJoin"],
  ["SELECT * FROM S3Object s JOIN S3Object t", "ParseMalformedJoin"],
  ["SELECT a FROM S3Object GROUP BY a", "ParseUnsupportedSyntax"],
  ["SELECT a FROM S3Object ORDER BY a", "ParseUnsupportedSyntax"],
  ["SELECT a FROM S3Object LIMIT -1", "EvaluatorNegativeLimit"],
  ["SELECT a FROM S3Object LIMIT x", "ParseUnexpectedToken"],
  ["SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar"],
  ["SELECT a FROM S3Object WHERE COUNT(*) > 1", "UnsupportedSqlStructure"],
  ["SELECT CAST(a AS DATE) FROM S3Object", "ParseExpectedTypeName"],
  ["SELECT CAST a FROM S3Object", "ParseExpectedLeftParenAfterCast"],
  ["SELECT CAST(a) FROM S3Object", "ParseCastArity"],
  ["SELECT DATE_ADD(week, 1, a) FROM S3Object", "ParseExpectedDatePart"],
  ["SELECT SOUNDEX(a) FROM S3Object", "UnsupportedFunction"],
  ["SELECT LOWER(a, b) FROM S3Object", "EvaluatorInvalidArguments"],
  ["SELECT LOWER(a FROM S3Object", "ParseExpectedArgumentDelimiter"],
  ["SELECT CASE a END FROM S3Object", "ParseExpectedWhenClause"],
  ["SELECT a[b] FROM S3Object", "ParseInvalidPathComponent"],
  ["SELECT 'a FROM S3Object", "LexerInvalidLiteral"],
  ["SELECT ? FROM S3Object", "LexerInvalidChar"],
  ["SELECT a & b FROM S3Object", "LexerInvalidOperator"],
  ["SELECT a IN 1 FROM S3Object", "ParseExpectedLeftParenValueConstructor"],
  ["SELECT 99999999999999999999 FROM S3Object", "NumberFormatError"],
  [`SELECT ${"(".repeat(1_000)}1${")".repeat(1_000)} FROM S3Object`, "UnsupportedSqlStructure"],
  [`SELECT 1${" + 1".repeat(50_000)} FROM S3Object`, "UnsupportedSqlStructure"],
  [`SELECT * FROM S3Object WHERE 1${" = 1".repeat(50_000)}`, "UnsupportedSqlStructure"],
  [`SELECT * FROM S3Object WHERE TRUE${" AND TRUE".repeat(20_000)}`, "UnsupportedSqlStructure"],
  [`SELECT '${"x".repeat(256 * 1024)}' FROM S3Object`, "ExpressionTooLong"],
]

test("what is no statement is refused by name", () => {
  for (const [statement, code] of REFUSED)
    expect([statement, refusal(() => new Query(statement, NOW))]).toEqual([statement, code])
  expect(() => new Query("SELECT a FROM S3Object WHERE WHERE", NOW)).toThrow(
    "Unexpected token found KEYWORD:where at line 1, column",
  )
})
