import type { Answer, CloudSystem } from "../cloud-system.ts"
import type { Dice } from "../dice.ts"
import { fateOf, type Attempted, type Fate } from "../fates.ts"
import { Violation } from "../moments.ts"
import type { Simulation } from "../simulation.ts"
import type { Touch, Transaction } from "./history.ts"
import {
  executeTransaction,
  getItem,
  selectAll,
  transactGet,
  transactWrite,
  updateItem,
  valuesOf,
  type Plan,
  type Request,
} from "./list-requests.ts"

/** What somebody asked for, maybe several times, and what he was told of it. */
interface Deed {
  readonly name: string
  readonly touches: readonly Touch[]
  readonly attempts: readonly Attempted[]
}

/** What all users did; what became of it is known when all is over. */
export class Ledger {
  readonly #deeds: Deed[] = []
  #values = 0

  add(deed: Deed): void {
    this.#deeds.push(deed)
  }

  /** A value that nobody has put anywhere. */
  newValue(): number {
    this.#values += 1
    return this.#values
  }

  historyOf(sim: Simulation<CloudSystem>): readonly Transaction[] {
    return this.#deeds.map(({ name, touches, attempts }) => ({
      name,
      touches,
      fate: together(attempts.map((attempt) => fateOf(attempt, sim))),
      sent: attempts[0]?.sent.step ?? 0,
      ended: Math.max(...attempts.map(({ ended }) => ended.step)),
    }))
  }
}

/** Of tries under one token. */
function together(fates: readonly Fate[]): Fate {
  if (fates.includes("done")) return "done"
  return fates.includes("maybe") ? "maybe" : "undone"
}

/** A token holds for ten minutes of cloud time. */
const TOKEN_MS = 540_000
const TRIES = 6

interface Told {
  readonly attempt: Attempted
  readonly answer?: Answer
}

/** Somebody who reads lists and appends to them, and asks again where he got no answer. */
export class ListUser {
  readonly name: string
  readonly dice: Dice
  readonly #sim: Simulation<CloudSystem>
  readonly #ledger: Ledger
  /** What he last knew of each list. */
  readonly #known = new Map<string, readonly number[]>()
  #deeds = 0

  constructor(sim: Simulation<CloudSystem>, ledger: Ledger, name: string) {
    this.name = name
    this.dice = sim.diceFor(name)
    this.#sim = sim
    this.#ledger = ledger
  }

  async read(keys: readonly string[]): Promise<void> {
    const [first = ""] = keys
    const many = this.dice.chance(0.5) ? transactGet(keys) : selectAll(keys)
    const request = keys.length === 1 && this.dice.chance(0.5) ? getItem(first) : many
    const { attempt, answer } = await this.#ask(request)
    if (!answer?.ok) return this.#wait(attempt)
    const output = answer.output as { Item?: unknown; Responses?: readonly { Item?: unknown }[] }
    const items = output.Responses?.map(({ Item }) => Item) ?? [output.Item]
    const touches = keys.map((key, i) => this.#saw(key, valuesOf(items[i])))
    this.#add(touches, [attempt])
  }

  /** One list, by UpdateItem, which tells what it made. */
  async append(key: string): Promise<void> {
    const append = this.#newValues()
    const { attempt, answer } = await this.#ask(updateItem({ key, append }))
    if (!answer?.ok) {
      this.#add([{ key, append }], [attempt])
      return this.#wait(attempt)
    }
    const { Attributes } = answer.output as { Attributes?: unknown }
    const made = valuesOf(Attributes)
    const before = made.slice(0, -append.length)
    if (made.slice(-append.length).join() !== append.join())
      throw new Violation(`${append.join()} were put into ${key}, and are not in its answer`)
    this.#saw(key, made)
    this.#add([{ key, read: before, append }], [attempt])
  }

  /** Several lists at once; some of them only if they still are as he knew them. */
  async transact(keys: readonly string[]): Promise<void> {
    const plans = keys.map((key) => this.#planFor(key))
    const token = `${this.name}/${this.#deeds}`
    const speaks = this.dice.chance(0.5) ? executeTransaction : transactWrite
    const attempts: Attempted[] = []
    let told = await this.#ask(speaks(plans, token))
    attempts.push(told.attempt)
    const began = told.attempt.sent.cloudMs
    const { length: enough } = Array.from({ length: TRIES })
    while (this.#wantsAgain(told) && attempts.length < enough) {
      await this.#sim.pause(this.dice.between(1, 3_000))
      if (this.#sim.moment().cloudMs - began > TOKEN_MS) break
      told = await this.#ask(speaks(plans, token))
      attempts.push(told.attempt)
    }
    this.#add(
      plans.map(({ key, seen, append }) => ({ key, read: seen, append })),
      attempts,
    )
    if (told.answer && !told.answer.ok) this.#cancelled(keys, told.attempt, told.answer.output)
  }

  /** Where there was no answer, and sometimes where there was one. */
  #wantsAgain({ answer, attempt }: Told): boolean {
    if (!answer) return attempt.kind === "unsent" || this.dice.chance(0.9)
    return answer.ok && this.dice.chance(0.1)
  }

  #planFor(key: string): Plan {
    const known = this.#known.get(key)
    const seen = known && this.dice.chance(0.4) ? known : undefined
    const append = seen && this.dice.chance(0.4) ? undefined : this.#newValues()
    return { key, seen, append }
  }

  #newValues(): readonly number[] {
    const { length } = Array.from({ length: this.dice.chance(0.2) ? 2 : 1 })
    return Array.from({ length }, () => this.#ledger.newValue())
  }

  /** A cancelled transaction tells, at one instant, what stood in its way. */
  #cancelled(
    keys: readonly string[],
    attempt: Attempted,
    { CancellationReasons: reasons }: { readonly CancellationReasons?: unknown },
  ): void {
    const touches = ((reasons ?? []) as { Item?: unknown }[]).flatMap(({ Item }, i) =>
      Item ? [this.#saw(keys[i] as string, valuesOf(Item))] : [],
    )
    if (touches.length > 0) this.#add(touches, [{ ...attempt, kind: "answered" }])
  }

  /** Whoever finds nobody there looks again a little later. */
  async #wait({ kind }: Attempted): Promise<void> {
    if (kind === "unsent") await this.#sim.pause(this.dice.between(1, 100))
  }

  #saw(key: string, values: readonly number[]): Touch {
    this.#known.set(key, values)
    return { key, read: values }
  }

  #add(touches: readonly Touch[], attempts: readonly Attempted[]): void {
    this.#deeds += 1
    this.#ledger.add({ name: `${this.name}/${this.#deeds}`, touches, attempts })
  }

  async #ask({ operation, input }: Request): Promise<Told> {
    const sim = this.#sim
    sim.note(`${this.name} ${operation} ${JSON.stringify(input)}`)
    const attempt = await sim.attempt((system, signal) => system.call(operation, input, signal))
    if (attempt.kind !== "answered") {
      sim.note(`${this.name} ${operation} ${attempt.kind}`)
      return { attempt }
    }
    const { value: answer, sent, ended } = attempt
    sim.note(`${this.name} ${operation} ${JSON.stringify(answer)}`)
    if (answer.ok) return { attempt, answer }
    if (answer.status === 500 || !EXPECTED.includes(answer.code))
      throw new Violation(`${operation}: ${answer.status} ${answer.code} ${answer.text}`)
    // A flush that failed leaves the commit in place.
    const forgetful = answer.status === 503 && (sim.faults.flushFailure ?? 0) > 0
    return { attempt: { kind: forgetful ? "lost" : "refused", sent, ended }, answer }
  }
}

const EXPECTED: readonly string[] = [
  "TransactionCanceledException",
  "ConditionalCheckFailedException",
  "ServiceUnavailableException",
]
