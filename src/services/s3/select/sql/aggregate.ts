import { selectError } from "../errors.ts"
import { add } from "./arithmetic.ts"
import type { Environment, Evaluate } from "./compile.ts"
import { Decimal } from "./decimal.ts"
import { isNothing } from "./functions.ts"
import { Timestamp } from "./timestamp.ts"
import type { AggregateName } from "./tree.ts"
import { compare, numericOf, toNumber, type Numeric, type Value } from "./value.ts"

/** "Aggregate functions": one running value, whatever the number of records. */
export class Aggregate {
  readonly #name: AggregateName
  readonly #of: Evaluate | undefined
  #count = 0n
  #sum: Numeric = 0n
  #best: Value

  constructor(name: AggregateName, of: Evaluate | undefined) {
    this.#name = name
    this.#of = of
  }

  add(env: Environment): void {
    if (!this.#of) {
      this.#count++
      return
    }
    const value = this.#of(env)
    if (isNothing(value)) return
    this.#count++
    if (this.#name === "COUNT") return
    if (this.#name === "MIN" || this.#name === "MAX") this.#choose(value)
    else this.#sum = add(this.#sum, numberOf(value))
  }

  /** NULL of no values, but for COUNT. */
  get result(): Value {
    if (this.#name === "COUNT") return this.#count
    if (this.#count === 0n) return null
    switch (this.#name) {
      case "SUM":
        return this.#sum
      case "AVG":
        return typeof this.#sum === "number"
          ? this.#sum / Number(this.#count)
          : Decimal.of(this.#sum).dividedBy(Decimal.of(this.#count))
      default:
        return this.#best
    }
  }

  #choose(value: Value): void {
    const one = value instanceof Timestamp ? value : numberOf(value)
    const order = this.#best === undefined ? 0 : compare(one, this.#best)
    if (order === undefined) throw selectError("InvalidDataType")
    const better = this.#name === "MIN" ? order < 0 : order > 0
    if (this.#best === undefined || better) this.#best = one
  }
}

function numberOf(value: Value): Numeric {
  const number = numericOf(value)
  if (number === undefined || Number.isNaN(toNumber(number))) throw selectError("InvalidDataType")
  return number
}
