import type { WriteTx } from "../../../kernel/transaction.ts"
import { multiRegionPoints } from "../../s3/port.ts"
import type { In } from "../define.ts"
import { busy, failed, type Begun } from "./outcome.ts"
import type { AsyncRequest } from "./request.ts"

type Details = In<"DeleteMultiRegionAccessPoint">["Details"]

/** From here on nothing goes through it. */
export function beginDeletion(
  tx: WriteTx,
  { account, token }: AsyncRequest,
  { Name }: Details,
): Begun {
  const point = tx.get(multiRegionPoints, [account, Name])
  if (!point) return failed("NoSuchMultiRegionAccessPoint", Name)
  const reason = busy(point)
  if (reason) return failed(reason, Name)
  tx.replace(multiRegionPoints, point, { ...point, status: "DELETING", request: token })
  return { regions: point.regions.map(({ region }) => region) }
}

export function endDeletion(tx: WriteTx, { account }: AsyncRequest, { Name }: Details): void {
  tx.delete(multiRegionPoints, [account, Name])
}
