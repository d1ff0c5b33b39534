import { hash } from "node:crypto"
import type { Dice } from "../dice.ts"
import { fateOf } from "../fates.ts"
import { Violation, type Attempt } from "../moments.ts"
import type { Simulation } from "../simulation.ts"
import { PASSING, PLAIN, VERSIONED } from "./set-up.ts"
import type { Asked, S3System, Told } from "./system.ts"

/** A body by its MD5, or that there is none. */
type State = string
const ABSENT = "absent"

interface Write {
  readonly state: State
  readonly attempt: Attempt<Told>
  /** What it would do is not known: an answer that tells of an error of ours. */
  readonly unsure: boolean
}

const ACTIONS = 30

/** Writes and reads keys of its own, and knows what each of them may hold. */
export class Keeper {
  readonly name: string
  readonly #sim: Simulation<S3System>
  readonly #dice: Dice
  readonly #writes = new Map<string, Write[]>()
  #bodies = 0

  constructor(sim: Simulation<S3System>, name: string) {
    this.#sim = sim
    this.name = name
    this.#dice = sim.diceFor(name)
  }

  async work(): Promise<void> {
    for (let turn = 0; turn < ACTIONS; turn += 1) {
      const path = this.#path()
      const weights = { small: 4, large: 3, upload: 3, remove: 2, read: 3 }
      const wanted = this.#dice.weighted(weights)
      if (wanted === "read") await this.#check(path)
      else if (wanted === "remove") await this.#write(path, ABSENT, { method: "DELETE", path })
      else if (wanted === "upload") await this.#upload(path)
      else await this.#put(path, wanted === "small" ? 3_000 : 40_000)
      if (this.#dice.chance(0.3)) await this.#sim.pause(this.#dice.between(1, 20_000))
    }
  }

  get paths(): readonly string[] {
    return [...this.#writes.keys()]
  }

  /** What a key may hold after all that happened. `passed`: what expires may be gone. */
  states(path: string): ReadonlySet<State> {
    let states = new Set([ABSENT])
    for (const { state, attempt, unsure } of this.#writes.get(path) ?? []) {
      const fate = fateOf(attempt, this.#sim)
      if (fate === "undone") continue
      states = fate === "done" && !unsure ? new Set([state]) : new Set([...states, state])
    }
    return path.includes(`/${PASSING}`) ? new Set([...states, ABSENT]) : states
  }

  /** Holds what the key has against what it may have. */
  async verify(system: S3System, path: string): Promise<Told> {
    const told = await system.ask({ method: "GET", path })
    const states = this.states(path)
    const state = stateOf(told)
    if (!states.has(state))
      throw new Violation(`${path} holds ${state}, not ${[...states].join(" or ")}`)
    return told
  }

  #path(): string {
    const bucket = this.#dice.pick([PLAIN, VERSIONED])
    const prefix = this.#dice.chance(0.2) ? PASSING : ""
    return `/${bucket}/${prefix}${this.name}/${this.#dice.integer(4)}`
  }

  #body(most: number): Buffer {
    this.#bodies += 1
    return Buffer.alloc(this.#dice.between(1, most), `${this.name} ${this.#bodies} `)
  }

  async #put(path: string, most: number): Promise<void> {
    const body = this.#body(most)
    await this.#write(path, md5(body), { method: "PUT", path, body })
  }

  /** An upload of one part; some are given up, some forgotten. */
  async #upload(path: string): Promise<void> {
    const begun = await this.#ask({ method: "POST", path, query: "uploads" })
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(valueOf(begun)?.body.toString() ?? "")?.[1]
    if (id === undefined) return
    const body = this.#body(40_000)
    const query = `partNumber=1&uploadId=${id}`
    const sent = valueOf(await this.#ask({ method: "PUT", path, query, body }))
    const end = this.#dice.weighted({ complete: 6, abort: 2, forget: 1 })
    if (end === "forget") return
    if (end === "abort" || sent?.status !== 200)
      return void (await this.#ask({ method: "DELETE", path, query: `uploadId=${id}` }))
    const etag = `"${md5(body)}"`
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
    const asked = { method: "POST", path, query: `uploadId=${id}`, body: list }
    await this.#write(path, md5(body), asked)
  }

  async #write(path: string, state: State, asked: Asked): Promise<void> {
    const attempt = await this.#ask(asked)
    const status = valueOf(attempt)?.status ?? 0
    // Nothing was done: the upload is gone with a power cut, the disk is full.
    const refused = status >= 400
    if (refused && !this.#sim.faults.flushFailure) return
    const writes = this.#writes.get(path) ?? []
    this.#writes.set(path, [...writes, { state, attempt, unsure: refused }])
  }

  /** Whatever is there is whole, and was once written to this key. */
  async #check(path: string): Promise<void> {
    const told = valueOf(await this.#ask({ method: "GET", path }))
    if (!told || told.status >= 500) return
    const state = stateOf(told)
    const known = (this.#writes.get(path) ?? []).some((write) => write.state === state)
    if (state !== ABSENT && !known) throw new Violation(`${path} holds ${state}, never written`)
  }

  async #ask(asked: Asked): Promise<Attempt<Told>> {
    const { method, path, query = "" } = asked
    const attempt = await this.#sim.attempt((system, signal) => system.ask(asked, signal))
    const outcome = attempt.kind === "answered" ? attempt.value.status : attempt.kind
    this.#sim.note(`${this.name}: ${method} ${path}?${query} ${outcome}`)
    return attempt
  }
}

const valueOf = (attempt: Attempt<Told>): Told | undefined =>
  attempt.kind === "answered" ? attempt.value : undefined

const md5 = (body: Uint8Array): string => hash("md5", body)

const stateOf = ({ status, body }: Told): State => (status === 200 ? md5(body) : ABSENT)
