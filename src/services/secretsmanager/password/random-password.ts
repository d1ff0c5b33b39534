import { onAccount } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import type { RandomStream } from "../../../kernel/random.ts"

type Input = In<"GetRandomPassword">

const LENGTH = 32
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
const LOWER = UPPER.toLowerCase()
const DIGITS = "0123456789"
/** API: ExcludePunctuation. */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

/** A write: it draws from the world's randomness. */
export const GetRandomPassword = op.write("GetRandomPassword", {
  authorize: onAccount,
  run(tx, input): Out<"GetRandomPassword"> {
    const { PasswordLength: length = LENGTH, RequireEachIncludedType: each = true } = input
    const kinds = kindsOf(input)
    // Quoted, both.
    if (kinds.length === 0)
      throw invalid("No password characters are left after the exclusions have been applied.")
    if (each && length < kinds.length)
      throw invalid("Password length too short based on the required types.")
    const random = tx.random("secretsmanager/password")
    const password = random.string(length, kinds.join(""))
    return { RandomPassword: each ? withEach(password, kinds, random) : password }
  },
})

function kindsOf(input: Input): readonly string[] {
  const excluded = input.ExcludeCharacters ?? ""
  const kinds = [
    input.ExcludeUppercase ? "" : UPPER,
    input.ExcludeLowercase ? "" : LOWER,
    input.ExcludeNumbers ? "" : DIGITS,
    input.ExcludePunctuation ? "" : PUNCTUATION,
    input.IncludeSpace ? " " : "",
  ]
  return kinds
    .map((kind) =>
      kind
        .split("")
        .filter((sign) => !excluded.includes(sign))
        .join(""),
    )
    .filter((kind) => kind !== "")
}

/** Puts one of each kind into places of its own, where the password lacks one. */
function withEach(password: string, kinds: readonly string[], random: RandomStream): string {
  const signs = password.split("")
  const places = signs.map((_, place) => place)
  for (const kind of kinds) {
    const [place = 0] = places.splice(random.integer(places.length), 1)
    signs[place] = random.string(1, kind)
  }
  return signs.join("")
}
