import { Connection } from "./connection.ts"
import { load, processCpuUs } from "./load.ts"
import type { Bench } from "./servers.ts"

/** A figure of one lap, such as CPU per request. */
export type Measure = (seconds: number) => Promise<number>

export interface Laps {
  readonly rounds: number
  readonly seconds: number
}

/** What V8 compiles in a server's first seconds is half of what its first requests cost. */
const WARM_UP_SECONDS = 4

/**
 * Takes all measures in turn, round after round, after one lap of each that does not count. What
 * else runs on a shared machine changes within a minute: only figures of one round are compared.
 */
export async function inRounds<Name extends string>(
  measures: Readonly<Record<Name, Measure>>,
  { rounds, seconds }: Laps,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measures) as Name[]
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]]))
  for (const name of names) await measures[name](WARM_UP_SECONDS)
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) figures[name]?.push(await measures[name](seconds))
  return figures as Record<Name, number[]>
}

/** The median of how many times `of` each figure is, round by round. */
export const times = (figures: readonly number[], of: readonly number[]): number =>
  median(figures.map((figure, round) => figure / (of[round] as number)))

/** Server CPU per request, in microseconds, of 32 connections that ask the same. */
export function cpuOfRequest({ port, pid }: Bench, request: Buffer): Measure {
  const options = { port, pid, request, connections: 32, warmupSeconds: 0.5 }
  return async (seconds) => (await load({ ...options, seconds })).cpuUs
}

/** The same of a peer, which may end its connections: then it gets new ones. */
export const cpuOfPeer =
  ({ port, pid }: Bench, request: Buffer, connections = 8): Measure =>
  async (seconds) => {
    let answers = 0
    let counting = false
    let stopped = false
    const drive = async (): Promise<void> => {
      const connection = new Connection(port)
      while (!stopped) {
        await connection.ask(request)
        if (counting) answers += 1
      }
      connection.close()
    }
    const driving = Promise.all(Array.from({ length: connections }, drive))
    await pause(0.5)
    const before = processCpuUs(pid)
    counting = true
    await pause(seconds)
    counting = false
    const cpuUs = (processCpuUs(pid) - before) / answers
    stopped = true
    await driving
    return cpuUs
  }

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000))

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
