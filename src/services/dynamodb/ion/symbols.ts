import { TYPE, type Head, type Octets } from "./octets.ts"
import { IonError } from "./values.ts"

/** Symbols 1 to 9 (docs: "Ion Symbols", system symbols). */
const SYSTEM = [
  ...["$ion", "$ion_1_0", "$ion_symbol_table", "name", "version"],
  ...["imports", "symbols", "max_id", "$ion_shared_symbol_table"],
]
const SYMBOL_TABLE = 3
const NAME = 4
const IMPORTS = 6
const SYMBOLS = 7
const MAX_ID = 8

/**
 * The texts of a stream's symbols. Tables that are shared are not there: their symbols are counted,
 * and unknown.
 */
export class Symbols {
  /** How many symbols of shared tables stand between the system's and the stream's own. */
  #shared = 0
  #own: (string | undefined)[] = []

  text(id: number): string {
    const known = SYSTEM[id - 1] ?? this.#own[id - 1 - SYSTEM.length - this.#shared]
    if (known === undefined) throw new IonError(`The text of symbol ${id} is not known`)
    return known
  }

  /** Takes a table for what follows; false for a value of another kind, which is left to be read. */
  takeTable(octets: Octets, head: Head): boolean {
    if (head.type !== TYPE.annotation) return false
    const begin = octets.at
    const { names, value } = octets.annotation(head)
    if (names[0] !== SYMBOL_TABLE || value.type !== TYPE.struct) {
      octets.at = begin
      return false
    }
    let [shared, keeps] = [0, false]
    const own: (string | undefined)[] = []
    if (!value.isNull)
      octets.eachField(value, (name, field) => {
        // The symbol instead of a list: the table before goes on.
        if (name === IMPORTS && field.type === TYPE.symbol) keeps = isTable(octets.rest(field))
        if (name === IMPORTS && field.type === TYPE.list) shared = imported(octets, field)
        if (name === SYMBOLS && field.type === TYPE.list) listed(octets, field, own)
      })
    if (!keeps) [this.#shared, this.#own] = [shared, []]
    for (const text of own) this.#own.push(text)
    return true
  }
}

const isTable = (symbol: Uint8Array): boolean => symbol.length === 1 && symbol[0] === SYMBOL_TABLE

/** What is no text has a number all the same. */
function listed(octets: Octets, list: Head, own: (string | undefined)[]): void {
  octets.each(list, (one) => {
    const isText = one.type === TYPE.string && !one.isNull
    own.push(isText ? Buffer.from(octets.rest(one)).toString("utf8") : undefined)
  })
}

/** How many symbols the shared tables have together. The system's own is no import. */
function imported(octets: Octets, list: Head): number {
  let all = 0
  octets.each(list, (table) => {
    if (table.type !== TYPE.struct || table.isNull) return
    let [name, most] = ["", undefined as number | undefined]
    octets.eachField(table, (field, value) => {
      const bytes = octets.rest(value)
      if (field === NAME && value.type === TYPE.string) name = Buffer.from(bytes).toString("utf8")
      if (field === MAX_ID && value.type === TYPE.positive && bytes.length <= 4)
        most = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    })
    if (name === "" || name === "$ion") return
    if (most === undefined) throw octets.malformed()
    all += most
  })
  return all
}
