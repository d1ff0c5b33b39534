import { gunzipSync, inflateSync } from "node:zlib"
import { expect, test } from "vitest"
import { codingOf, compressed } from "./content-coding.ts"

test("the coding that is wanted most, the first of equals, what is named before what a star means", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["gzip", "gzip"],
    ["deflate", "deflate"],
    ["", undefined],
    ["identity", undefined],
    ["br, zstd", undefined],
    ["x-gzip", undefined],
    ["gzip, deflate", "gzip"],
    ["identity, deflate, gzip", "deflate"],
    ["cat, GZip ,, dog", "gzip"],
    ["gzip;q=0.4, deflate;q=0.6", "deflate"],
    ["identity, gzip;q=0.001", "gzip"],
    ["gzip;q=0", undefined],
    ["gzip;q=0, gzip", "gzip"],
    ["*", "gzip"],
    ["*;q=0", undefined],
    ["*, deflate", "deflate"],
    ["*, gzip;q=0.5", "deflate"],
    ["*, deflate;q=0.5", "gzip"],
    ["*;q=0.5, gzip;q=0.1, deflate;q=0.2", "deflate"],
  ]
  expect(cases.map(([accepted]) => codingOf(accepted))).toEqual(cases.map(([, coding]) => coding))
})

test("what is not as HTTP wants it is read as AWS reads it", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['"gzip"', undefined],
    ["gzip deflate", undefined],
    ["gzip:q=1", undefined],
    ["gzip;q=20, deflate;q=30", "gzip"],
    ["deflate;q=0.5, gzip;q=many", "gzip"],
    ["deflate;q=-1, gzip;q=0.1", "gzip"],
    ["deflate;q=0.5, gzip;q=1;q=0.1", "gzip"],
    ["gzip;q= 0", undefined],
    ["gzip;q =0", "gzip"],
    ["gzip;nq=0", undefined],
    ["gzip;q=", "gzip"],
  ]
  expect(cases.map(([accepted]) => codingOf(accepted))).toEqual(cases.map(([, coding]) => coding))
})

test("only long bodies are compressed, and only for who takes that", () => {
  const response = (body: string) => ({ status: 200, headers: { "x-a": "b" }, body })
  const long = response("ä".repeat(51))
  expect(compressed(long, undefined, 100)).toBe(long)
  expect(compressed(long, "identity", 100)).toBe(long)
  const short = response("ä".repeat(50))
  expect(compressed(short, "gzip", 100)).toBe(short)
  const packed = compressed(long, "gzip", 100)
  expect(packed.headers).toEqual({ "x-a": "b", "content-encoding": "gzip" })
  expect(gunzipSync(packed.body as Uint8Array).toString()).toBe(long.body)
  const deflated = compressed(long, "deflate", 100)
  expect(deflated.headers["content-encoding"]).toBe("deflate")
  expect(inflateSync(deflated.body as Uint8Array).toString()).toBe(long.body)
})
