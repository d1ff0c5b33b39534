import { Agent, request } from "node:http"
import { createDice, type Dice } from "../simulation/dice.ts"
import type { Attempt, Moment } from "../simulation/moments.ts"
import type { Answer } from "../simulation/cloud-system.ts"
import type { Way } from "../simulation/sqs/user.ts"

/** No request takes as long, not even a long poll. */
const REQUEST_MS = 60_000

interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** A way to a server over real connections, which comes and goes. */
export interface HttpWay extends Way {
  /** How many requests have been answered. */
  readonly answered: number
  /** Resolves when so many more have been. */
  more(count: number): Promise<void>
  /** The server is there now, at this port; the cloud clock is looked up. */
  arrive(port: number): Promise<void>
  /** The server will be killed in a moment: what is under way is lost. */
  leave(): void
  /** Resolves when there is a server. */
  present(): Promise<void>
  /** Calls the control API. */
  control(path: string, fields?: object): Promise<Record<string, unknown>>
  /** What happened, one line each. */
  readonly history: readonly string[]
  close(): void
}

export function createHttpWay(seed: string): HttpWay {
  const agent = new Agent({ keepAlive: true })
  const history: string[] = []
  let port: number | undefined
  let arrivals: (() => void)[] = []
  let step = 0
  let answered = 0
  let awaited = { count: 0, reached: (): void => {} }
  /** Cloud time is host time and something between these two. */
  let offset = { low: 0, high: 0 }

  const moment = (edge: "low" | "high"): Moment => ({
    step: (step += 1),
    commits: step,
    cloudMs: Date.now() + offset[edge],
    hostMs: performance.now(),
  })

  function send(
    to: number,
    path: string,
    { headers, body }: { headers: Record<string, string>; body?: string },
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? "GET" : "POST"
      const options = { agent, port: to, path, method, headers, host: "127.0.0.1" }
      const sending = request(options, (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => (text += chunk))
        response.on("end", () => {
          if (response.complete) resolve({ status: response.statusCode ?? 0, body: text })
          else reject(new Error("cut off"))
        })
        response.on("error", reject)
      })
      sending.setTimeout(REQUEST_MS, () => sending.destroy(new Error("timed out")))
      sending.on("error", reject)
      sending.end(body)
    })
  }

  async function control(path: string, fields?: object): Promise<Record<string, unknown>> {
    const body = fields && JSON.stringify(fields)
    const { status, body: text } = await send(port ?? 0, `/_cloudarium/${path}`, {
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body }),
    })
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }

  async function lookUpClock(): Promise<void> {
    const before = Date.now()
    const now = Date.parse(String((await control("clock"))["now"]))
    offset = { low: now - Date.now(), high: now - before }
  }

  return {
    forgetful: false,
    history,
    get answered() {
      return answered
    },
    diceFor: (name: string): Dice => createDice(`${seed}/${name}`),
    note: (line) => void history.push(`${step} ${line.slice(0, 300)}`),
    more: (count) =>
      new Promise((reached) => {
        awaited = { count: answered + count, reached }
        if (count === 0) reached()
      }),
    async arrive(at) {
      port = at
      await lookUpClock()
      for (const resolve of arrivals) resolve()
      arrivals = []
    },
    leave() {
      port = undefined
    },
    present: () =>
      port === undefined
        ? new Promise<void>((resolve) => arrivals.push(resolve))
        : Promise.resolve(),
    async control(path, fields) {
      const answer = await control(path, fields)
      await lookUpClock()
      return answer
    },
    async call(operation, input): Promise<Attempt<Answer>> {
      const sent = moment("low")
      if (port === undefined) return { kind: "unsent", sent, ended: sent }
      try {
        const headers = headersOf(operation, new Date())
        const { status, body } = await send(port, "/", { headers, body: JSON.stringify(input) })
        answered += 1
        if (answered === awaited.count) awaited.reached()
        return { kind: "answered", value: answerOf(status, body), sent, ended: moment("high") }
      } catch (error) {
        const refused = (error as NodeJS.ErrnoException).code === "ECONNREFUSED"
        if (refused) return { kind: "unsent", sent, ended: sent }
        return { kind: "lost", sent, ended: moment("high") }
      }
    },
    close: () => agent.destroy(),
  }
}

function answerOf(status: number, body: string): Answer {
  const output = JSON.parse(body || "{}") as Record<string, string>
  if (status === 200) return { ok: true, output: output as Record<string, never> }
  const code = (output["__type"] ?? "").replace(/^.*#/, "")
  return { ok: false, status, code, text: output["message"] ?? "", output }
}

const SIGNATURE = "0".repeat(64)

function headersOf(operation: string, now: Date): Record<string, string> {
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "")
  const scope = `${date.slice(0, 8)}/us-east-1/sqs/aws4_request`
  return {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `AmazonSQS.${operation}`,
    "x-amz-date": date,
    authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`,
  }
}
