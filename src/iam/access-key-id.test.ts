import { expect, test } from "vitest"
import { RandomStream } from "../kernel/random.ts"
import { createSeededRandom } from "../kernel/sim/seeded-random.ts"
import { accountInId, idInAccount, newAccessKeyId, newSecret } from "./access-key-id.ts"

const random = (): RandomStream => new RandomStream(createSeededRandom(1), "test/key")

test("keys of AWS tell the account that their finders say", () => {
  // "AWS Access Key ID formats" (awsteele.com).
  expect(accountInId("ASIAY34FZKBOKMUTVV7A")).toBe("609629065308")
})

test("a key that was made here tells its account", () => {
  for (const account of ["000000000000", "000000000001", "123456789012", "999999999999"])
    for (const prefix of ["AKIA", "ASIA"] as const) {
      const id = newAccessKeyId(prefix, account, random())
      expect(id).toMatch(new RegExp(`^${prefix}[A-Z2-7]{16}$`))
      expect(accountInId(id)).toBe(account)
    }
})

test("two keys of an account differ, in all but the characters of the account", () => {
  const stream = random()
  const first = newAccessKeyId("AKIA", "123456789012", stream)
  const second = newAccessKeyId("AKIA", "123456789012", stream)
  expect(first).not.toBe(second)
  expect(first.slice(0, 12)).toBe(second.slice(0, 12))
})

test("the last bit of the account does not depend on the tail", () => {
  for (const tail of ["AAAAAAAA", "77777777", "QAAAAAAA"]) {
    expect(accountInId(idInAccount("AKIA", "123456789012", tail))).toBe("123456789012")
    expect(accountInId(idInAccount("AKIA", "123456789013", tail))).toBe("123456789013")
  }
})

test.each([
  ["an id from before 2019", "AKIAIOSFODNN7EXAMPLE"],
  ["a number above the largest account", "AKIA77777777AAAAAAAA"],
  ["a character outside of base 32", "AKIAY34FZKBOKMUTVV71"],
  ["too short", "AKIAY34FZKBO"],
  ["a name", "test"],
])("%s tells no account", (_why, id) => {
  expect(accountInId(id)).toBeUndefined()
})

test("secrets have 40 characters of base 64", () => {
  expect(newSecret(random())).toMatch(/^[A-Za-z0-9+/]{40}$/)
})
