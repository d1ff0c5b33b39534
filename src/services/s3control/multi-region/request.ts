import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { S3controlModel } from "../../../models/types/s3control.ts"
import { slowDown } from "../../s3/port.ts"
import { clientTokenConflict, type AsyncFailure } from "./errors.ts"
import { HOME } from "./point.ts"

/** Operations that answer with a token, and the word that stands for them in its ARN. */
const VERBS = {
  CreateMultiRegionAccessPoint: "create",
  DeleteMultiRegionAccessPoint: "delete",
  PutMultiRegionAccessPointPolicy: "put-policy",
} as const

export type AsyncOperation = keyof typeof VERBS
type Details<Name extends AsyncOperation> = S3controlModel[Name]["input"]["Details"]

/** A request that was taken on, with what has become of it. */
export interface AsyncRequest {
  readonly account: string
  readonly token: string
  readonly partition: string
  readonly clientToken: string
  readonly createdMs: number
  /** The request that asked for it. */
  readonly requestId: string
  readonly status: "INPROGRESS" | "SUCCEEDED" | "FAILED"
  /** From its beginning on: what it does in which Region. */
  readonly regions?: readonly RegionProgress[] | undefined
  readonly failure?: AsyncFailure | undefined
  readonly asked: Asked
}

export interface RegionProgress {
  readonly region: string
  readonly status: "INPROGRESS" | "SUCCEEDED"
}

export type Asked = {
  readonly [Name in AsyncOperation]: {
    readonly operation: Name
    readonly details: Details<Name>
  }
}[AsyncOperation]

export const requests = table<AsyncRequest>("s3control/multiRegionRequest", {
  key: ({ account, token }) => [account, token],
  indexes: {
    byClientToken: ({ account, clientToken }) => [account, clientToken],
    inWork: (request) =>
      request.status === "INPROGRESS" && [request.account, makesPoint(request) ? MAKING : ""],
    ended: ({ account, status, createdMs }) => status !== "INPROGRESS" && [account, createdMs],
  },
})

const MAKING = "making"

/** It will make an access point, of which there is no row yet. */
const makesPoint = ({ asked, regions }: AsyncRequest): boolean =>
  asked.operation === "CreateMultiRegionAccessPoint" && regions === undefined

export interface RequestRef {
  readonly account: string
  readonly token: string
}

/** How long the outcome can be asked for, and a client's token stands for its request: not verified. */
const KEPT_MS = 30 * 86_400_000
/** At most so many of an account are in work, and so many that have ended are kept: not verified. */
const MOST_REQUESTS = 1_000
/** Like AWS's (recorded). */
const TOKEN_LENGTH = 94
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

export const requestArn = ({ partition, account, token, asked }: AsyncRequest): string =>
  `arn:${partition}:s3:${HOME}:${account}:async-request/mrap/${VERBS[asked.operation]}/${token}`

export const requestNamed = (tx: ReadTx, arn: string): AsyncRequest | undefined => {
  const match = /^arn:[a-z-]+:s3:us-west-2:(\d{12}):async-request\/mrap\/[a-z-]+\/(.+)$/.exec(arn)
  const [, account, token] = match ?? []
  const found = account && token ? tx.get(requests, [account, token]) : undefined
  return found && requestArn(found) === arn ? found : undefined
}

/** The request for which a client has used its token before. Throws ClientTokenConflict. */
export function askedBefore(
  tx: ReadTx,
  { account, clientToken, asked }: Pick<AsyncRequest, "account" | "clientToken" | "asked">,
): AsyncRequest | undefined {
  const prefix = [account, clientToken]
  const known = tx.first(requests, { index: "byClientToken", prefix })
  if (known && JSON.stringify(known.asked) !== JSON.stringify(asked)) throw clientTokenConflict()
  return known
}

/** How many requests of an account are about to make an access point; up to `limit` are counted. */
export const pointsInMaking = (tx: ReadTx, account: string, limit: number): number =>
  tx.count(requests, { index: "inWork", prefix: [account, MAKING], limit })

/** Its row, which goes when nobody asks any more. Throws SlowDown where too many are in work. */
export function newRequest(
  tx: WriteTx,
  given: Pick<AsyncRequest, "account" | "clientToken" | "asked" | "partition" | "requestId">,
): AsyncRequest {
  assertRoom(tx, given.account)
  const token = tx.random("s3control/multi-region-request").string(TOKEN_LENGTH, ALPHABET)
  const request: AsyncRequest = { ...given, token, createdMs: tx.now, status: "INPROGRESS" }
  tx.insert(requests, request)
  tx.schedule(forgetRequest, { account: given.account, token }, tx.now + KEPT_MS)
  return request
}

/** The oldest of those that have ended makes room. */
function assertRoom(tx: WriteTx, account: string): void {
  const range = { prefix: [account], limit: MOST_REQUESTS }
  if (tx.count(requests, { index: "inWork", ...range }) === MOST_REQUESTS) throw slowDown()
  if (tx.count(requests, { index: "ended", ...range }) < MOST_REQUESTS) return
  const oldest = tx.first(requests, { index: "ended", prefix: [account] })
  if (oldest) tx.remove(requests, oldest)
}

export const forgetRequest = job<RequestRef>("s3control/forgetMultiRegionRequest", {
  run: (tx, { account, token }) => void tx.delete(requests, [account, token]),
})
