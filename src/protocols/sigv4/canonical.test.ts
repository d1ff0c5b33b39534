import { expect, test } from "vitest"
import { formatAmzDate, formatIsoSeconds, isScopeDate, parseAmzDate } from "./amz-date.ts"
import { canonicalPath, canonicalQuery, sha256Hex } from "./canonical.ts"
import { encodePathOnce } from "./uri-encoding.ts"

test.each([
  ["", "/"],
  ["/", "/"],
  ["/a/b", "/a/b"],
  ["//a//b/", "/a/b/"],
  ["/a/./b/../c", "/a/c"],
  ["/a/.", "/a"],
  ["/../..", "/"],
  ["/a/.hidden", "/a/.hidden"],
  ["/a%20b", "/a%2520b"],
  ["/a b+c", "/a%20b%2Bc"],
  ["/\u65e5\u{1f600}", "/%E6%97%A5%F0%9F%98%80"],
])("the path %j of a service is %j", (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical)
})

test.each([
  ["//a//../b/", "//a//../b/"],
  ["/a%20b", "/a%20b"],
  ["/%e6%97%a5", "/%E6%97%A5"],
  ["/a$b(c)%2a", "/a%24b%28c%29%2A"],
  ["/100%/%zz%4", "/100%25/%25zz%254"],
  ["/a%2fb", "/a%2Fb"],
])("the path %j of S3 is %j", (path, canonical) => {
  expect(encodePathOnce(path)).toBe(canonical)
})

test.each([
  ["acl", "acl="],
  ["b=2&a=1", "a=1&b=2"],
  ["a-b=1&a=2", "a=2&a-b=1"],
  ["a=2&a=10&a", "a=&a=10&a=2"],
  ["&&a=1&", "a=1"],
  ["a=b=c", "a=b%3Dc"],
  ["a=x+y&b=x%2By", "a=x%20y&b=x%2By"],
  ["a=%zz&%=", "%25=&a=%25zz"],
  ["x=%e2%82%ac&y=%ff", "x=%E2%82%AC&y=%FF"],
  ["=v", "=v"],
  ["X-Amz-Signature=1&a=1", "a=1"],
])("the query %j is %j", (query, canonical) => {
  expect(canonicalQuery(query, true)).toBe(canonical)
})

test("a signature in the query counts when it is not the request's own", () => {
  expect(canonicalQuery("X-Amz-Signature=1", false)).toBe("X-Amz-Signature=1")
})

test("text is hashed as the bytes that its characters are", () => {
  const ofUtf8 = sha256Hex(Buffer.from("\u00e4").toString("latin1"))
  expect(ofUtf8).toBe("33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc")
})

test("dates are read to the letter", () => {
  expect(parseAmzDate("20150830T123600Z")).toBe(Date.UTC(2015, 7, 30, 12, 36))
  expect(parseAmzDate("20160229T000000Z")).toBe(Date.UTC(2016, 1, 29))
  for (const wrong of [
    "",
    "20150229T000000Z",
    "21000229T000000Z",
    "20151301T000000Z",
    "20150031T000000Z",
    "20150431T000000Z",
    "20150830T240000Z",
    "20150830T126000Z",
    "20150830T123660Z",
    "20150830t123600Z",
    "20150830T123600z",
    "2015083xT123600Z",
    "2015-08-30T12:36",
    "20150830T123600Z ",
  ]) {
    expect(parseAmzDate(wrong)).toBeUndefined()
  }
  expect(isScopeDate("20150830")).toBe(true)
  expect(isScopeDate("20150832")).toBe(false)
  expect(formatAmzDate(Date.UTC(2015, 7, 30, 12, 36, 5, 999))).toBe("20150830T123605Z")
  expect(formatIsoSeconds(Date.UTC(2015, 7, 30))).toBe("2015-08-30T00:00:00Z")
})
