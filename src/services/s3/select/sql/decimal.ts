/** DECIMAL: "base-10 number, with maximum precision of 38" ("Data types"). */
const PRECISION = 38
/** Digits behind the point that a division makes at most. */
const DIVISION_SCALE = 18

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/

/** An exact number: `unscaled` × 10^-`scale`. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }

  /** Undefined of what is no number. */
  static parse(text: string): Decimal | undefined {
    const match = FORM.exec(text)
    if (!match) return undefined
    const [, sign = "", whole = "", fraction = "", exponent = "0"] = match
    const digits = whole + fraction
    if (digits === "" || digits.length > 2 * PRECISION) return undefined
    const scale = fraction.length - Number(exponent)
    const value = BigInt(sign === "-" ? `-${digits}` : digits)
    if (scale >= 0) return new Decimal(value, scale)
    return new Decimal(value * 10n ** BigInt(-scale), 0)
  }

  static of(value: bigint | number | Decimal): Decimal {
    if (value instanceof Decimal) return value
    if (typeof value === "bigint") return new Decimal(value, 0)
    return Decimal.parse(String(value)) ?? new Decimal(0n, 0)
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale)
    return new Decimal(this.at(scale) + other.at(scale), scale)
  }

  minus(other: Decimal): Decimal {
    return this.plus(new Decimal(-other.unscaled, other.scale))
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.unscaled * other.unscaled, this.scale + other.scale).#cut()
  }

  /** The caller has seen to it that `other` is not zero. */
  dividedBy(other: Decimal): Decimal {
    const scale = DIVISION_SCALE + other.scale
    const shift = scale - this.scale
    const dividend =
      shift >= 0 ? this.unscaled * 10n ** BigInt(shift) : this.unscaled / 10n ** BigInt(-shift)
    return new Decimal(dividend / other.unscaled, DIVISION_SCALE).#trim()
  }

  remainder(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale)
    return new Decimal(this.at(scale) % other.at(scale), scale)
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale)
    const [one, two] = [this.at(scale), other.at(scale)]
    return one < two ? -1 : one > two ? 1 : 0
  }

  /** Towards zero. */
  truncated(): bigint {
    return this.unscaled / 10n ** BigInt(this.scale)
  }

  toNumber(): number {
    return Number(this.toString())
  }

  toString(): string {
    const digits = String(this.unscaled < 0n ? -this.unscaled : this.unscaled)
    const padded = digits.padStart(this.scale + 1, "0")
    const whole = padded.slice(0, padded.length - this.scale)
    const fraction = this.scale > 0 ? `.${padded.slice(-this.scale)}` : ""
    return `${this.unscaled < 0n ? "-" : ""}${whole}${fraction}`
  }

  at(scale: number): bigint {
    return this.unscaled * 10n ** BigInt(scale - this.scale)
  }

  /** Digits beyond the precision go from the right. */
  #cut(): Decimal {
    const digits = String(this.unscaled < 0n ? -this.unscaled : this.unscaled).length
    const drop = Math.min(digits - PRECISION, this.scale)
    return drop > 0 ? new Decimal(this.unscaled / 10n ** BigInt(drop), this.scale - drop) : this
  }

  #trim(): Decimal {
    let { unscaled, scale } = this
    for (; scale > 0 && unscaled % 10n === 0n; scale--) unscaled /= 10n
    return new Decimal(unscaled, scale)
  }
}
