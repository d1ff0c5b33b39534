import type { Principal } from "../../iam/principal.ts"
import type { TcpConnection } from "../../kernel/doors/tcp.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { CborOutput } from "../../protocols/cbor/output.ts"
import type { DoorContext } from "../../registry/door.ts"
import type { Output } from "./data/dynamodb.ts"
import { factsOf, NodeDown, type At } from "./data/facts.ts"
import { nodeLookups, type NodeLookups } from "./data/lookups.ts"
import { writeEndpoints } from "./data/endpoints.ts"
import { writeAnswer } from "./protocol/answers.ts"
import { decode, integerOf, listOf, textOf, type Value } from "./protocol/decode.ts"
import { Frames } from "./protocol/frames.ts"
import { ARGUMENTS, MAGIC, METHOD, SERVICE } from "./protocol/methods.ts"
import { ProtocolError } from "./protocol/protocol-error.ts"
import { NOT_AUTHORIZED, writeRefusal } from "./protocol/refusal.ts"
import { requestReader, type DataRequest } from "./protocol/requests.ts"
import { signedRequest } from "./protocol/signature.ts"

/** How long who said who it is is believed, by cloud time: clients say it again every five minutes. */
const BELIEVED_MS = 15 * 60_000

interface Caller {
  readonly principal: Principal
  readonly userAgent: string
  readonly sinceMs: number
}

/** One connection to a node. Requests are served one after another, in the order of arrival. */
export class Session {
  readonly #ctx: DoorContext
  readonly #at: At
  readonly #connection: TcpConnection
  readonly #frames: Frames
  #caller: Caller | undefined
  /** Why nobody knows who speaks: the next request is told. Authorizing is not answered. */
  #refused: AwsError | undefined

  constructor(ctx: DoorContext, at: At, connection: TcpConnection) {
    this.#ctx = ctx
    this.#at = at
    this.#connection = connection
    this.#frames = new Frames(connection.chunks)
  }

  /** Resolves when the connection has ended, or must. */
  async serve(): Promise<void> {
    try {
      if (!(await this.#greeted())) return
      while (await this.#next());
    } catch (error) {
      // A client that does not speak the protocol, or a node that is gone: there is nothing to say.
      if (!(error instanceof ProtocolError) && !(error instanceof NodeDown)) throw error
    }
  }

  /** The magic word, layering, session, facts about the client, and its mode. */
  async #greeted(): Promise<boolean> {
    const [magic] = (await this.#take(1)) ?? []
    if (magic !== MAGIC) throw new ProtocolError("not a client of DAX")
    return (await this.#take(4)) !== undefined
  }

  async #take(count: number): Promise<readonly Value[] | undefined> {
    const values: Value[] = []
    while (values.length < count) {
      const item = await this.#frames.next()
      if (!item) return undefined
      values.push(decode(item))
    }
    return values
  }

  async #next(): Promise<boolean> {
    const [service, method] = (await this.#take(2)) ?? []
    if (service === undefined) return false
    const number = integerOf(method)
    const count = service === SERVICE ? ARGUMENTS[number] : undefined
    // How much belongs to a method that nobody knows, nobody knows.
    if (count === undefined) throw new ProtocolError(`an unknown method ${number}`)
    const values = await this.#take(count)
    if (!values) return false
    if (number === METHOD.authorizeConnection) this.#authorize(values)
    else await this.#answer(number, values)
    return true
  }

  #authorize([accessKey, signature, stringToSign, token, agent]: readonly Value[]): void {
    const request = signedRequest({ accessKey, signature, stringToSign, token }, this.#connection)
    try {
      const principal = this.#ctx.signer(request)
      const userAgent = typeof agent === "string" ? agent : ""
      this.#caller = { principal, userAgent, sinceMs: this.#ctx.now() }
      this.#refused = undefined
    } catch (error) {
      const failed = this.#ctx.failed("authorizing a connection to DAX", error)
      this.#caller = undefined
      this.#refused = failed as AwsError
    }
  }

  async #answer(method: number, values: readonly Value[]): Promise<void> {
    // Operations look for themselves whether the node works.
    if (!requestReader(method)) await this.#ctx.read((tx) => factsOf(tx, this.#at))
    const caller = this.#caller
    const isKnown = caller && this.#ctx.now() - caller.sinceMs < BELIEVED_MS
    const bytes = isKnown
      ? await this.#served(caller, method, values)
      : await this.#refusal(
          this.#refused ??
            new AwsError("MissingAuthenticationTokenException", "Authentication required."),
          this.#refused ? {} : { codes: NOT_AUTHORIZED },
        )
    await this.#connection.write(bytes).catch(() => {
      throw new ProtocolError("the client is gone")
    })
  }

  async #served(caller: Caller, method: number, values: readonly Value[]): Promise<Uint8Array> {
    const lookups = nodeLookups(this.#ctx, this.#at, {
      account: caller.principal.account,
      call: (operation, input) => this.#call(caller, operation, input),
    })
    let request: DataRequest | undefined
    try {
      const read = requestReader(method)
      if (!read) return await this.#define(method, values, lookups)
      request = await read(values, lookups)
      const { operation, input, schemas } = request
      this.#ctx.validate("dynamodb", operation, input)
      const output = (await this.#call(caller, operation, { input, schemas })) as Output
      return await writeAnswer(request, output, lookups)
    } catch (error) {
      if (error instanceof ProtocolError || error instanceof NodeDown) throw error
      const failed = this.#ctx.failed(`DAX method ${method}`, error) as AwsError
      return this.#refusal(failed, { request, lookups })
    }
  }

  #call({ principal, userAgent }: Caller, operation: string, input: object): Promise<object> {
    const { region } = this.#at.cluster
    const [at, connection] = [this.#at, this.#connection]
    return this.#ctx.call({
      ...{ principal, userAgent, operation, region, connection },
      input: { at, ...input },
    })
  }

  /** What a node tells of itself, of tables, and of names of attributes. */
  async #define(
    method: number,
    [value]: readonly Value[],
    lookups: NodeLookups,
  ): Promise<Uint8Array> {
    const out = new CborOutput()
    out.list(0)
    if (method === METHOD.endpoints) {
      await writeEndpoints(out, { ctx: this.#ctx, at: this.#at, connection: this.#connection })
    } else if (method === METHOD.defineKeySchema) {
      const schema = await lookups.schema(textOf(value))
      out.map(schema.length)
      for (const { name, type } of schema) {
        out.text(name)
        out.text(type)
      }
    } else if (method === METHOD.defineAttributeListId) {
      out.integer(await lookups.id(listOf(value).map(textOf)))
    } else {
      const names = await lookups.names(integerOf(value))
      out.list(names.length)
      for (const name of names) out.text(name)
    }
    return out.finish()
  }

  #refusal(error: AwsError, of: Omit<Parameters<typeof writeRefusal>[1], "requestId">) {
    return writeRefusal(error, { requestId: this.#ctx.requestId(), ...of })
  }
}
