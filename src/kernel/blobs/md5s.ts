import { createHash, type Hash } from "node:crypto"
import { MD5_START, md5Code, type Md5Code } from "./md5-code.ts"

/** MD5 of a stream, to be ended once: by its digest, or by leaving. */
export interface RunningMd5 {
  update(bytes: Uint8Array): void
  digest(): Buffer
  /** Nobody will ask for the digest. */
  leave(): void
}

const BLOCK_BYTES = 64
/** What waits for others to come: about what a busy connection brings before its neighbour's turn. */
const LANE_BYTES = 2 * 1024 * 1024
/** Of fewer it is not worth while. */
const LEAST_BYTES = 16 * 1024
/** Further ones are computed by Node. */
const MOST_LANES = 8
/** In front of the lanes' bytes: their states. */
const STATES_BYTES = 1_024
const STATE_BYTES = 16
const PAGE_BYTES = 64 * 1024

/**
 * MD5s of streams that come at the same time, such as an upload's parts: two at a time are computed
 * in little more than the time of one. A stream that comes alone is Node's.
 */
export class Md5s {
  #underWay = 0
  #code: Md5Code | undefined
  #refused = false
  #bytes: Buffer = Buffer.alloc(0)
  readonly #lanes: (Lane | undefined)[] = []

  begin(): RunningMd5 {
    const company = this.#underWay > 0 || this.#code !== undefined
    const at = company && !this.#refused ? this.#freeLane() : MOST_LANES
    const lane = at < MOST_LANES ? this.#openLane(at) : undefined
    this.#underWay += 1
    let open = true
    const ended = (): void => {
      if (!open) return
      open = false
      this.#underWay -= 1
      if (this.#lanes[at]) this.#lanes[at] = undefined
    }
    return lane ? this.#inLane(lane, ended) : alone(ended)
  }

  #freeLane(): number {
    const at = this.#lanes.indexOf(undefined)
    return at < 0 ? this.#lanes.length : at
  }

  /** None where a process has no WebAssembly (`--jitless`), or no room for it (`ulimit -v`). */
  #openLane(at: number): Lane | undefined {
    const first = STATES_BYTES + at * LANE_BYTES
    try {
      this.#code ??= load()
      const { memory } = this.#code
      const pages = Math.ceil((first + LANE_BYTES - memory.buffer.byteLength) / PAGE_BYTES)
      if (pages > 0) memory.grow(pages)
    } catch {
      this.#refused = true
      return undefined
    }
    const { memory } = this.#code
    if (this.#bytes.buffer !== memory.buffer) this.#bytes = Buffer.from(memory.buffer)
    const lane = { state: at * STATE_BYTES, first, taken: 0, done: 0 }
    for (const [i, word] of MD5_START.entries()) this.#bytes.writeUInt32LE(word, lane.state + 4 * i)
    this.#lanes[at] = lane
    return lane
  }

  #inLane(lane: Lane, ended: () => void): RunningMd5 {
    return {
      update: (bytes) => {
        // What was still on its way to one that has left: its place may be another's.
        if (this.#lanes.includes(lane)) this.#update(lane, bytes)
      },
      digest: () => {
        this.#update(lane, padding(lane.taken))
        while (lane.done < lane.taken) this.#step(lane)
        const digest = Buffer.from(this.#bytes.subarray(lane.state, lane.state + STATE_BYTES))
        ended()
        return digest
      },
      leave: ended,
    }
  }

  #update(lane: Lane, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      // Nobody came: the later half goes on waiting.
      if (waiting(lane) === LANE_BYTES) this.#stepAlone(lane, LANE_BYTES / 2 / BLOCK_BYTES)
      const to = lane.taken % LANE_BYTES
      const room = Math.min(LANE_BYTES - to, LANE_BYTES - waiting(lane))
      const part = bytes.subarray(at, at + room)
      this.#bytes.set(part, lane.first + to)
      lane.taken += part.length
      at += part.length
      for (let company; (company = this.#companyOf(lane));) this.#stepBoth(lane, company)
    }
  }

  /** Some of what waits, alone if there is nobody. */
  #step(lane: Lane): void {
    const company = this.#companyOf(lane)
    if (company) this.#stepBoth(lane, company)
    else this.#stepAlone(lane, blocksOf(lane))
  }

  #stepAlone(lane: Lane, most: number): void {
    const blocks = Math.min(most, blocksOf(lane))
    this.#code!.one(lane.state, fromOf(lane), blocks)
    lane.done += blocks * BLOCK_BYTES
  }

  #stepBoth(one: Lane, other: Lane): void {
    const blocks = Math.min(blocksOf(one), blocksOf(other))
    this.#code!.two(one.state, fromOf(one), other.state, fromOf(other), blocks)
    one.done += blocks * BLOCK_BYTES
    other.done += blocks * BLOCK_BYTES
  }

  /** The lane where most waits, where it is worth while. */
  #companyOf(lane: Lane): Lane | undefined {
    if (waiting(lane) < LEAST_BYTES) return undefined
    let most: Lane | undefined
    let mostBytes = LEAST_BYTES - 1
    for (const other of this.#lanes) {
      if (!other || other === lane || waiting(other) <= mostBytes) continue
      most = other
      mostBytes = waiting(other)
    }
    return most
  }
}

/** A ring of bytes that wait, and how many there have been. */
interface Lane {
  /** Where its state and its ring are. */
  readonly state: number
  readonly first: number
  taken: number
  done: number
}

const fromOf = ({ first, done }: Lane): number => first + (done % LANE_BYTES)

const waiting = ({ taken, done }: Lane): number => taken - done

/** Whole blocks that wait in one run. */
const blocksOf = (lane: Lane): number =>
  Math.floor(Math.min(waiting(lane), LANE_BYTES - (lane.done % LANE_BYTES)) / BLOCK_BYTES)

function alone(ended: () => void): RunningMd5 {
  const hash: Hash = createHash("md5")
  return {
    update: (bytes) => void hash.update(bytes),
    digest() {
      ended()
      return hash.digest()
    },
    leave: ended,
  }
}

/** RFC 1321, sections 3.1 and 3.2. */
function padding(sizeBytes: number): Buffer {
  // A bit, zeros, and eight bytes of length, up to a whole block.
  const bytes = Buffer.alloc(9 + ((2 * BLOCK_BYTES - 9 - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES))
  bytes[0] = 0x80
  bytes.writeBigUInt64LE(BigInt(sizeBytes) * 8n, bytes.length - 8)
  return bytes
}

interface WebAssemblyApi {
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** TypeScript's own declaration comes with the browser's. */
function load(): Md5Code {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
  return new WebAssembly.Instance(new WebAssembly.Module(md5Code())).exports as Md5Code
}
