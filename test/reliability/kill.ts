/**
 * Kills the server with SIGKILL under load, at random moments, and looks for what it owes.
 *
 *   node test/reliability/kill.ts [--rounds 1000]
 */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { removeFolder, startCloud } from "../scenarios/server.ts"
import { createQueues, drain, newLedger, runLoad, sqs } from "./load.ts"

export interface KillReport {
  readonly rounds: number
  readonly answered: number
  readonly problems: readonly string[]
}

/** Each round kills one server on the same folder; what is left is looked at every few rounds. */
export async function killUnderLoad(rounds: number, checkEvery = 5): Promise<KillReport> {
  const data = mkdtempSync(join(tmpdir(), "cloudarium-kill-"))
  const problems: string[] = []
  let answered = 0
  let ledgers = { plain: newLedger(), fifo: newLedger(), next: [0, 0, 0, 0] }
  let cloud = await startCloud([], data)
  await createQueues(cloud.url)
  for (let round = 1; round <= rounds; round += 1) {
    let gone = false
    const load = runLoad(cloud.url, ledgers, () => gone)
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 250))
    await cloud.kill()
    gone = true
    await load
    cloud = await startCloud([], data)
    if (round % checkEvery !== 0 && round !== rounds) continue
    // What a consumer had in flight comes back first.
    await advance(cloud.url, "10s")
    problems.push(...judge(round, ledgers, await contents(cloud.url)))
    answered += ledgers.plain.sent.size + ledgers.fifo.sent.size
    ledgers = { plain: newLedger(), fifo: newLedger(), next: ledgers.next }
  }
  await sqs(cloud.url, "ListQueues", {})
  await cloud.stop()
  removeFolder(data)
  return { rounds, answered, problems }
}

const contents = async (url: string): Promise<{ plain: string[]; fifo: string[] }> => ({
  plain: await drain(url, "plain"),
  fifo: await drain(url, "orders.fifo"),
})

async function advance(url: string, span: string): Promise<void> {
  const response = await fetch(`${url}/_cloudarium/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance: span }),
  })
  if (!response.ok) throw new Error(await response.text())
}

type Ledgers = Pick<Parameters<typeof runLoad>[1], "plain" | "fifo">

function judge(
  round: number,
  { plain, fifo }: Ledgers,
  left: { plain: string[]; fifo: string[] },
): string[] {
  const problems: string[] = []
  const say = (problem: string): void => void problems.push(`round ${round}: ${problem}`)
  const found = new Set(left.plain)
  for (const body of plain.sent)
    if (!found.has(body) && !plain.deleting.has(body)) say(`plain ${body} was answered and is gone`)
  for (const body of left.plain) {
    if (!plain.tried.has(body)) say(`plain ${body} was never sent`)
    if (plain.deleted.has(body)) say(`plain ${body} was deleted and is back`)
  }
  if (found.size !== left.plain.length) say("a plain message is there twice")
  const orders = new Set(left.fifo)
  for (const body of fifo.sent) if (!orders.has(body)) say(`order ${body} was answered and is gone`)
  if (orders.size !== left.fifo.length) say("an order is there twice")
  const last = new Map<string, number>()
  for (const body of left.fifo) {
    const [group = "", number] = body.split("-")
    if (!fifo.tried.has(body)) say(`order ${body} was never sent`)
    if (Number(number) <= (last.get(group) ?? -1)) say(`order ${body} came out of turn`)
    last.set(group, Number(number))
  }
  return problems
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "1000" } } })
  const report = await killUnderLoad(Number(values.rounds))
  console.log(
    `${report.rounds} kills, ${report.answered} answered sends, ${report.problems.length} problems`,
  )
  for (const problem of report.problems) console.log(problem)
  process.exitCode = report.problems.length === 0 && report.answered > 0 ? 0 : 1
}
