import type { Transaction } from "./history.ts"
import { ordersOf, type Orders } from "./version-orders.ts"

/**
 * Why one transaction comes before another: it put what the other put something behind (ww), or saw
 * (wr); it saw a state before what the other put (rw); it had ended when the other began (time).
 */
type Reason = "ww" | "wr" | "rw" | "time"

type Graph = ReadonlyMap<Transaction, ReadonlyMap<Transaction, Reason>>

/** The reasons that each kind of anomaly needs, the worst first. */
const KINDS: readonly (readonly Reason[])[] = [
  ["ww"],
  ["ww", "wr"],
  ["ww", "wr", "rw"],
  ["ww", "wr", "time"],
  ["ww", "wr", "rw", "time"],
]

/**
 * Everything that shows that transactions on lists did not run one after another, each at some
 * instant between its request and its answer (strict serializability). The method is that of
 * Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations" (2020).
 */
export function anomaliesOf(history: readonly Transaction[]): readonly string[] {
  const orders = ordersOf(history)
  if (orders.wrong.length > 0) return orders.wrong
  const edges = [...dependencies(orders), ...timeEdges(orders.committed)]
  for (const kind of KINDS) {
    const graph = graphOf(edges.filter(({ reason }) => kind.includes(reason)))
    const cycle = shortestCycle(withoutEnds(graph))
    if (cycle) return [`${nameOf(cycle)}: ${tellCycle(cycle)}`]
  }
  return []
}

interface Edge {
  readonly from: Transaction
  readonly to: Transaction
  readonly reason: Reason
}

function* dependencies({ versions, committed }: Orders): Generator<Edge> {
  for (const transaction of committed) {
    for (const { key, read, append } of transaction.touches) {
      const list = versions.get(key) ?? []
      const before = read && list[read.length - 1]?.writer
      if (before && before !== transaction) yield { from: before, to: transaction, reason: "wr" }
      if (read && transaction.fate === "done") {
        const next = list.slice(read.length).find(({ writer }) => writer !== transaction)
        const after = next ? [next.writer] : unseen(committed, key, list)
        for (const to of after)
          if (to !== transaction) yield { from: transaction, to, reason: "rw" }
      }
      // Whoever put what nobody saw, put it last.
      const last = list.at(-1)?.writer
      if (last && append && !list.some(({ writer }) => writer === transaction))
        yield { from: last, to: transaction, reason: "ww" }
    }
  }
  for (const list of versions.values())
    for (const [at, { writer: to }] of list.entries()) {
      const from = list[at - 1]?.writer
      if (from && from !== to) yield { from, to, reason: "ww" }
    }
}

const unseen = (
  committed: ReadonlySet<Transaction>,
  key: string,
  list: readonly { readonly writer: Transaction }[],
): readonly Transaction[] =>
  [...committed].filter(
    (one) =>
      one.touches.some((touch) => touch.key === key && touch.append) &&
      !list.some(({ writer }) => writer === one),
  )

function* timeEdges(committed: ReadonlySet<Transaction>): Generator<Edge> {
  for (const from of committed)
    for (const to of committed) if (from.ended < to.sent) yield { from, to, reason: "time" }
}

/** Where there are several reasons, the first of all is the strongest. */
const STRENGTH: readonly Reason[] = ["ww", "wr", "rw", "time"]

function graphOf(edges: readonly Edge[]): Graph {
  const graph = new Map<Transaction, Map<Transaction, Reason>>()
  const strength = ({ reason }: Edge): number => STRENGTH.indexOf(reason)
  for (const { from, to, reason } of edges.toSorted((a, b) => strength(a) - strength(b))) {
    const outgoing = graph.get(from) ?? new Map<Transaction, Reason>()
    if (!outgoing.has(to)) outgoing.set(to, reason)
    graph.set(from, outgoing)
  }
  return graph
}

/** What is left when all that nothing leads into is taken away, again and again: cycles. */
function withoutEnds(graph: Graph): Graph {
  const incoming = new Map<Transaction, number>()
  for (const outgoing of graph.values())
    for (const to of outgoing.keys()) incoming.set(to, (incoming.get(to) ?? 0) + 1)
  const left = new Map(graph)
  const ends = [...graph.keys()].filter((one) => !incoming.has(one))
  for (let end = ends.pop(); end; end = ends.pop()) {
    for (const to of left.get(end)?.keys() ?? []) {
      const count = (incoming.get(to) as number) - 1
      incoming.set(to, count)
      if (count === 0) ends.push(to)
    }
    left.delete(end)
  }
  return left
}

function shortestCycle(graph: Graph): readonly Edge[] | undefined {
  let shortest: readonly Edge[] | undefined
  for (const start of graph.keys()) {
    const cycle = cycleThrough(graph, start)
    if (cycle && (!shortest || cycle.length < shortest.length)) shortest = cycle
  }
  return shortest
}

function cycleThrough(graph: Graph, start: Transaction): readonly Edge[] | undefined {
  const cameBy = new Map<Transaction, Edge>()
  const queue = [start]
  for (const from of queue) {
    for (const [to, reason] of graph.get(from) ?? []) {
      if (cameBy.has(to)) continue
      cameBy.set(to, { from, to, reason })
      if (to === start) return pathTo(cameBy, start)
      queue.push(to)
    }
  }
  return undefined
}

function pathTo(cameBy: ReadonlyMap<Transaction, Edge>, end: Transaction): readonly Edge[] {
  const path: Edge[] = []
  let edge = cameBy.get(end)
  while (edge) {
    path.unshift(edge)
    edge = edge.from === end ? undefined : cameBy.get(edge.from)
  }
  return path
}

function nameOf(cycle: readonly Edge[]): string {
  const reasons = cycle.map(({ reason }) => reason)
  const late = reasons.includes("time") ? ", seen late" : ""
  const looks = reasons.filter((reason) => reason === "rw").length
  if (looks > 1) return `G2${late}`
  if (looks === 1) return `G-single${late}`
  return `${reasons.includes("wr") ? "G1c" : "G0"}${late}`
}

const tellCycle = (cycle: readonly Edge[]): string =>
  cycle.map(({ from, to, reason }) => `${from.name} ${reason} ${to.name}`).join(", ")
