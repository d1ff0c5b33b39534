import type { Wait, Watchers } from "./watch.ts"

/**
 * Something that one running request gives to another, such as bytes that are still coming in. Only
 * for what needs no memory: when the process is gone so are both of them.
 */
export interface Handover<Thing> {
  /** `s3/object-lambda-answer`: unique in the cloud. */
  readonly name: string
  /** Says what is handed over; never there. */
  readonly thing?: Thing
}

export const handover = <Thing>(name: string): Handover<Thing> => Object.freeze({ name })

/** Stands in front of no key of a row. */
const MARK = "\uffffhandover "

interface Place {
  thing: unknown
}

/** What is on its way between those who wait and those who hand over. */
export class Handovers {
  readonly #watchers: Watchers
  readonly #awaited = new Map<string, Place>()

  constructor(watchers: Watchers) {
    this.#watchers = watchers
  }

  /** What comes under this id; undefined where the wait ends first. One may wait for each. */
  async receive<Thing>(
    { name }: Handover<Thing>,
    id: string,
    wait: Wait,
  ): Promise<Thing | undefined> {
    const key = `${MARK}${name} ${id}`
    if (this.#awaited.has(key)) throw new Error(`${name} is awaited already`)
    const place: Place = { thing: undefined }
    this.#awaited.set(key, place)
    await this.#watchers.wait(key, wait)
    if (this.#awaited.get(key) === place) this.#awaited.delete(key)
    return place.thing as Thing | undefined
  }

  /** False where nobody waits any more, or somebody was faster. */
  give<Thing>({ name }: Handover<Thing>, id: string, thing: Thing): boolean {
    const key = `${MARK}${name} ${id}`
    const place = this.#awaited.get(key)
    if (!place) return false
    this.#awaited.delete(key)
    place.thing = thing
    this.#watchers.wake(key)
    return true
  }
}
