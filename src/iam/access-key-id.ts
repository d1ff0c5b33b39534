import type { RandomStream } from "../kernel/random.ts"

/** The characters of the ids that AWS makes: base 32. */
export const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** Characters of an access key id behind the eight and a bit that tell its account. */
const TAIL_LENGTH = 8
const ENCODED_ID = /^[A-Z]{4}[Q-Z2-7][A-Z2-7]{15,16}$/

/**
 * A unique id of AWS's form that tells its account: the prefix, then in base 32 one bit that is
 * set, the 40 bits of the account's number, and what `tail` (at least one character of
 * ID_ALPHABET) has. AWS does not document the form; users found it ("A short note on AWS KEY ID").
 */
export function idInAccount(prefix: string, account: string, tail: string): string {
  const number = Number(account)
  const high = 2 ** 39 + Math.floor(number / 2)
  let text = prefix
  for (let digit = 7; digit >= 0; digit -= 1)
    text += ID_ALPHABET[Math.floor(high / 32 ** digit) % 32] as string
  // The account's last bit shares a character with the tail.
  const shared = (ID_ALPHABET.indexOf(tail.charAt(0)) & 15) | (number % 2 === 1 ? 16 : 0)
  return text + (ID_ALPHABET[shared] as string) + tail.slice(1)
}

/** `AKIA…` for keys that last, `ASIA…` for temporary ones. */
export function newAccessKeyId(
  prefix: "AKIA" | "ASIA",
  account: string,
  random: RandomStream,
): string {
  return idInAccount(prefix, account, random.string(TAIL_LENGTH, ID_ALPHABET))
}

/** 40 characters, as AWS's secrets have. */
export const newSecret = (random: RandomStream): string => random.string(40, SECRET_ALPHABET)

/**
 * The account that an id tells, of this cloud or of AWS's. Ids from before 2019 begin with a bit
 * that is not set and tell nothing.
 */
export function accountInId(id: string): string | undefined {
  if (!ENCODED_ID.test(id)) return undefined
  let high = 0
  for (let at = 4; at < 12; at += 1) high = high * 32 + ID_ALPHABET.indexOf(id.charAt(at))
  const last = ID_ALPHABET.indexOf(id.charAt(12)) >> 4
  const account = String((high - 2 ** 39) * 2 + last).padStart(12, "0")
  return account.length === 12 ? account : undefined
}
