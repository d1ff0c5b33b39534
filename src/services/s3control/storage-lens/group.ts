import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { StorageLensGroupFilter } from "../../../models/types/s3control.ts"
import type { LensSample } from "../../s3/port.ts"
import type { Dashboard } from "./dashboard.ts"
import { noSuchConfiguration } from "./errors.ts"

/** Objects that belong together by what they are, in whatever bucket ("Storage Lens groups"). */
export interface LensGroup {
  readonly account: string
  readonly region: string
  readonly name: string
  readonly filter: StorageLensGroupFilter
  readonly tags: Readonly<Record<string, string>>
}

export const groups = table<LensGroup>("s3control/lens-group", {
  key: ({ account, region, name }) => [account, region, name],
})

/** "You can create up to 50 Storage Lens groups per home Region." */
export const GROUPS = 50

export type GroupRef = Pick<LensGroup, "account" | "region" | "name">

export const groupArn = ({ account, region, name }: GroupRef): string =>
  `arn:${partitionOf(region).id}:s3:${region}:${account}:storage-lens-group/${name}`

export function findGroup(tx: ReadTx, { account, region, name }: GroupRef): LensGroup {
  const found = tx.get(groups, [account, region, name])
  if (!found) throw noSuchConfiguration()
  return found
}

/** The groups that are attached to a dashboard, those of its account and home Region. */
export function groupsOf(tx: ReadTx, { account, region, value }: Dashboard): readonly LensGroup[] {
  const level = value.AccountLevel.StorageLensGroupLevel
  if (!level) return []
  const { rows } = tx.scan(groups, { prefix: [account, region], limit: GROUPS })
  const { Include, Exclude } = level.SelectionCriteria ?? {}
  return rows.filter((group) => {
    const arn = groupArn(group)
    return (Include?.includes(arn) ?? true) && !(Exclude?.includes(arn) ?? false)
  })
}

type Conditions = Omit<StorageLensGroupFilter, "And" | "Or">

const DAY_MS = 86_400_000

/** Whether an object is of a group: by its one condition, by all of And, or by one of Or. */
export function isOf({ filter }: LensGroup, sample: LensSample, nowMs: number): boolean {
  const { And, Or, ...one } = filter
  const judged = (conditions: Conditions): boolean[] => judgements(conditions, sample, nowMs)
  if (Or) return judged(Or).includes(true)
  return !judged(And ?? one).includes(false)
}

/** What each condition that there is says. Uploads in progress have no size, age or tags yet. */
function judgements(conditions: Conditions, { key, object }: LensSample, nowMs: number): boolean[] {
  const { MatchAnyPrefix, MatchAnySuffix, MatchAnyTag, MatchObjectAge, MatchObjectSize } =
    conditions
  const judged: boolean[] = []
  if (MatchAnyPrefix) judged.push(MatchAnyPrefix.some((prefix) => key.startsWith(prefix)))
  if (MatchAnySuffix) judged.push(MatchAnySuffix.some((suffix) => key.endsWith(suffix)))
  if (MatchAnyTag) judged.push(MatchAnyTag.some(({ Key, Value }) => object?.tags?.[Key] === Value))
  if (MatchObjectAge) {
    const { DaysGreaterThan, DaysLessThan } = MatchObjectAge
    const days = object && (nowMs - object.modifiedMs) / DAY_MS
    judged.push(isBetween(days, DaysGreaterThan, DaysLessThan))
  }
  if (MatchObjectSize) {
    const { BytesGreaterThan, BytesLessThan } = MatchObjectSize
    judged.push(isBetween(object?.sizeBytes, BytesGreaterThan, BytesLessThan))
  }
  return judged
}

const isBetween = (
  value: number | undefined,
  above = Number.NEGATIVE_INFINITY,
  below = Number.POSITIVE_INFINITY,
): boolean => value !== undefined && value > above && value < below
