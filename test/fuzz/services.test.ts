import { expect, test } from "vitest"
import type { Cloud } from "../../src/gateway/cloud.ts"
import { answerOf, formRequest, openCloud, signed } from "../../src/gateway/testing/open-cloud.ts"
import { createMemoryTcp } from "../../src/kernel/sim/memory-tcp.ts"
import type { OperationModel, ServiceModel } from "../../src/models/schema.ts"
import { createCatalog } from "../../src/services/catalog.ts"
import { createDice, type Dice } from "../simulation/dice.ts"
import { Harvest, likely, spoiled } from "./harvest.ts"
import { KNOWN_INPUTS, KNOWN_MEMBERS } from "./known-inputs.ts"
import { shapedRequest, type Input } from "./shaped-request.ts"

const SEED = process.env["SEED"] ?? "1"
const CASES = Number(process.env["CLOUDARIUM_FUZZ_CASES"] ?? 250)
const HANG_MS = 60_000
/** What takes things away is rare: the others would miss them. */
const TAKES_AWAY = /^(Delete|Close|Leave|Remove|Disassociate|Disable)/

/** What AWS lets everybody do, or decides for each statement on its own. */
const OPEN: readonly string[] = [
  ...["GetCallerIdentity", "GetSessionToken", "AssumeRole"],
  ...["DescribeEndpoints", "BatchExecuteStatement"],
]

interface Signer {
  readonly accessKeyId: string
  readonly secret: string
}

for (const id of createCatalog(() => undefined).ids)
  test(
    `nothing asked of ${id} is our failure, and who has no policy gets nothing (SEED=${SEED})`,
    {
      timeout: 400_000,
    },
    async () => {
      // A failure inside would be reported, and fails the test with its stack.
      const cloud = await openCloud({ tcp: createMemoryTcp() })
      const fuzz = new Fuzz(cloud, id)
      const { wrong, well } = await fuzz.run(createDice(`services/${id}/${SEED}`))
      expect(wrong).toEqual([])
      // A fuzz that only ever met refusals would show nothing.
      expect(well).toBeGreaterThan(CASES / 50)
    },
  )

class Fuzz {
  readonly #cloud: Cloud
  readonly #model: ServiceModel
  readonly #region: string
  readonly #harvest = new Harvest()
  readonly #wrong: string[] = []

  constructor(cloud: Cloud, id: string) {
    this.#cloud = cloud
    this.#model = cloud.models.loadModel(id)
    const facts = cloud.models.serviceIndex().services.find((one) => one.id === id)
    this.#region = facts?.globalRegion ?? "us-east-1"
    for (const [name, values] of Object.entries(KNOWN_MEMBERS))
      for (const value of values) this.#harvest.add(name, value)
  }

  async run(dice: Dice): Promise<{ wrong: readonly string[]; well: number }> {
    const { id } = this.#model
    const service = await this.#cloud.catalog.find(id)
    const operations = Object.values(this.#model.operations).filter(
      ({ name }) => service && Object.hasOwn(service.operations, name),
    )
    const nobody = await this.#nobody()
    let well = 0
    const root = { accessKeyId: "test", secret: "test" }
    for (const operation of operations)
      for (const input of KNOWN_INPUTS[`${id}.${operation.name}`] ?? [])
        this.#harvest.read((await this.#call(root, operation, input))?.text ?? "")
    for (let i = 0; i < CASES; i += 1) {
      const operation = dice.pick(operations)
      // It would wait for its answer, by host time.
      if (operation.name === "ReceiveMessage") continue
      if (TAKES_AWAY.test(operation.name) && dice.chance(0.8)) continue
      const input = this.#inputOf(dice, operation)
      const refused = await this.#call(nobody, operation, input)
      if (refused && refused.status < 300 && !OPEN.includes(operation.name))
        this.#wrong.push(`nobody may ${operation.name}: ${short(input)}`)
      const answer = await this.#call(root, operation, input)
      if (answer && answer.status < 300) {
        well += 1
        this.#harvest.read(answer.text)
      }
      if (dice.chance(0.02)) await this.#cloud.advance(dice.pick([60_000, 3_600_000, 86_400_000]))
    }
    return { wrong: this.#wrong, well }
  }

  #inputOf(dice: Dice, { name, input: shape }: OperationModel): Input {
    const random = (): Input =>
      shape ? (likely(dice, this.#harvest, { name: "", shape }) as Input) : {}
    const known = KNOWN_INPUTS[`${this.#model.id}.${name}`]
    const input = known && dice.chance(0.7) ? dice.pick(known) : random()
    const more = known && dice.chance(0.3) ? { ...random(), ...input } : input
    return dice.chance(0.45) ? spoiled(dice, more) : more
  }

  async #call(signer: Signer, operation: OperationModel, input: Input) {
    const wire = signed(shapedRequest(this.#model, operation, input), {
      ...{ service: this.#model.signingName, region: this.#region, ...signer },
    })
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => late.resolve(undefined), HANG_MS)
    const answer = await Promise.race([answerOf(this.#cloud.handle(wire)), late.promise])
    clearTimeout(timer)
    if (!answer || answer.status === 500 || / at \S+\.ts:\d+|node:internal/.test(answer.text)) {
      const said = `${answer?.status ?? "no answer"} ${answer?.text.slice(0, 200) ?? ""}`
      this.#wrong.push(`${operation.name} ${said}: ${short(input)}`)
    }
    return answer
  }

  /** A user without any policy. */
  async #nobody(): Promise<Signer> {
    const ask = async (Action: string): Promise<string> => {
      const wire = formRequest({ Action, Version: "2010-05-08", UserName: "nobody" })
      return (await answerOf(this.#cloud.handle(signed(wire, { service: "iam" })))).text
    }
    await ask("CreateUser")
    const key = await ask("CreateAccessKey")
    return {
      accessKeyId: /<AccessKeyId>(\w+)</.exec(key)?.[1] ?? "",
      secret: /<SecretAccessKey>([^<]+)</.exec(key)?.[1] ?? "",
    }
  }
}

const short = (input: Input): string => JSON.stringify(input).slice(0, 700)
