import type { WireResponse } from "../kernel/wire.ts"
import type { OperationModel, ServiceModel } from "../models/schema.ts"
import type { Codec, ResponseContext, Values } from "../protocols/codec.ts"

/** What an operation answers where it says more of it than its model can. */
export interface VerbatimAnswer {
  readonly status: number
  /** What the model does describe. */
  readonly output?: Values
  /** Beside those of the output, by the names that they have on the wire. */
  readonly headers?: Readonly<Record<string, string>>
  /** In the place of the output's. */
  readonly body?: string
}

/** An output whose status, headers or body somebody else has made: a function of the caller's. */
export class Verbatim {
  readonly answer: VerbatimAnswer

  constructor(answer: VerbatimAnswer) {
    this.answer = answer
  }

  encode(
    codec: Codec,
    { model, operation }: { readonly model: ServiceModel; readonly operation: OperationModel },
    context: ResponseContext,
  ): WireResponse {
    const { status, output = {}, headers, body } = this.answer
    const plain = codec.encode(model, operation, output, context)
    return { status, headers: { ...plain.headers, ...headers }, body: body ?? plain.body }
  }
}
